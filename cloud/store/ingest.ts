import { LiftgateError } from '../../protocols/error.ts';
import type { SyncBatch, Verdict } from '../../protocols/sync.ts';
import { fromRfc3339, type Millis } from '../../protocols/time.ts';
import { markReceived, runsOf, settledOf } from './cursors.ts';
import { markUnderstood } from './dead.ts';
import { type Incoming, insertEvents, type LoggedEvent, storedHashes } from './events.ts';
import { type Letter, openLetter, type Sender } from './letter.ts';
import { countBatch, countGaps, SKEW_MS, waitedOf } from './numbers.ts';
import { type Db, isDataFault, type Tx, transaction } from './pool.ts';

/** What follows from new events (vehicles, alerts, notices …), in the transaction that stores them. */
export type Projection = (tx: Tx, site: string, events: readonly LoggedEvent[], now: Millis) => Promise<void>;

export interface Ingested {
  /** Everything up to this seq of the epoch has a final verdict. */
  readonly contiguousSeq: number;
  readonly verdicts: readonly Verdict[];
  readonly stored: number;
  /** A run that had been taken over by another speaks again: two gateways bear one identity. */
  readonly twin: boolean;
}

/**
 * Takes a batch: events, what follows from them, dead letters and the cursor in one transaction. The same batch, sent
 * again or twice at once, changes nothing. All or nothing is stored; a bad event gets its verdict and stops nobody.
 * @throws LiftgateError `denied` when the gateway was revoked meanwhile, `unreachable` or `full` when nothing was stored.
 */
export async function ingest(
  db: Db,
  from: Sender,
  batch: SyncBatch,
  now: Millis,
  projections: readonly Projection[],
): Promise<Ingested> {
  const skew = skewOf(batch.sentAt, now);
  const letters = batch.events.map((raw) => withoutSkew(openLetter(raw, from, batch.epoch), skew));
  const store = storeOf({ ...from, epoch: batch.epoch }, now, projections);
  const waited = waitedOf(batch);
  const began = performance.now();
  const delay = () => (waited === null ? null : Math.round(waited + performance.now() - began));
  try {
    return await transaction(db, (tx) => enterAndTake(tx, from, batch, letters, now, store, delay));
  } catch (e) {
    if (!isDataFault(e)) throw e;
    // Something passed our checks and not the database's: find it, so that it alone is refused.
    return await transaction(db, (tx) => enterAndTake(tx, from, batch, letters, now, oneByOne(store), delay));
  }
}

/**
 * Reads a dead letter again, in the name of whoever sent it: a newer version may understand it.
 * @throws LiftgateError as `ingest`
 */
export async function readAgain(
  db: Db,
  letter: Sender & { readonly epoch: string; readonly body: string },
  now: Millis,
  projections: readonly Projection[],
): Promise<Verdict> {
  const { site, gateway, epoch, body } = letter;
  const letters = [openLetter(JSON.parse(body), { site, gateway }, epoch)];
  const store = oneByOne(storeOf({ site, gateway, epoch }, now, projections));
  const { verdicts } = await transaction(db, (tx) => take(tx, { site, gateway }, epoch, letters, now, store));
  return verdicts[0]!;
}

/** New events, and what follows from them. */
function storeOf(origin: Sender & { readonly epoch: string }, now: Millis, projections: readonly Projection[]): Store {
  return async (tx, incoming, settled) => {
    const isFree = (i: Incoming) => !settled.has(i.event.seq);
    const stored = await insertEvents(tx, origin, incoming.filter(isFree), 'free', now);
    if (settled.size > 0) {
      const rest = incoming.filter((i) => !isFree(i));
      stored.push(...(await insertEvents(tx, origin, rest, 'open', now)));
    }
    if (stored.length > 0) for (const project of projections) await project(tx, origin.site, stored, now);
    return { stored, refused: new Map() };
  };
}

type Store = (
  tx: Tx,
  incoming: readonly Incoming[],
  /** Of these something is known already. */
  settled: ReadonlySet<number>,
) => Promise<{ stored: readonly LoggedEvent[]; refused: Map<number, string> }>;

function oneByOne(store: Store): Store {
  return async (tx, incoming) => {
    const stored: LoggedEvent[] = [];
    const refused = new Map<number, string>();
    for (const one of incoming) {
      await tx.query('SAVEPOINT one');
      try {
        // Whatever the cursor says: here every key is looked at.
        stored.push(...(await store(tx, [one], new Set([one.event.seq]))).stored);
        await tx.query('RELEASE SAVEPOINT one');
      } catch (e) {
        if (!isDataFault(e)) throw e;
        await tx.query('ROLLBACK TO SAVEPOINT one');
        refused.set(one.event.seq, `cannot be stored: ${(e as Error).message}`.slice(0, 400));
      }
    }
    return { stored, refused };
  };
}

async function enterAndTake(
  tx: Tx,
  from: Sender,
  batch: SyncBatch,
  letters: readonly Letter[],
  now: Millis,
  store: Store,
  delay: () => number | null,
): Promise<Ingested> {
  const twin = await enter(tx, from, batch, now);
  const taken = await take(tx, from, batch.epoch, letters, now, store);
  await countBatch(tx, from, letters.length, taken.verdicts, delay());
  return { ...taken, twin };
}

async function take(
  tx: Tx,
  from: Sender,
  epoch: string,
  letters: readonly Letter[],
  now: Millis,
  store: Store,
): Promise<Omit<Ingested, 'twin'>> {
  const first = new Map<number, Incoming>();
  for (const { incoming } of letters)
    if (incoming && !first.has(incoming.event.seq)) first.set(incoming.event.seq, incoming);
  const settled = first.size === 0 ? new Set<number>() : await settledOf(tx, from, epoch, [...first.keys()]);
  const { stored, refused } = first.size === 0 ? NOTHING : await store(tx, [...first.values()], settled);
  const fresh = new Set(stored.map((e) => e.seq));
  // What was refused once, and is understood by now.
  const again = stored.filter((e) => settled.has(e.seq)).map((e) => e.seq);
  if (again.length > 0) await markUnderstood(tx, { ...from, epoch }, again, now);
  const known = [...first.keys()].filter((seq) => !fresh.has(seq) && !refused.has(seq));
  const hashes =
    known.length === 0 ? new Map<number, string>() : await storedHashes(tx, from.site, from.gateway, epoch, known);
  for (const e of stored) hashes.set(e.seq, first.get(e.seq)!.hash);

  const verdicts = letters.map((letter) => {
    if (!letter.incoming) return verdictOf(letter.seq, 'rejected', letter.reason);
    const { seq, incoming } = letter;
    const refusal = refused.get(seq);
    if (refusal !== undefined) return verdictOf(seq, 'rejected', refusal);
    // Settled without a body: it was told to be lost, or is too old to be kept still.
    if (hashes.has(seq) && incoming.hash !== hashes.get(seq))
      return verdictOf(seq, 'conflict', 'another event is stored under this key; this one was kept aside');
    // The first letter of a seq is the one that was stored; the same again in one batch is a repetition.
    return verdictOf(seq, fresh.delete(seq) ? 'accepted' : 'duplicate', null);
  });

  await keepAside(tx, from, epoch, letters, verdicts, now);
  const arrived = letters.flatMap((l) => (l.seq === null ? [] : [l.seq]));
  const gaps = gapsIn(stored);
  if (gaps.size > 0) await countGaps(tx, from, stored);
  const contiguousSeq = await markReceived(tx, from, epoch, [...runsOf(arrived), ...(gaps.get(epoch) ?? [])]);
  for (const [other, runs] of gaps) if (other !== epoch) await markReceived(tx, from, other, runs);
  return { contiguousSeq, verdicts, stored: stored.length };
}

const NOTHING = { stored: [], refused: new Map<number, string>() };

/** What a refusal is about that a second gateway under the same identity gets. */
export const TWIN = 'twin';
/** Two runs of one gateway that are this far apart, ms, are one that was moved, not two. */
const TWIN_MS = 120_000;

/** The runs that were taken over and are remembered. */
const MOST_FORMERS = 8;

/**
 * Notes the sign of life, and holds the gateway's row until the end: two batches of one gateway never interleave; other
 * gateways do not wait here. A run that was taken over by another must stay away as long as that one speaks.
 * @returns does a run speak again that had been taken over?
 * @throws LiftgateError `denied` when it was revoked, `conflict` about `twin` when two gateways use one identity
 */
async function enter(tx: Tx, from: Sender, batch: SyncBatch, now: Millis): Promise<boolean> {
  const { rows: entered } = await tx.query<{ twin: boolean }>({
    name: 'enter',
    text: `UPDATE gateways SET last_sync_at = $3, skew_ms = $4, ages = $5, instance = coalesce($6, instance),
        formers = CASE WHEN instance <> $6
          THEN (array_remove(formers, $6) || instance)[greatest(1, cardinality(formers) - ${MOST_FORMERS - 2}):]
          ELSE formers END,
        taken_at = CASE WHEN instance <> $6 THEN $3 ELSE taken_at END,
        instance_at = CASE WHEN $6::text IS NULL THEN instance_at ELSE $3 END,
        twin_at = CASE WHEN $6 = ANY(formers) THEN $3 ELSE twin_at END,
        queued = coalesce($7, queued), oldest_ms = CASE WHEN $7::int8 IS NULL THEN oldest_ms ELSE $8 END
      WHERE site = $1 AND gateway = $2 AND revoked_at IS NULL
        AND ($6::text IS NULL OR NOT $6 = ANY(formers) OR instance_at < $3::int8 - ${TWIN_MS})
      RETURNING coalesce(twin_at = $3, false) AS twin`,
    values: [
      ...[from.site, from.gateway, now, skewOf(batch.sentAt, now), JSON.stringify(batch.ages)],
      ...[batch.instance ?? null, batch.backlog?.queued ?? null, batch.backlog?.oldestMs ?? null],
    ],
  });
  if (entered[0]) return entered[0].twin;
  const { rows } = await tx.query<{ revoked: boolean }>(
    'SELECT revoked_at IS NOT NULL AS revoked FROM gateways WHERE site = $1 AND gateway = $2',
    [from.site, from.gateway],
  );
  const who = `gateway ${from.gateway} of site ${from.site}`;
  if (rows[0]?.revoked !== false) throw new LiftgateError('denied', `${who} was revoked`);
  throw new LiftgateError(
    'conflict',
    `two gateways run under the identity of ${who}, and the one that started last goes on; stop one of them, or give ` +
      'it a credential of its own (console, gateways)',
    { about: TWIN, retryAfterMs: 30_000 },
  );
}

/** What the gap records among them tell to be lost, by epoch. */
function gapsIn(stored: readonly LoggedEvent[]): Map<string, (readonly [number, number])[]> {
  const gaps = new Map<string, (readonly [number, number])[]>();
  for (const e of stored) {
    if (e.type !== 'liftgate.journal.gap.v1') continue;
    const { epoch = e.epoch, fromSeq, toSeq, ranges = [[fromSeq, toSeq] as const] } = e.data;
    gaps.set(epoch, [...(gaps.get(epoch) ?? []), ...ranges.filter(([a, b]) => a <= b)]);
  }
  return gaps;
}

/** Corrects the time of an event by the offset of its gateway's clock, where the gateway itself knows nothing of it. */
function withoutSkew(letter: Letter, skew: number | null): Letter {
  const { incoming } = letter;
  if (skew === null || Math.abs(skew) <= SKEW_MS || incoming === null || incoming.clock !== null) return letter;
  const { event } = incoming;
  const time = Math.max(0, event.time - skew);
  return { ...letter, incoming: { ...incoming, event: { ...event, time }, saidTime: event.time, clock: 'skewed' } };
}

/** A seq that could not be read is told as 0, which no event bears. */
function verdictOf(seq: number | null, verdict: Verdict['verdict'], reason: string | null): Verdict {
  return { seq: String(seq ?? 0), verdict, reason };
}

/** Dead letters and quarantine, for a person to look at; a repetition is kept once. */
async function keepAside(
  tx: Tx,
  from: Sender,
  epoch: string,
  letters: readonly Letter[],
  verdicts: readonly Verdict[],
  now: Millis,
): Promise<void> {
  const aside = letters.flatMap((letter, n) => {
    const { verdict, reason } = verdicts[n]!;
    return verdict === 'rejected' || verdict === 'conflict' ? [{ ...letter, verdict, reason: reason ?? verdict }] : [];
  });
  if (aside.length === 0) return;
  await tx.query(
    `INSERT INTO dead_letters (site, gateway, epoch, received_at, seq, verdict, reason, body)
      SELECT $1, $2, $3, $4, * FROM unnest($5::int8[], $6::text[], $7::text[], $8::bytea[]) ON CONFLICT DO NOTHING`,
    [
      from.site,
      from.gateway,
      epoch,
      now,
      aside.map((a) => a.seq),
      aside.map((a) => a.verdict),
      aside.map((a) => a.reason.replaceAll('\0', '\\0')),
      aside.map((a) => Buffer.from(JSON.stringify(a.raw))),
    ],
  );
}

function skewOf(sentAt: string, now: Millis): number | null {
  const at = fromRfc3339(sentAt);
  return at === null ? null : at - now;
}
