import type { Millis } from '../../protocols/time.ts';
import { type Locale, type Translate, useCodes, useLocale } from './i18n.ts';
import { numberText } from './number.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

function format(locale: string, zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${zone} ${JSON.stringify(options)}`;
  let made = formats.get(key);
  if (!made) {
    made = new Intl.DateTimeFormat(locale, { timeZone: zone, hourCycle: 'h23', ...options });
    formats.set(key, made);
  }
  return made;
}

/** `16:30` in the store's zone, 24 h in both languages. */
export function clockText(at: Millis, zone: string): string {
  return format('en-GB', zone, { hour: '2-digit', minute: '2-digit' }).format(at);
}

/** `16:30:05` in the store's zone. */
export function secondsText(at: Millis, zone: string): string {
  return format('en-GB', zone, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(at);
}

/** `Sun 22 Nov`, `11月22日周日`. */
export function dateText(at: Millis, zone: string, locale: Locale): string {
  return format(locale === 'en' ? 'en-GB' : locale, zone, { weekday: 'short', month: 'short', day: 'numeric' }).format(
    at,
  );
}

/** Date and minute: `22 Nov 2026, 16:30`, `2026年11月22日 16:30`. */
export function momentText(at: Millis, zone: string, locale: Locale): string {
  return format(locale === 'en' ? 'en-GB' : locale, zone, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  }).format(at);
}

type Duration = 'duration.seconds' | 'duration.minutes' | 'duration.hours' | 'duration.days';

/** `40 s`, `12 min`, `2 h 05 min`, `3 d 4 h`, rounded down: a wall never says more than has passed. */
export function durationText(ms: number, t: Translate<Duration>): string {
  const s = Math.max(0, Math.floor(ms / 1_000));
  if (s < 60) return t('duration.seconds', { s });
  const m = Math.floor(s / 60);
  if (m < 60) return t('duration.minutes', { m });
  const h = Math.floor(m / 60);
  if (h < 24) return t('duration.hours', { h, m: String(m % 60).padStart(2, '0') });
  return t('duration.days', { d: Math.floor(h / 24), h: h % 24 });
}

/** `4:05`: minutes and seconds of less than an hour, rounded down. */
export function stopwatchText(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1_000));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`;
}

/** Durations in the language that is shown. */
export function useDuration(): (ms: number) => string {
  const t = useCodes();
  return (ms) => durationText(ms, t);
}

/** The same, and below ten seconds with a decimal: `0.3 s`, `0.3 秒`. */
export function useFineDuration(): (ms: number) => string {
  const t = useCodes();
  const [locale] = useLocale();
  return (ms) => (ms < 10_000 ? t('duration.seconds', { s: numberText(ms / 1_000, locale, 1) }) : durationText(ms, t));
}
