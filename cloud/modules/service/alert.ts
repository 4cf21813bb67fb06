import type { AlertItem } from '../../../protocols/api/console.ts';
import { LiftgateError } from '../../../protocols/error.ts';
import type { Millis } from '../../../protocols/time.ts';
import { type LoggedEvent, takePlaces } from '../../store/events.ts';
import { type Page, type PageAsk, pageOf, startOf } from '../../store/page.ts';
import { type Db, type Queryable, type Tx, transaction } from '../../store/pool.ts';
import type { Actor } from './case.ts';
import { newestOf } from './newest.ts';

const ITEM = `id, site, kind, state, severity, since, cleared_at AS "clearedAt", bay, device, vin, detail,
  acknowledged_by AS "acknowledgedBy", acknowledged_at AS "acknowledgedAt"`;

export async function listAlerts(
  db: Queryable,
  sites: readonly string[],
  filter: { open?: boolean; vin?: string },
  ask: PageAsk,
): Promise<Page<AlertItem>> {
  const [at, id] = startOf(ask);
  const { rows } = await db.query<AlertItem>(
    `SELECT ${ITEM} FROM alerts WHERE site = ANY($1)
      AND ($2::bool IS NULL OR (state = 'raised') = $2)
      AND ($3::text IS NULL OR vin = $3)
      AND ($4::int8 IS NULL OR (since, id) < ($4, $5::uuid))
      ORDER BY since DESC, id DESC LIMIT $6`,
    [sites, filter.open ?? null, filter.vin ?? null, at, id, ask.limit + 1],
  );
  return pageOf(
    rows,
    ask,
    (a) => [a.since, a.id],
    (a) => a,
  );
}

/** The first to acknowledge is remembered; a flag behind it is acknowledged as well. @throws LiftgateError `not-found` */
export async function acknowledge(
  db: Db,
  sites: readonly string[],
  id: string,
  who: Actor,
  now: Millis,
  /** What else follows, in the same transaction. */
  behind: (tx: Tx, alert: AlertItem, who: Actor, now: Millis) => Promise<void>,
): Promise<AlertItem> {
  return await transaction(db, async (tx) => {
    const { rows: found } = await tx.query<{ site: string }>(
      'SELECT site FROM alerts WHERE id = $1 AND site = ANY($2)',
      [id, sites],
    );
    // The site's log first, as everywhere: transactions that take locks in one order never wait for each other in a ring.
    if (found[0]) await takePlaces(tx, found[0].site, 0);
    const alert = await acknowledgeOne(tx, sites, id, who.name, now);
    if (alert.state === 'raised') await behind(tx, alert, who, now);
    return alert;
  });
}

/** A flag was acknowledged (or more): so are the alerts that speak of it. */
export async function acknowledgeFlag(
  tx: Tx,
  site: string,
  vin: string,
  flag: string,
  person: string,
  now: Millis,
): Promise<void> {
  await tx.query(
    `UPDATE alerts SET acknowledged_by = $4, acknowledged_at = $5 WHERE site = $1 AND vin = $2 AND kind = 'flag-raised'
      AND state = 'raised' AND detail ->> 'flag' = $3 AND acknowledged_by IS NULL`,
    [site, vin, flag, person, now],
  );
}

async function acknowledgeOne(
  tx: Tx,
  sites: readonly string[],
  id: string,
  person: string,
  now: Millis,
): Promise<AlertItem> {
  const { rows } = await tx.query<AlertItem>(
    `UPDATE alerts SET acknowledged_by = coalesce(acknowledged_by, $3), acknowledged_at = coalesce(acknowledged_at, $4)
      WHERE id = $1 AND site = ANY($2) RETURNING ${ITEM}`,
    [id, sites, person, now],
  );
  if (rows[0]) return rows[0];
  throw new LiftgateError('not-found', `there is no alert ${id}`, { about: id });
}

type AlertEvent = Extract<LoggedEvent, { type: 'liftgate.alert.v1' }>;

/**
 * Keeps the newest word on each alert, in one statement. An alert that comes back under its name, or grows worse, must be
 * acknowledged anew.
 */
export async function projectAlerts(tx: Tx, site: string, events: readonly LoggedEvent[]): Promise<void> {
  const told = events.filter((e): e is AlertEvent => e.type === 'liftgate.alert.v1');
  const alerts = newestOf(told, (e) => `${e.gateway}/${e.data.alert}`);
  if (alerts.length === 0) return;
  const column = <T>(of: (e: AlertEvent) => T) => alerts.map(of);
  await tx.query({
    name: 'project-alerts',
    text: `INSERT INTO alerts AS a (site, gateway, alert, kind, state, severity, since, cleared_at, bay, device, vin, detail,
        marked_at, marked_seq)
      SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int8[], $8::int8[],
        $9::text[], $10::text[], $11::text[], $12::jsonb[], $13::int8[], $14::int8[])
      ON CONFLICT (site, gateway, alert) DO UPDATE SET kind = excluded.kind, state = excluded.state,
        severity = excluded.severity, since = excluded.since, cleared_at = excluded.cleared_at, bay = excluded.bay,
        device = excluded.device, vin = excluded.vin, detail = excluded.detail, marked_at = excluded.marked_at,
        marked_seq = excluded.marked_seq,
        acknowledged_by = CASE WHEN SAME THEN a.acknowledged_by END,
        acknowledged_at = CASE WHEN SAME THEN a.acknowledged_at END
      WHERE (a.marked_at, a.marked_seq) < (excluded.marked_at, excluded.marked_seq)`.replaceAll(
      'SAME',
      `a.since = excluded.since AND (excluded.severity <> 'severe' OR a.severity = 'severe')`,
    ),
    values: [
      site,
      column((e) => e.gateway),
      column((e) => e.data.alert),
      column((e) => e.data.kind),
      column((e) => e.data.state),
      column((e) => e.data.severity),
      column((e) => e.data.since),
      column((e) => (e.data.state === 'cleared' ? e.time : null)),
      column((e) => e.data.bay),
      column((e) => e.data.device),
      column((e) => e.data.vin),
      column((e) => JSON.stringify(e.data.detail)),
      column((e) => e.time),
      column((e) => e.seq),
    ],
  });
}
