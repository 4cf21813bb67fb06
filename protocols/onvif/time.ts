import type { Millis } from '../time.ts';
import { at, child, textAt, type XmlNode } from './tree.ts';

const DURATION = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/** An xs:duration of days and less, in ms; null when it is not one (months and years have no fixed length). */
export function fromDuration(text: string): number | null {
  const m = DURATION.exec(text.trim());
  if (!m || text.trim().endsWith('T') || text.trim() === 'P') return null;
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = m;
  return (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}

/** An xs:duration in whole seconds, e.g. `PT10S`. */
export function toDuration(ms: number): string {
  return `PT${Math.max(1, Math.round(ms / 1000))}S`;
}

/**
 * POSIX.1 zone: `CST-8`, `<+08>-8`, `EST5EDT,M3.2.0,M11.1.0`. West is positive there. Of a daylight rule only the two
 * offsets are read: whether it is in force now, the camera says itself.
 */
const POSIX_NAME = '(?:[A-Za-z]{3,}|<[^>]+>)';
const POSIX_OFFSET = '([+-]?\\d{1,2})(?::(\\d{2}))?(?::\\d{2})?';
const POSIX_ZONE = new RegExp(`^${POSIX_NAME}${POSIX_OFFSET}(?:(${POSIX_NAME})(?:${POSIX_OFFSET})?(?:,.*)?)?$`);

/**
 * The camera's time from a GetSystemDateAndTimeResponse (Core, 8.3.5). UTCDateTime where it is given; else
 * LocalDateTime with its zone and its word on daylight saving. Null when neither says a time.
 */
export function cameraTime(response: XmlNode | null): Millis | null {
  const answer = child(response, 'SystemDateAndTime');
  const utc = dateTime(child(answer, 'UTCDateTime'));
  if (utc !== null) return utc;
  const local = dateTime(child(answer, 'LocalDateTime'));
  const west = minutesWest(textAt(answer, 'TimeZone', 'TZ') ?? '', textAt(answer, 'DaylightSavings'));
  return local === null || west === null ? null : local + west * 60_000;
}

/** Null for a zone that cannot be read, and for one with a daylight rule when nobody says whether it is in force. */
function minutesWest(zone: string, daylight: string | null): number | null {
  const m = POSIX_ZONE.exec(zone.trim());
  if (!m) return null;
  const [, hours, minutes, summer, summerHours, summerMinutes] = m;
  const standard = offset(hours!, minutes);
  if (summer === undefined) return standard;
  if (daylight !== 'true' && daylight !== 'false') return null;
  if (daylight === 'false') return standard;
  // One hour ahead of standard time unless the rule says otherwise (POSIX.1, 8.3).
  return summerHours === undefined ? standard - 60 : offset(summerHours, summerMinutes);
}

function offset(hours: string, minutes = '0'): number {
  return (Math.abs(Number(hours)) * 60 + Number(minutes)) * (hours.startsWith('-') ? -1 : 1);
}

function dateTime(node: XmlNode | null): Millis | null {
  const parts = (
    [
      ['Date', 'Year', 1970, 9999],
      ['Date', 'Month', 1, 12],
      ['Date', 'Day', 1, 31],
      ['Time', 'Hour', 0, 23],
      ['Time', 'Minute', 0, 59],
      ['Time', 'Second', 0, 61],
    ] as const
  ).map(([group, name, min, max]) => {
    const text = at(node, group, name)?.text ?? '';
    const n = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
    return n >= min && n <= max ? n : null;
  });
  if (parts.some((p) => p === null)) return null;
  const [year, month, day, hour, minute, second] = parts as number[];
  return Date.UTC(year!, month! - 1, day, hour, minute, second);
}
