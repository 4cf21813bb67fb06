import type { FlagName, Severity } from '../../../protocols/event.ts';
import type { Millis } from '../../../protocols/time.ts';
import type { LoggedEvent } from '../../store/events.ts';
import type { Projection } from '../../store/ingest.ts';
import type { Queryable, Tx } from '../../store/pool.ts';
import { type OnCustomer, ownerOf } from './customer.ts';
import type { Surroundings } from './notice.ts';
import { FRESH_MS, obstacle, SPAN_MS, spanOf } from './rules.ts';
import { type Facts, noticeText, type Text } from './template.ts';
import { withdrawNotices } from './withdraw.ts';

type FlagEvent = Extract<LoggedEvent, { type: 'liftgate.vehicle.flag.v1' }>;

/** Makes a notice of each prediction, for an advisor to approve; takes it back when the prediction is. */
export function proposals(around: Surroundings): Projection {
  return async (tx, site, events, now) => {
    // Of many words on one flag in a batch only the last one counts.
    const newest = new Map<string, FlagEvent>();
    for (const e of events) if (e.type === 'liftgate.vehicle.flag.v1') newest.set(`${e.data.vin} ${e.data.flag}`, e);
    for (const e of newest.values()) {
      if (e.data.state === 'raised') await propose(tx, around, site, e, now);
      // Well again, or a new part of which little is known: nobody is to be told of the old one.
      else if (e.data.state !== 'watch') await withdrawNotices(tx, site, e.data.vin, [e.data.flag], 'cleared');
    }
  };
}

async function propose(tx: Tx, around: Surroundings, site: string, e: FlagEvent, now: Millis): Promise<void> {
  const { vin, flag, severity, due, dueKm = null, cause = null } = e.data;
  const { rows } = await tx.query<{ id: string; state: string }>(
    `SELECT id, state FROM notices WHERE site = $1 AND flag = $2 AND vin = $3 AND coalesce(sent_at, created_at) > $4
      ORDER BY created_at DESC LIMIT 1 FOR UPDATE`,
    [site, flag, vin, now - SPAN_MS],
  );
  const old = rows[0];
  // Told, about to be told, or decided against: the same prediction again is no news.
  if (old && !['proposed', 'blocked', 'expired', 'withdrawn'].includes(old.state)) return;

  const appointment = await around.offer(tx, site, due?.early ?? null, now);
  const told = { due, dueKm, severity, cause, appointment };
  const { why, text } = await wording(tx, around, site, vin, flag, told);
  const expiresAt = e.time + FRESH_MS;
  const state = expiresAt <= now ? 'expired' : why ? 'blocked' : 'proposed';
  const values = [severity, state, why, due?.early ?? null, due?.likely ?? null];
  const words = [text.template, text.subject, text.body, expiresAt];
  const window = [dueKm && JSON.stringify(dueKm), appointment && JSON.stringify(appointment)];
  if (old) {
    await tx.query(
      `UPDATE notices SET severity = $3, state = $4, why = $5, due_early = $6, due_likely = $7, template = $8, subject = $9,
        body = $10, expires_at = greatest(expires_at, $11), due_km = $12, appointment = $13 WHERE site = $1 AND id = $2`,
      [site, old.id, ...values, ...words, ...window],
    );
    return;
  }
  await tx.query(
    `INSERT INTO notices (site, vin, flag, span, created_at, severity, state, why, due_early, due_likely, template, subject,
        body, expires_at, due_km, appointment)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT (site, flag, vin, span) DO NOTHING`,
    [site, vin, flag, spanOf(now), now, ...values, ...words, ...window],
  );
}

async function wording(
  db: Queryable,
  around: Surroundings,
  site: string,
  vin: string,
  flag: FlagName,
  told: Pick<Facts, 'due' | 'dueKm' | 'severity' | 'cause' | 'appointment'>,
): Promise<{ why: string | null; text: Text }> {
  const owner = await ownerOf(db, site, vin);
  const { name: workshop, timezone } = await around.place(db, site);
  const car = (await around.cars(db, site, [vin])).get(vin);
  const locale = owner?.locale ?? 'zh-CN';
  const name = owner?.name ?? (locale === 'zh-CN' ? '车主' : 'customer');
  const facts = { name, workshop, timezone, model: car?.model ?? null, plate: car?.plate ?? null, ...told };
  return { why: obstacle(owner), text: noticeText(flag, locale, facts) };
}

/** A customer, an address or a consent came or went: what waits is looked at anew, within the same transaction. */
export function reconsider(around: Surroundings): OnCustomer {
  return async (tx, site, vins) => {
    const { rows } = await tx.query<{
      id: string;
      vin: string;
      flag: FlagName;
      early: Millis | null;
      likely: Millis | null;
      severity: Severity;
      dueKm: Facts['dueKm'];
      appointment: Facts['appointment'];
    }>(
      `SELECT id, vin, flag, due_early AS early, due_likely AS likely, severity, due_km AS "dueKm", appointment FROM notices
        WHERE site = $1 AND vin = ANY($2) AND state IN ('proposed', 'blocked', 'approved') FOR UPDATE`,
      [site, vins],
    );
    for (const n of rows) {
      const due = n.early !== null && n.likely !== null ? { early: n.early, likely: n.likely } : null;
      const { severity, dueKm, appointment } = n;
      const { why, text } = await wording(tx, around, site, n.vin, n.flag, { due, dueKm, severity, appointment });
      // What was approved for one address is not approved for another: it goes back to the advisor.
      await tx.query(
        `UPDATE notices SET state = $3, why = $4, template = $5, subject = $6, body = $7, customer = NULL, approved_by = NULL,
          approved_at = NULL, send_after = NULL WHERE site = $1 AND id = $2`,
        [site, n.id, why ? 'blocked' : 'proposed', why, text.template, text.subject, text.body],
      );
    }
  };
}
