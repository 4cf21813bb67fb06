import type { AlertItem } from '../../../protocols/api/console.ts';
import { LiftgateError } from '../../../protocols/error.ts';
import type { Millis } from '../../../protocols/time.ts';
import type { LoggedEvent } from '../../store/events.ts';
import { type Page, type PageAsk, pageOf, startOf } from '../../store/page.ts';
import type { Queryable, Tx } from '../../store/pool.ts';

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

/** The first to acknowledge is remembered. @throws LiftgateError `not-found` */
export async function acknowledge(
  db: Queryable,
  sites: readonly string[],
  id: string,
  person: string,
  now: Millis,
): Promise<AlertItem> {
  const { rows } = await db.query<AlertItem>(
    `UPDATE alerts SET acknowledged_by = coalesce(acknowledged_by, $3), acknowledged_at = coalesce(acknowledged_at, $4)
      WHERE id = $1 AND site = ANY($2) RETURNING ${ITEM}`,
    [id, sites, person, now],
  );
  if (rows[0]) return rows[0];
  throw new LiftgateError('not-found', `there is no alert ${id}`, { about: id });
}

type AlertEvent = Extract<LoggedEvent, { type: 'liftgate.alert.v1' }>;

/** Keeps the newest word on each alert. An alert that comes back under its name must be acknowledged anew. */
export async function projectAlert(tx: Tx, site: string, e: AlertEvent): Promise<void> {
  const { alert, kind, state, severity, since, bay, device, vin, detail } = e.data;
  await tx.query({
    name: 'project-alert',
    text: `INSERT INTO alerts AS a (site, gateway, alert, kind, state, severity, since, cleared_at, bay, device, vin, detail,
        marked_at, marked_seq)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
      ON CONFLICT (site, gateway, alert) DO UPDATE SET kind = $4, state = $5, severity = $6, since = $7, cleared_at = $8,
        bay = $9, device = $10, vin = $11, detail = $12, marked_at = $13, marked_seq = $14,
        acknowledged_by = CASE WHEN a.since = $7 THEN a.acknowledged_by END,
        acknowledged_at = CASE WHEN a.since = $7 THEN a.acknowledged_at END
      WHERE (a.marked_at, a.marked_seq) < ($13, $14)`,
    values: [
      site,
      e.gateway,
      alert,
      kind,
      state,
      severity,
      since,
      state === 'cleared' ? e.time : null,
      bay,
      device,
      vin,
      JSON.stringify(detail),
      e.time,
      e.seq,
    ],
  });
}
