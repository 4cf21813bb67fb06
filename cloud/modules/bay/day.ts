import { Temporal } from 'temporal-polyfill';
import { LiftgateError } from '../../../protocols/error.ts';
import type { Millis } from '../../../protocols/time.ts';

export interface SiteDay {
  readonly day: string;
  readonly from: Millis;
  readonly to: Millis;
}

/** Most days that one answer tells of. */
const MOST_DAYS = 92;

/** Whole days of a site, both included; of 23 or 25 hours where the zone says so. @throws LiftgateError `invalid` */
export function daysOf(timezone: string, first: string, last: string): SiteDay[] {
  const from = Temporal.PlainDate.from(first);
  const count = from.until(Temporal.PlainDate.from(last)).days + 1;
  if (count < 1 || count > MOST_DAYS)
    throw new LiftgateError('invalid', `expected 1 to ${MOST_DAYS} days, got ${first} to ${last}`, { about: 'to' });
  const start = (n: number) => from.add({ days: n }).toZonedDateTime(timezone).epochMilliseconds;
  return Array.from({ length: count }, (_, n) => ({
    day: from.add({ days: n }).toString(),
    from: start(n),
    to: start(n + 1),
  }));
}

/** The site-local date of an instant. */
export function dateOf(timezone: string, at: Millis): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone).toPlainDate().toString();
}
