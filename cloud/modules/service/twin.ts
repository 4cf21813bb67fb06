import { event } from '../../../protocols/event.ts';
import type { Millis } from '../../../protocols/time.ts';
import { appendOwn } from '../../store/events.ts';
import type { Sender } from '../../store/letter.ts';
import { TWIN_GONE_MS } from '../../store/numbers.ts';
import { type Db, type Tx, transaction } from '../../store/pool.ts';
import { projectAlerts } from './alert.ts';

/** A request of a run that has ended may arrive so much later, ms; whoever speaks after that is alive. */
const LATE_MS = 15_000;

const alertOf = (gateway: string) => `gateway-twin/${gateway}`;

/**
 * A run of a gateway that was taken over by another speaks again: notes it, and raises an alert in the site's log, which
 * goes to the consoles, the walls and the workshop itself.
 * @param isSure it spoke, and was let in; false: it was refused, and may be no more than a late request of a run that ended
 * @returns was anything added to the log?
 */
export async function noteTwin(db: Db, { site, gateway }: Sender, isSure: boolean, now: Millis): Promise<boolean> {
  return await transaction(db, async (tx) => {
    const { rowCount } = await tx.query(
      `UPDATE gateways SET twin_at = $3 WHERE site = $1 AND gateway = $2 AND revoked_at IS NULL
        AND ($4 OR coalesce(taken_at, 0) < $3::int8 - ${LATE_MS})`,
      [site, gateway, now, isSure],
    );
    if (rowCount === 0) return false;
    const { rows } = await tx.query(
      `SELECT 1 FROM alerts WHERE site = $1 AND gateway = 'cloud' AND alert = $2 AND state = 'raised'`,
      [site, alertOf(gateway)],
    );
    if (rows.length > 0) return false;
    await tell(tx, { site, gateway }, 'raised', now, now);
    return true;
  });
}

/** Takes back the alerts on twins that are gone. @returns sites whose log was added to */
export async function settleTwins(db: Db, now: Millis): Promise<string[]> {
  const { rows } = await db.query<Sender & { since: Millis }>(
    `SELECT a.site, a.detail ->> 'gateway' AS gateway, a.since FROM alerts a
        LEFT JOIN gateways g ON g.site = a.site AND g.gateway = a.detail ->> 'gateway'
      WHERE a.kind = 'gateway-twin' AND a.state = 'raised'
        AND (g.twin_at IS NULL OR g.revoked_at IS NOT NULL OR g.twin_at <= $1::int8 - ${TWIN_GONE_MS})`,
    [now],
  );
  for (const { since, ...who } of rows) await transaction(db, (tx) => tell(tx, who, 'cleared', since, now));
  return rows.map((r) => r.site);
}

async function tell(
  tx: Tx,
  { site, gateway }: Sender,
  state: 'raised' | 'cleared',
  since: Millis,
  now: Millis,
): Promise<void> {
  const body = event('liftgate.alert.v1', now, {
    alert: alertOf(gateway),
    kind: 'gateway-twin',
    state,
    severity: 'severe',
    since,
    bay: null,
    device: null,
    vin: null,
    detail: { gateway },
  });
  await projectAlerts(tx, site, await appendOwn(tx, site, [body], now));
}
