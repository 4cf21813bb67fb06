import { Temporal } from 'temporal-polyfill';
import type { Appointment } from '../../../protocols/api/flags.ts';
import type { OpeningHours } from '../../../protocols/event.ts';
import type { Millis } from '../../../protocols/time.ts';
import type { Queryable } from '../../store/pool.ts';

/** Where and when a site works. */
export interface Opening {
  readonly timezone: string;
  readonly hours: OpeningHours | null;
  readonly bays: number;
}

const ASSUMED: OpeningHours = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat'],
  open: '08:00',
  close: '18:00',
  holidays: [],
  special: [],
};
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const NOON = Temporal.PlainTime.from('12:00');
/** So far is looked ahead, days. */
const AHEAD = 42;

interface Half {
  readonly from: Millis;
  readonly until: Millis;
  readonly half: Appointment['half'];
}

/** The open halves of a site-local day, cut at noon; a day that is open on one side of noon alone is one piece. */
function halvesOf(date: Temporal.PlainDate, { timezone, hours }: Opening): Half[] {
  const all = hours ?? ASSUMED;
  const special = all.special.find((s) => s.date === date.toString());
  if (!special && (all.holidays.includes(date.toString()) || !all.days.includes(DAYS[date.dayOfWeek - 1]!))) return [];
  const { open, close } = special ?? all;
  const at = (day: Temporal.PlainDate, plainTime: Temporal.PlainTime) =>
    day.toZonedDateTime({ timeZone: timezone, plainTime }).epochMilliseconds;
  const [begin, end] = [Temporal.PlainTime.from(open), Temporal.PlainTime.from(close)];
  const overnight = Temporal.PlainTime.compare(end, begin) <= 0;
  const [from, noon] = [at(date, begin), at(date, NOON)];
  const until = at(overnight ? date.add({ days: 1 }) : date, end);
  if (noon <= from || noon >= until) return [{ from, until, half: 'day' }];
  return [
    { from, until: noon, half: 'morning' },
    { from: noon, until, half: 'afternoon' },
  ];
}

/**
 * The next free half-day from tomorrow on that is over before the early end of the window; where none is, the next free
 * one at all, which says so. Free: fewer cars are expected in it than the site has bays.
 * @param taken beginnings of the appointments that are made
 * @returns null where nothing is free within six weeks
 */
export function suggest(
  opening: Opening,
  taken: readonly Millis[],
  early: Millis | null,
  now: Millis,
): Appointment | null {
  const places = Math.max(1, opening.bays);
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(opening.timezone).toPlainDate();
  for (let day = 1; day <= AHEAD; day++) {
    for (const { from, until, half } of halvesOf(today.add({ days: day }), opening)) {
      const count = taken.filter((t) => t >= from && t < until).length;
      if (count >= places) continue;
      const why = early === null ? 'no-window' : until <= early ? 'before-due' : 'late';
      return { from, until, half, taken: count, places, why, assumed: opening.hours === null };
    }
  }
  return null;
}

/** When cars are expected from `now` on: by appointment, or by the promise of an order that is not begun. A car once a day. */
export async function expectedAt(db: Queryable, site: string, now: Millis): Promise<Millis[]> {
  const { rows } = await db.query<{ at: Millis }>(
    `SELECT min(at) AS at FROM (
        SELECT vin, appointment_from AS at FROM flag_cases
          WHERE site = $1 AND closed_at IS NULL AND state = 'booked' AND appointment_from >= $2
        UNION ALL
        SELECT coalesce(vin, order_id), promised_at FROM orders
          WHERE site = $1 AND state = 'expected' AND promised_at >= $2) e
      GROUP BY vin, at / 86400000 ORDER BY 1`,
    [site, now],
  );
  return rows.map((r) => r.at);
}
