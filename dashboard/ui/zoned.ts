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

/** `08:20:05`, a time of one date in the zone of the site; null: it is no time. On the hour that comes twice, the first. */
export function fromClock(date: string, text: string, zone: string): number | null {
  if (!/^\d{2}:\d{2}(:\d{2})?$/.test(text)) return null;
  return Temporal.PlainDateTime.from(`${date}T${text}`).toZonedDateTime(zone).epochMilliseconds;
}
