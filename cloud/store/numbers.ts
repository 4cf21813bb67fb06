import type { GatewayNumbers } from '../../protocols/api/console.ts';
import type { SyncBatch, Verdict } from '../../protocols/sync.ts';
import type { Millis } from '../../protocols/time.ts';
import type { LoggedEvent } from './events.ts';
import type { Sender } from './letter.ts';
import type { Queryable, Tx } from './pool.ts';

/** How far a gateway's clock may be off, ms, before it is marked and its times are corrected. */
export const SKEW_MS = 2_000;
/** A second gateway speaks again within a minute or so: one that was noticed longer ago, in ms, is gone. */
export const TWIN_GONE_MS = 600_000;

/**
 * Counts what a batch brought, in the transaction that stores it: `received` is what came in, the others are what became
 * of it, and they add up at every moment.
 * @param received entries of the batch
 */
export async function countBatch(
  tx: Tx,
  { site, gateway }: Sender,
  received: number,
  verdicts: readonly Verdict[],
  delayMs: number | null,
): Promise<void> {
  if (received === 0) return;
  const n = { accepted: 0, duplicate: 0, conflict: 0, rejected: 0 };
  for (const { verdict } of verdicts) n[verdict]++;
  await tx.query({
    name: 'count-batch',
    text: `UPDATE gateways SET received = received + $3, accepted = accepted + $4, duplicate = duplicate + $5,
        conflict = conflict + $6, rejected = rejected + $7, delay_ms = coalesce($8, delay_ms)
      WHERE site = $1 AND gateway = $2`,
    values: [site, gateway, received, n.accepted, n.duplicate, n.conflict, n.rejected, delayMs],
  });
}

/** How long the newest of what is not history has waited on site, ms; null: nothing of the kind, or not told. */
export function waitedOf({ events, waited = [] }: SyncBatch): number | null {
  const live = events.flatMap((raw, n) =>
    (raw as { historical?: unknown } | null)?.historical ? [] : (waited[n] ?? []),
  );
  return live.length === 0 ? null : Math.min(...live);
}

/** Adds up what gap records tell to be dropped. */
export async function countGaps(tx: Tx, { site, gateway }: Sender, stored: readonly LoggedEvent[]): Promise<void> {
  const gaps = stored.filter((e) => e.type === 'liftgate.journal.gap.v1');
  for (const { time, data } of gaps)
    await tx.query(
      `INSERT INTO gateway_gaps AS g (site, gateway, class, reason, events, last_at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (site, gateway, class, reason) DO UPDATE
        SET events = g.events + excluded.events, last_at = greatest(g.last_at, excluded.last_at)`,
      [site, gateway, data.priority, data.reason, data.count, time],
    );
}

/** What is counted of one gateway. */
export interface Counted extends GatewayNumbers {
  readonly site: string;
  readonly gateway: string;
  readonly lastSyncAt: Millis | null;
}

/** The numbers of gateways that are not revoked; of all sites where none are named. */
export async function numbersOf(db: Queryable, sites: readonly string[] | null, now: Millis): Promise<Counted[]> {
  const { rows } = await db.query<Counted>(
    `SELECT g.site, g.gateway, g.last_sync_at AS "lastSyncAt", g.received, g.accepted, g.duplicate, g.conflict, g.rejected,
        g.queued, g.oldest_ms AS "oldestMs", g.delay_ms AS "delayMs", g.skew_ms AS "skewMs",
        coalesce(abs(g.skew_ms) > ${SKEW_MS}, false) AS skewed, g.twin_at AS "twinAt",
        coalesce(g.twin_at > $2::int8 - ${TWIN_GONE_MS}, false) AS twin,
        (SELECT coalesce(jsonb_agg(jsonb_build_object('class', p.class, 'reason', p.reason, 'count', p.events,
          'lastAt', p.last_at) ORDER BY p.class, p.reason), '[]') FROM gateway_gaps p
          WHERE p.site = g.site AND p.gateway = g.gateway AND p.reason <> 'renumbered') AS lost,
        (SELECT count(*)::int FROM dead_letters d WHERE d.site = g.site AND d.gateway = g.gateway
          AND d.replayed_at IS NULL AND d.verdict = 'rejected') AS dead
      FROM gateways g WHERE g.revoked_at IS NULL AND ($1::text[] IS NULL OR g.site = ANY($1)) ORDER BY g.site, g.gateway`,
    [sites, now],
  );
  return rows;
}
