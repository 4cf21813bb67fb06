import type { CaseAct, FlagCase, NewCaseAct } from '../../../protocols/api/flags.ts';
import { LiftgateError } from '../../../protocols/error.ts';
import { type EventData, event, type FlagName } from '../../../protocols/event.ts';
import type { Millis } from '../../../protocols/time.ts';
import { appendOwn, CLOUD, type LoggedEvent, takePlaces } from '../../store/events.ts';
import { type Db, type Queryable, type Tx, transaction } from '../../store/pool.ts';
import { acknowledgeFlag } from './alert.ts';
import { decide, downOf, hear, type Life } from './life.ts';
import { newestOf } from './newest.ts';

interface Row extends Life {
  readonly site: string;
  readonly id: string;
  readonly vin: string;
  readonly flag: FlagName;
}

const LIFE = `state, severity, cause, opened_at AS "openedAt", raised_at AS "raisedAt", changed_at AS "changedAt",
  changed_by AS "changedBy", told, told_at AS "toldAt", closed_at AS "closedAt", proposed, order_id AS "order",
  appointment_from AS "from", appointment_until AS "until", later_until AS "laterUntil", outcome`;

/** Follows what the gateways say of flags: the engine's words, and what people did on the site's own page. */
export async function projectCases(tx: Tx, site: string, events: readonly LoggedEvent[]): Promise<void> {
  const words = newestOf(
    events.filter((e) => e.type === 'liftgate.vehicle.flag.v1'),
    (e) => `${e.data.vin} ${e.data.flag}`,
  );
  const acts = events.filter((e) => e.type === 'liftgate.flag.action.v1').filter((e) => e.gateway !== CLOUD);
  if (words.length === 0 && acts.length === 0) return;
  const about = [...words, ...acts].map((e) => `${e.data.vin} ${e.data.flag}`);
  const known = await newestCases(tx, site, [...new Set(about)]);
  for (const e of words) {
    const old = known.get(`${e.data.vin} ${e.data.flag}`) ?? null;
    const next = hear(old, { at: e.time, data: e.data });
    if (next === null || next === old) continue;
    const opens = old === null || (next.closedAt === null && old.closedAt !== null);
    const row = { ...next, site, vin: e.data.vin, flag: e.data.flag };
    if (!opens) {
      await save(tx, { ...row, id: old.id });
      known.set(`${e.data.vin} ${e.data.flag}`, { ...row, id: old.id });
    } else known.set(`${e.data.vin} ${e.data.flag}`, { ...row, id: await open(tx, row) });
  }
  for (const e of acts) {
    const key = `${e.data.vin} ${e.data.flag}`;
    const c = known.get(key);
    if (c) known.set(key, await takeOver(tx, c, e.data));
  }
}

/**
 * What was done on site counts unless somebody here did something later: then it stands in the history, as not counted. The
 * gateway follows the same rule, so that both sides end at the same word, in whatever order they hear of each other.
 */
async function takeOver(tx: Tx, c: Row, said: EventData<'liftgate.flag.action.v1'>): Promise<Row> {
  const { rows } = await tx.query<{ last: Millis | null }>(
    'SELECT max(at) AS last FROM flag_acts WHERE site = $1 AND case_id = $2',
    [c.site, c.id],
  );
  const last = rows[0]!.last;
  const { act, at, by, reason, appointment = null, outcome = null } = said;
  if (last !== null && at <= last) {
    await note(tx, c, act, at, by, reason);
    return c;
  }
  // Ended by a person who could not know of this later word: it is open again.
  const still =
    c.closedAt !== null && c.changedBy !== null && act !== 'reopen' ? decide(c, { act: 'reopen' }, by, at) : c;
  let next: Life;
  try {
    next = decide(still, { act, reason: reason ?? '—', appointment, outcome }, by, at);
  } catch (e) {
    // It speaks of a case that ended by itself meanwhile: nothing follows from it.
    if (e instanceof LiftgateError) return c;
    throw e;
  }
  if (next === c) return c;
  const row = { ...c, ...next };
  await save(tx, row);
  await note(tx, c, act, at, by, reason);
  if (act !== 'reopen') await acknowledgeFlag(tx, c.site, c.vin, c.flag, by, at);
  return row;
}
async function newestCases(tx: Tx, site: string, keys: readonly string[]): Promise<Map<string, Row>> {
  const { rows } = await tx.query<Row>(
    `SELECT DISTINCT ON (vin, flag) site, id, vin, flag, ${LIFE} FROM flag_cases
      WHERE site = $1 AND vin = ANY($2) AND vin || ' ' || flag = ANY($3)
      ORDER BY vin, flag, closed_at IS NULL DESC, opened_at DESC`,
    [site, [...new Set(keys.map((k) => k.split(' ')[0]))], keys],
  );
  return new Map(rows.map((r) => [`${r.vin} ${r.flag}`, r]));
}

async function open(tx: Tx, c: Omit<Row, 'id'>): Promise<string> {
  const { rows } = await tx.query<{ id: string }>(
    `INSERT INTO flag_cases (site, vin, flag, state, severity, cause, opened_at, raised_at, changed_at, told, told_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $7, $9, $7) RETURNING id`,
    [c.site, c.vin, c.flag, c.state, c.severity, c.cause, c.openedAt, c.raisedAt, c.told],
  );
  return rows[0]!.id;
}

async function save(tx: Tx, c: Row): Promise<void> {
  await tx.query(
    `UPDATE flag_cases SET state = $3, severity = $4, cause = $5, raised_at = $6, changed_at = $7, changed_by = $8,
        told = $9, told_at = $10, closed_at = $11, proposed = $12, order_id = $13, appointment_from = $14,
        appointment_until = $15, later_until = $16, outcome = $17 WHERE site = $1 AND id = $2`,
    [
      ...[c.site, c.id, c.state, c.severity, c.cause, c.raisedAt, c.changedAt, c.changedBy, c.told, c.toldAt],
      ...[c.closedAt, c.proposed, c.order, c.from, c.until, c.laterUntil, c.outcome],
    ],
  );
}

async function note(tx: Tx, c: Row, act: CaseAct, at: Millis, by: string, reason: string | null): Promise<void> {
  await tx.query(
    `INSERT INTO flag_acts (site, case_id, act, at, by_whom, reason) VALUES ($1, $2, $3, $4, $5, $6)
      ON CONFLICT (site, case_id, act, at) DO NOTHING`,
    [c.site, c.id, act, at, by, reason],
  );
}

/** Who does it: the account goes down to the workshop, the name stands at the alert. */
export interface Actor {
  readonly id: string;
  readonly name: string;
}

/** Told in the same transaction that these flags of a car are settled: nobody is to be told of them any more. */
export type OnSettled = (
  tx: Tx,
  site: string,
  vin: string,
  flags: readonly FlagName[],
  why: 'flag-dismissed' | 'flag-verified' | 'repaired',
) => Promise<void>;

const whyOf = (state: Life['state']) => (state === 'verified' ? 'flag-verified' : 'flag-dismissed');

/** Tells of the flags that were settled on the site's own page, as far as that counted. After `projectCases`. */
export async function projectSettled(
  tx: Tx,
  site: string,
  events: readonly LoggedEvent[],
  settled: OnSettled,
): Promise<void> {
  const said = events
    .filter((e) => e.type === 'liftgate.flag.action.v1')
    .filter((e) => e.gateway !== CLOUD && (e.data.act === 'verify' || e.data.act === 'dismiss'));
  if (said.length === 0) return;
  const keys = [...new Set(said.map((e) => `${e.data.vin} ${e.data.flag}`))];
  for (const c of (await newestCases(tx, site, keys)).values())
    if (c.closedAt !== null && c.changedBy !== null) await settled(tx, site, c.vin, [c.flag], whyOf(c.state));
}

/** Leaves out words on flags that a person has settled: what the engine goes on saying of them is no news. After `projectCases`. */
export async function withoutSettled(
  tx: Tx,
  site: string,
  events: readonly LoggedEvent[],
): Promise<readonly LoggedEvent[]> {
  const raised = events.filter((e) => e.type === 'liftgate.vehicle.flag.v1').filter((e) => e.data.state === 'raised');
  if (raised.length === 0) return events;
  const known = await newestCases(tx, site, [...new Set(raised.map((e) => `${e.data.vin} ${e.data.flag}`))]);
  return events.filter((e) => {
    if (e.type !== 'liftgate.vehicle.flag.v1' || e.data.state !== 'raised') return true;
    return (known.get(`${e.data.vin} ${e.data.flag}`)?.closedAt ?? null) === null;
  });
}

/**
 * Does something with the newest case of a flag, and tells the workshop; the same again changes nothing.
 * @throws LiftgateError `not-found` where this car has no such case, `conflict`, `invalid`
 */
export async function actOn(
  db: Db,
  key: { readonly site: string; readonly vin: string; readonly flag: FlagName },
  ask: NewCaseAct,
  who: Actor,
  now: Millis,
  settled: OnSettled,
): Promise<FlagCase> {
  return await transaction(db, async (tx) => {
    await takePlaces(tx, key.site, 0);
    const c = await act(tx, key, ask, who, now);
    if (c.closedAt !== null) await settled(tx, key.site, key.vin, [key.flag], whyOf(c.state));
    return c;
  });
}

async function act(
  tx: Tx,
  { site, vin, flag }: { readonly site: string; readonly vin: string; readonly flag: FlagName },
  ask: NewCaseAct,
  who: Actor,
  now: Millis,
): Promise<FlagCase> {
  const c = (await newestCases(tx, site, [`${vin} ${flag}`])).get(`${vin} ${flag}`);
  if (!c) throw new LiftgateError('not-found', `car ${vin} has no flag ${flag} at site ${site}`, { about: flag });
  const { rows } = await tx.query<{ by: string | null; at: Millis }>(
    'SELECT by_whom AS by, at FROM flag_acts WHERE site = $1 AND case_id = $2 AND act = $3 ORDER BY id DESC LIMIT 1',
    [site, c.id, ask.act],
  );
  // Not before what stands in the history that this person sees, whatever a gateway's clock said.
  const { rows: acts } = await tx.query<{ last: Millis | null }>(
    'SELECT max(at) AS last FROM flag_acts WHERE site = $1 AND case_id = $2',
    [site, c.id],
  );
  const at = Math.max(now, acts[0]!.last ?? 0);
  const next = decide(c, ask, who.id, at, rows[0] ?? null);
  if (next !== c) {
    await save(tx, { ...c, ...next });
    await note(tx, c, ask.act, at, who.id, ask.reason ?? null);
    const down = downOf(ask.act);
    if (down !== 'reopen') await acknowledgeFlag(tx, site, vin, flag, who.name, now);
    // Seen is seen: a second call says nothing new to the workshop.
    if (down !== 'acknowledge' || next.state !== c.state) {
      const { reason = null, appointment, outcome } = ask;
      const more = { ...(appointment ? { appointment } : {}), ...(outcome ? { outcome } : {}) };
      const data = { vin, flag, act: down, reason, at, by: who.id, ...more };
      await appendOwn(tx, site, [event('liftgate.flag.action.v1', now, data)], now);
    }
  }
  return (await casesOf(tx, site, { id: c.id }))[0]!;
}

/** An alert about a flag was acknowledged: so is the flag. */
export async function acknowledgeBehind(
  tx: Tx,
  alert: { readonly site: string; readonly vin: string | null; readonly kind: string; readonly detail: object },
  who: Actor,
  now: Millis,
): Promise<void> {
  const { flag } = alert.detail as { flag?: FlagName };
  if (alert.kind !== 'flag-raised' || alert.vin === null || flag === undefined) return;
  const c = (await newestCases(tx, alert.site, [`${alert.vin} ${flag}`])).get(`${alert.vin} ${flag}`);
  if (!c || c.closedAt !== null) return;
  await act(tx, { site: alert.site, vin: alert.vin, flag }, { act: 'acknowledge' }, who, now);
}

/** A work order was closed, and says what was repaired: somebody is asked whether the flag was right. */
export async function proposeVerified(
  tx: Tx,
  site: string,
  done: { readonly vin: string; readonly order: string; readonly repaired: readonly string[] },
): Promise<void> {
  await tx.query(
    `UPDATE flag_cases SET proposed = 'order', order_id = $3 WHERE site = $1 AND vin = $2 AND flag = ANY($4)
      AND closed_at IS NULL`,
    [site, done.vin, done.order, done.repaired],
  );
}

const NAME = (column: string) => `coalesce((SELECT name FROM people p WHERE p.id::text = ${column}), ${column})`;

/** Cases of a car, newest first, with what was done; or one by its id. */
export async function casesOf(
  db: Queryable,
  site: string,
  of: { readonly vin?: string; readonly id?: string },
): Promise<FlagCase[]> {
  const { rows } = await db.query<Row & { by: string | null; history: FlagCase['history'] }>(
    `SELECT site, id, vin, flag, ${LIFE}, ${NAME('c.changed_by')} AS by,
        (SELECT coalesce(jsonb_agg(jsonb_build_object('act', a.act, 'at', a.at, 'by', ${NAME('a.by_whom')},
          'reason', a.reason, 'counted', NOT EXISTS (SELECT 1 FROM flag_acts b WHERE b.site = a.site
            AND b.case_id = a.case_id AND b.id < a.id AND b.at > a.at)) ORDER BY a.id DESC), '[]') FROM flag_acts a WHERE a.site = c.site AND a.case_id = c.id) AS history
      FROM flag_cases c WHERE site = $1 AND ($2::text IS NULL OR vin = $2) AND ($3::uuid IS NULL OR id = $3)
      ORDER BY closed_at IS NULL DESC, opened_at DESC, id LIMIT 60`,
    [site, of.vin ?? null, of.id ?? null],
  );
  return rows.map(({ told: _, toldAt: __, from, until, by, ...c }) => ({
    ...c,
    changedBy: by,
    appointment: from === null || until === null ? null : { from, until },
  }));
}
