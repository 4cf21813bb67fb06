import { Temporal } from 'temporal-polyfill';

/** The value of a `datetime-local` field for a time, in the zone of the site. */
export function toField(at: number | null, zone: string): string {
  if (at === null) return '';
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDateTime();
  return local.toString({ smallestUnit: 'minute' });
}

/** The time that a `datetime-local` field means in the zone of the site; null when it is empty. */
export function fromField(text: string | undefined, zone: string): number | null {
  if (!text) return null;
  return Temporal.PlainDateTime.from(text).toZonedDateTime(zone).epochMilliseconds;
}
