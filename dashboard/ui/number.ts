import type { Locale } from './i18n.ts';

/** UCUM codes that people write differently. */
const UNITS: Readonly<Record<string, string>> = { Cel: '°C', '1/min': 'rpm' };

/** The unit as people write it; empty where there is none. */
export function unitText(unit: string | null): string {
  return unit === null ? '' : (UNITS[unit] ?? unit);
}

/** A measured number with at most `digits` decimals and the separators of the language. */
export function numberText(value: number, locale: Locale, digits = 2): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value).replace('-', '\u2212');
}

/** `312 MB`, `1.9 GB`; 1 MB is 1,048,576 bytes, as in the configuration. */
export function bytesText(bytes: number, locale: Locale): string {
  const mb = bytes / 1_048_576;
  return mb >= 1_024 ? `${numberText(mb / 1_024, locale, 1)} GB` : `${numberText(mb, locale, mb < 10 ? 1 : 0)} MB`;
}

/** `22 Nov`, `11月22日`, in the store's zone. */
export function shortDateText(at: number, zone: string, locale: Locale): string {
  const options = { timeZone: zone, month: 'short', day: 'numeric' } as const;
  return new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, options).format(at);
}
