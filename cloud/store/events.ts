import { LiftgateError } from '../../protocols/error.ts';
import type { EventBody, WorkshopEvent } from '../../protocols/event.ts';
import type { Millis } from '../../protocols/time.ts';
import { type Packed, packed } from './body.ts';
import { numberArray, type Queryable, type Tx, textArray } from './pool.ts';

/** The gateway id under which the cloud writes into a site's log. No real gateway may bear it. */
export const CLOUD = 'cloud';

/** An event with its place in the site's log. */
export type LoggedEvent = WorkshopEvent & { readonly id: number };

/**
 * Takes `count` places at the end of a site's log and gives the first.
 *
 * The row of the site stays locked until the transaction ends, so that places become visible in their order: a reader
 * that has seen place n will never find a smaller one later. (A sequence would not do: its numbers commit in any order.)
 * Sites do not wait for each other.
 * @throws LiftgateError `not-found` for a site that nobody set up.
 */
export async function takePlaces(tx: Tx, site: string, count: number): Promise<number> {
  const { rows } = await tx.query<{ last: number }>({
    name: 'take-places',
    text: 'UPDATE sites SET last_event = last_event + $2 WHERE site = $1 RETURNING last_event AS last',
    values: [site, count],
  });
  if (!rows[0])
    throw new LiftgateError('not-found', `there is no site ${site}; register its gateway first`, { about: site });
  return rows[0].last - count + 1;
}

/** An event of a gateway on its way in, with what it said. */
export interface Incoming extends Packed {
  readonly event: WorkshopEvent;
  /** What it said, where `event.time` is a corrected one. */
  readonly saidTime: Millis | null;
  /** What is known of the clock behind its time. */
  readonly clock: string | null;
}

/** SHA-256 of one event; those of a batch go as one run of bytes, which nobody has to quote. */
const HASH_BYTES = 32;
/** Stands between JSON texts; in JSON itself every control character is escaped (RFC 8259 section 7). */
const DIVIDER = '\x1e';

/** Where events come from: those of one statement all bear these. */
interface Origin {
  readonly site: string;
  readonly gateway: string;
  readonly epoch: string;
}

/**
 * Stores events in the given order, and gives them back with their places.
 * @param keys `free`: nothing is stored under any of their keys, as the cursor says; `open`: those whose key is taken
 *   are left out.
 */
export async function insertEvents(
  tx: Tx,
  { site, gateway, epoch }: Origin,
  incoming: readonly Incoming[],
  keys: 'free' | 'open',
  now: Millis,
): Promise<LoggedEvent[]> {
  if (incoming.length === 0) return [];
  const first = await takePlaces(tx, site, incoming.length);
  const { rows } = await tx.query<{ id: number }>({
    name: `insert-events-${keys}`,
    text: `INSERT INTO events (site, gateway, epoch, received_at, seq, id, type, subject, time, said_time, clock, data, body_sha256)
      SELECT $1, $2, $3, $4, seq, $5::int8 + n - 1, type, subject, time, said_time, clock, data::jsonb,
        substr($12::bytea, (n::int - 1) * ${HASH_BYTES} + 1, ${HASH_BYTES})
      FROM ROWS FROM (unnest($6::int8[]), unnest($7::text[]), unnest($8::text[]), unnest($9::int8[]), unnest($10::int8[]),
        unnest($11::text[]), string_to_table($13, '${DIVIDER}')) WITH ORDINALITY
        AS e (seq, type, subject, time, said_time, clock, data, n)
      ${keys === 'open' ? 'ON CONFLICT DO NOTHING RETURNING id' : ''}`,
    values: [
      ...[site, gateway, epoch, now, first],
      numberArray(incoming.map((i) => i.event.seq)),
      textArray(incoming.map((i) => i.event.type)),
      textArray(incoming.map((i) => i.event.subject)),
      numberArray(incoming.map((i) => i.event.time)),
      // Mostly all unknown: an array that is missing is a column of NULLs.
      incoming.some((i) => i.saidTime !== null) ? numberArray(incoming.map((i) => i.saidTime)) : null,
      incoming.some((i) => i.clock !== null) ? textArray(incoming.map((i) => i.clock)) : null,
      Buffer.from(incoming.map((i) => i.hash).join(''), 'hex'),
      incoming.map((i) => i.json).join(DIVIDER),
    ],
  });
  const logged = incoming.map((i, n): LoggedEvent => ({ ...i.event, id: first + n }));
  if (keys === 'free') return logged;
  const stored = new Set(rows.map((r) => r.id));
  return logged.filter((e) => stored.has(e.id));
}

/** Writes facts of the cloud itself (work orders) into a site's log, from where they go to its boards and its gateways. */
export async function appendOwn(
  tx: Tx,
  site: string,
  bodies: readonly EventBody[],
  now: Millis,
): Promise<LoggedEvent[]> {
  if (bodies.length === 0) return [];
  const { rows } = await tx.query<{ epoch: string }>('SELECT epoch FROM own_epoch');
  // Read under the lock: nobody else can take places before we have.
  const next = await takePlaces(tx, site, 0);
  const origin = { site, gateway: CLOUD, epoch: rows[0]!.epoch };
  const incoming = bodies.map((body, n) => ({
    event: { ...body, ...origin, seq: next + n } as WorkshopEvent,
    ...packed(body),
    saidTime: null,
    clock: null,
  }));
  return await insertEvents(tx, origin, incoming, 'open', now);
}

/** Hashes of the stored bodies of these seqs, hexadecimal. */
export async function storedHashes(
  tx: Tx,
  site: string,
  gateway: string,
  epoch: string,
  seqs: readonly number[],
): Promise<Map<number, string>> {
  const { rows } = await tx.query<{ seq: number; hash: string }>(
    `SELECT seq, encode(body_sha256, 'hex') AS hash FROM events WHERE site = $1 AND gateway = $2 AND epoch = $3 AND seq = ANY($4)`,
    [site, gateway, epoch, seqs],
  );
  return new Map(rows.map((r) => [r.seq, r.hash]));
}

interface EventRow {
  gateway: string;
  epoch: string;
  seq: number;
  id: number;
  type: string;
  subject: string;
  time: number;
  data: unknown;
}

const COLUMNS = 'gateway, epoch, seq, id, type, subject, time, data';
/** What was stored was checked when it came in. */
const fromRow = (site: string, row: EventRow) => ({ site, ...row }) as unknown as LoggedEvent;

/** The log of a site after a place, oldest first. */
export async function readLog(
  db: Queryable,
  site: string,
  after: number,
  limit: number,
  types: readonly string[] | null = null,
): Promise<LoggedEvent[]> {
  const { rows } = await db.query<EventRow>(
    `SELECT ${COLUMNS} FROM events WHERE site = $1 AND id > $2 AND ($4::text[] IS NULL OR type = ANY($4)) ORDER BY id LIMIT $3`,
    [site, after, limit, types],
  );
  return rows.map((r) => fromRow(site, r));
}

/** The newest words on the codes of a car, newest first. */
export async function codesOf(db: Queryable, site: string, vin: string, limit: number): Promise<LoggedEvent[]> {
  const { rows } = await db.query<EventRow>(
    `SELECT ${COLUMNS} FROM events WHERE site = $1 AND subject = $2 AND type = 'liftgate.vehicle.codes.v1'
      ORDER BY id DESC LIMIT $3`,
    [site, `vehicle/${vin}`, limit],
  );
  return rows.map((r) => fromRow(site, r));
}

/** The newest scans of a VIN, newest first. */
export async function scansOf(db: Queryable, site: string, vin: string, limit: number): Promise<LoggedEvent[]> {
  const { rows } = await db.query<EventRow>(
    `SELECT ${COLUMNS} FROM events WHERE site = $1 AND type = 'liftgate.scan.v1' AND data ->> 'kind' = 'vin'
      AND data ->> 'text' = $2 ORDER BY id DESC LIMIT $3`,
    [site, vin, limit],
  );
  return rows.map((r) => fromRow(site, r));
}

/**
 * Facts for the workshop after a place; of each subject only the newest, since an older one says nothing more (but each
 * act on a flag is a fact of its own: a repair is not undone by what is said of another part of the car). A place
 * beyond the end of the log tells that this database was restored from a backup: then all of them.
 */
export async function readDown(db: Queryable, site: string, after: number, limit: number): Promise<LoggedEvent[]> {
  const { rows } = await db.query<EventRow>({
    // Asked with each batch: planned once a connection.
    name: 'read-down',
    text: `SELECT ${COLUMNS} FROM events e WHERE site = $1 AND gateway = '${CLOUD}'
      AND id > (SELECT CASE WHEN $2 > last_event THEN 0 ELSE $2::int8 END FROM sites WHERE site = $1)
      AND (e.type = 'liftgate.flag.action.v1' OR NOT EXISTS (SELECT 1 FROM events n WHERE n.site = e.site AND n.subject = e.subject AND n.type = e.type
        AND n.gateway = '${CLOUD}' AND n.id > e.id))
      ORDER BY id LIMIT $3`,
    values: [site, after, limit],
  });
  return rows.map((r) => fromRow(site, r));
}

/** Of sites and places in their logs: which have a fact for the workshop after that place. */
export async function sitesWithNews(
  db: Queryable,
  asked: readonly { readonly site: string; readonly after: number }[],
): Promise<Set<string>> {
  const { rows } = await db.query<{ site: string }>({
    name: 'sites-with-news',
    text: `SELECT DISTINCT a.site FROM unnest($1::text[], $2::int8[]) AS a (site, after)
      WHERE EXISTS (SELECT 1 FROM events e WHERE e.site = a.site AND e.gateway = '${CLOUD}' AND e.id > a.after)`,
    values: [asked.map((a) => a.site), asked.map((a) => a.after)],
  });
  return new Set(rows.map((r) => r.site));
}
