import type { Millis } from '../../../protocols/time.ts';
import { useLocale } from '../i18n.ts';
import { clockText, dateText, secondsText } from '../time.ts';
import { dateAt } from './dates.ts';
import { useLedger } from './place.ts';

/** Times in the zone of the site. */
export function useZoned() {
  const { timezone } = useLedger();
  const [locale] = useLocale();
  const clock = (at: Millis) => clockText(at, timezone);
  const seconds = (at: Millis) => secondsText(at, timezone);
  return {
    clock,
    seconds,
    /** With its date where that is another than `day`. */
    on: (at: Millis, day: string) =>
      dateAt(at, timezone) === day ? seconds(at) : `${dateText(at, timezone, locale)} ${seconds(at)}`,
    today: (now: Millis) => dateAt(now, timezone),
  };
}
