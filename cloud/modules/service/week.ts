import { Temporal } from 'temporal-polyfill';
import type { CallItem, PartWeek, WeekList } from '../../../protocols/api/flags.ts';
import type { FlagName } from '../../../protocols/event.ts';
import type { Cause } from '../../../protocols/health/flag.ts';
import { PARTS, type Part, partsOf } from '../../../protocols/parts.ts';
import type { Millis } from '../../../protocols/time.ts';
import type { Queryable } from '../../store/pool.ts';
import { expectedAt, type Opening, suggest } from './appointment.ts';

const DAY_MS = 86_400_000;
/** A car is called when its window opens within this time after the week, ms: it must come before, not then. */
const LEAD_MS = 7 * DAY_MS;

type Reason = CallItem['reasons'][number];

interface OpenCase extends Omit<Reason, 'flag' | 'cause'> {
  readonly vin: string;
  readonly flag: FlagName;
  readonly cause: Cause | null;
  readonly plate: string | null;
  readonly model: string | null;
  readonly from: Millis | null;
  readonly until: Millis | null;
  readonly laterUntil: Millis | null;
  readonly called: CallItem['called'];
}

/** Raised cases with what the engine said of them last and what people call the car. */
async function openCases(db: Queryable, site: string): Promise<OpenCase[]> {
  const { rows } = await db.query<OpenCase>(
    `SELECT c.vin, c.flag, c.cause, c.severity, c.state, c.proposed, coalesce(c.raised_at, c.opened_at) AS since,
        f.data -> 'due' AS due, f.data -> 'dueKm' AS "dueKm", v.plate, v.model, c.appointment_from AS "from",
        c.appointment_until AS "until", c.later_until AS "laterUntil",
        (SELECT jsonb_build_object('at', a.at, 'result', a.reason,
            'by', coalesce((SELECT name FROM people p WHERE p.id::text = a.by_whom), a.by_whom))
          FROM flag_acts a WHERE a.site = c.site AND a.case_id = c.id AND a.act = 'call' ORDER BY a.id DESC LIMIT 1) AS called
      FROM flag_cases c LEFT JOIN vehicle_flags f ON f.site = c.site AND f.vin = c.vin AND f.flag = c.flag
      LEFT JOIN vehicles v ON v.site = c.site AND v.vin = c.vin
      WHERE c.site = $1 AND c.closed_at IS NULL AND c.state <> 'watching' ORDER BY c.vin, c.flag LIMIT 2000`,
    [site],
  );
  return rows;
}

const RANK = { severe: 0, warning: 1, info: 2 } as const;
const earlyOf = (reasons: readonly Reason[]) => Math.min(...reasons.map((r) => r.due?.early ?? Infinity));
const rankOf = (reasons: readonly Reason[]) => Math.min(...reasons.map((r) => RANK[r.severity]));

/** The start of the site-local week that an instant lies in. */
function mondayOf(at: Millis, zone: string): Temporal.PlainDate {
  const date = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();
  return date.subtract({ days: date.dayOfWeek - 1 });
}

/** A car to call; its owner is added by who asks. */
type Call = Omit<CallItem, 'customer'>;

/**
 * Cars to call this week: one entry a car with all its reasons. A car is due for a call when one of its flags is severe,
 * has no due date, or has a window that opens by the end of next week. Booked ones and those put off are not called; one
 * whose repair is only to be confirmed stays with its question.
 */
export async function weekOf(
  db: Queryable,
  site: string,
  opening: Opening,
  now: Millis,
): Promise<Omit<WeekList, 'calls'> & { calls: Call[] }> {
  const monday = mondayOf(now, opening.timezone);
  const start = (d: Temporal.PlainDate) => d.toZonedDateTime(opening.timezone).epochMilliseconds;
  const [from, to] = [start(monday), start(monday.add({ days: 7 }))];
  const cases = await openCases(db, site);
  const taken = await expectedAt(db, site, now);
  const calls: Call[] = [];
  const booked: WeekList['booked'] = [];
  let later = 0;
  for (const [vin, ofCar] of Map.groupBy(cases, (c) => c.vin)) {
    const { plate, model } = ofCar[0]!;
    const coming = ofCar.find((c) => c.state === 'booked');
    if (coming) {
      const appointment = coming.from === null ? null : { from: coming.from, until: coming.until ?? coming.from };
      booked.push({ vin, plate, model, flags: ofCar.map((c) => c.flag), appointment });
      continue;
    }
    const open = ofCar.filter((c) => c.laterUntil === null || c.laterUntil <= now);
    const isDue = (c: OpenCase) => c.severity === 'severe' || c.due === null || c.due.early < to + LEAD_MS;
    if (!open.some(isDue)) {
      later++;
      continue;
    }
    const reasons = open.map(({ flag, cause, severity, state, since, due, dueKm, proposed }) => ({
      ...{ flag, cause, severity, state, since, due, dueKm, proposed },
    }));
    reasons.sort((a, b) => RANK[a.severity] - RANK[b.severity] || earlyOf([a]) - earlyOf([b]));
    const early = earlyOf(reasons);
    const suggestion = suggest(opening, taken, Number.isFinite(early) ? early : null, now);
    const called = ofCar.flatMap((c) => c.called ?? []).toSorted((a, b) => b.at - a.at)[0] ?? null;
    calls.push({ vin, plate, model, reasons, suggestion, called });
  }
  calls.sort((a, b) => rankOf(a.reasons) - rankOf(b.reasons) || earlyOf(a.reasons) - earlyOf(b.reasons));
  booked.sort((a, b) => (a.appointment?.from ?? Infinity) - (b.appointment?.from ?? Infinity));
  return { from, to, calls, later, booked };
}

/**
 * Parts that raised and booked flags will probably need, by site-local week: that of the appointment, else that of the
 * likely date, else this one. What is due already counts for this week.
 */
export async function partWeeks(db: Queryable, site: string, zone: string, now: Millis): Promise<PartWeek[]> {
  type Car = PartWeek['parts'][number]['cars'][number];
  const weeks = new Map<string, Map<Part, Car[]>>();
  for (const c of await openCases(db, site)) {
    if (c.proposed !== null) continue;
    const at = Math.max(now, c.from ?? c.due?.likely ?? now);
    const week = mondayOf(at, zone).toString();
    const parts = weeks.get(week) ?? new Map<Part, Car[]>();
    weeks.set(week, parts);
    for (const part of partsOf(c.flag, c.cause)) {
      const car = { vin: c.vin, plate: c.plate, model: c.model, flag: c.flag, booked: c.state === 'booked' };
      const cars = parts.get(part) ?? [];
      // Two flags of one car may ask for the same part: it needs one.
      if (!cars.some((k) => k.vin === c.vin)) parts.set(part, [...cars, car]);
    }
  }
  return [...weeks]
    .filter(([, parts]) => parts.size > 0)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([week, parts]) => ({
      week,
      parts: [...parts]
        .map(([part, cars]) => ({ part, name: PARTS[part], count: cars.length, cars }))
        .toSorted((a, b) => b.count - a.count || (a.part < b.part ? -1 : 1)),
    }));
}
