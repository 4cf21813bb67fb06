import { Temporal } from 'temporal-polyfill';
import type { Millis } from '../../protocols/time.ts';
import type { Break, ShiftSettings } from './settings.ts';

/** One site-local day: its bounds and the open windows in it, half-open, in ms UTC. */
export interface Day {
  /** `YYYY-MM-DD` */
  readonly day: string;
  readonly start: Millis;
  readonly end: Millis;
  readonly windows: readonly (readonly [from: Millis, to: Millis])[];
}

/** Gives the day that an instant falls in. */
export type Calendar = (at: Millis) => Day;

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** Days that are remembered: those that the ledger may still amend, and one to spare. */
const REMEMBERED = 6;

/**
 * Makes the calendar of a site. Days of 23 and 25 hours come out right, since the bounds are asked from the zone. The
 * last days are remembered: a call for the same day compares two numbers.
 */
export function calendarOf(timezone: string, shift: ShiftSettings): Calendar {
  let last = dayOf(timezone, shift, 0);
  let others: readonly Day[] = [];
  return (at) => {
    if (at >= last.start && at < last.end) return last;
    const known = others.find((d) => at >= d.start && at < d.end);
    others = [last, ...others.filter((d) => d !== known)].slice(0, REMEMBERED);
    last = known ?? dayOf(timezone, shift, at);
    return last;
  };
}

interface Hours {
  readonly open: string;
  readonly close: string;
  readonly breaks: readonly Break[];
}

/** The hours of the shift that begins on a date; null: none does. A special day goes before a holiday. */
function hoursOf(shift: ShiftSettings, d: Temporal.PlainDate): Hours | null {
  const date = d.toString();
  const special = shift.special?.find((s) => s.date === date);
  if (special) return special;
  if (shift.holidays?.includes(date) || !shift.days.includes(DAYS[d.dayOfWeek - 1]!)) return null;
  return shift;
}

function dayOf(timezone: string, shift: ShiftSettings, at: Millis): Day {
  const date = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone).toPlainDate();
  const instant = (d: Temporal.PlainDate, time: string) =>
    d.toZonedDateTime({ timeZone: timezone, plainTime: time }).epochMilliseconds;
  const start = date.toZonedDateTime(timezone).epochMilliseconds;
  const end = date.add({ days: 1 }).toZonedDateTime(timezone).epochMilliseconds;
  // A shift that ends at or before its start ends on the next day, so yesterday's may reach into today.
  const windows = [date.subtract({ days: 1 }), date].flatMap((d): [Millis, Millis][] => {
    const hours = hoursOf(shift, d);
    if (!hours) return [];
    const until = (time: string, after: string) => instant(time <= after ? d.add({ days: 1 }) : d, time);
    const open: [Millis, Millis] = [instant(d, hours.open), until(hours.close, hours.open)];
    return hours.breaks.reduce<[Millis, Millis][]>(
      (parts, b) => {
        const from = instant(b.from < hours.open ? d.add({ days: 1 }) : d, b.from);
        const to = instant(b.to <= b.from || b.from < hours.open ? d.add({ days: 1 }) : d, b.to);
        return parts.flatMap((p) => without(p, from, to));
      },
      [open],
    );
  });
  const clipped = windows
    .map(([from, to]): [Millis, Millis] => [Math.max(from, start), Math.min(to, end)])
    .filter(([from, to]) => from < to);
  return { day: date.toString(), start, end, windows: clipped };
}

function without([from, to]: [Millis, Millis], a: Millis, b: Millis): [Millis, Millis][] {
  const left: [Millis, Millis] = [from, Math.min(to, a)];
  const right: [Millis, Millis] = [Math.max(from, b), to];
  return [left, right].filter(([f, t]) => f < t);
}

/** Open time in [from, to) of a day, in whole seconds; adds up exactly over adjoining spans. */
export function openSeconds(day: Day, from: Millis, to: Millis): number {
  let sum = 0;
  for (const [a, b] of day.windows) {
    sum += Math.max(0, Math.floor(Math.min(b, to) / 1_000) - Math.floor(Math.max(a, from) / 1_000));
  }
  return sum;
}

/** The first edge after `at`: the shift or a break begins or ends, or the day does. */
export function nextEdge(day: Day, at: Millis): Millis {
  let first = day.end;
  for (const [from, to] of day.windows) {
    if (from > at && from < first) first = from;
    if (to > at && to < first) first = to;
  }
  return first;
}

export function isOpen(day: Day, at: Millis): boolean {
  for (const [from, to] of day.windows) if (at >= from && at < to) return true;
  return false;
}
