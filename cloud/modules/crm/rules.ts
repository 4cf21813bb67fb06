import { Temporal } from 'temporal-polyfill';
import type { Millis } from '../../../protocols/time.ts';

/** Hours in which no customer is disturbed, site-local, as HH:MM; the same time twice means none. */
export interface Quiet {
  readonly from: string;
  readonly to: string;
}

/** A prediction is news for this long; what was not sent by then is recorded as expired, and never sent. */
export const FRESH_MS = 24 * 3_600_000;
/** Of one thing a customer is told at most once in this time. */
export const SPAN_MS = 30 * 24 * 3_600_000;

export const spanOf = (at: Millis) => Math.floor(at / SPAN_MS);

/** The first moment from `now` on at which a message may go out; works across midnight and changes of the clock. */
export function afterQuiet(now: Millis, timezone: string, { from, to }: Quiet): Millis {
  const here = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timezone);
  const [begin, end] = [Temporal.PlainTime.from(from), Temporal.PlainTime.from(to)];
  const not = Temporal.PlainTime.compare;
  const time = here.toPlainTime();
  const [began, ended] = [not(time, begin) >= 0, not(time, end) >= 0];
  const isQuiet = not(begin, end) <= 0 ? began && !ended : began || !ended;
  if (!isQuiet) return now;
  const today = here.withPlainTime(end);
  const next = ended ? here.add({ days: 1 }).withPlainTime(end) : today;
  return next.epochMilliseconds;
}

export interface Recipient {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly locale: 'zh-CN' | 'en';
  readonly consent: boolean;
}

/** Why this customer may not be told of a prediction; null: they may. Silence is no consent. */
export function obstacle(customer: Recipient | null): 'no-customer' | 'no-consent' | 'no-address' | null {
  if (customer === null) return 'no-customer';
  if (!customer.consent) return 'no-consent';
  return customer.email === null ? 'no-address' : null;
}
