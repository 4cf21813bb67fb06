import { createContext, useContext } from 'react';
import type { SiteStatus } from '../../protocols/api/site.ts';
import { useLocale } from '../ui/i18n.ts';
import { clockText, dateText, secondsText } from '../ui/time.ts';

/** What the gateway said last, and how far the clock has gone on since, by this browser. */
export interface Place {
  readonly status: SiteStatus;
  /** The gateway's time now: its last word plus what has passed here. */
  readonly now: number;
  /** ms since its last word. */
  readonly passedMs: number;
}

export const PlaceContext = createContext<Place | null>(null);

export function usePlace(): Place {
  const place = useContext(PlaceContext);
  if (!place) throw new Error('usePlace stands outside of the signed-in site page');
  return place;
}

/** What people call a bay; its id where this gateway does not know it. */
export function useBayName(): (bay: string) => string {
  const { bays } = usePlace().status;
  return (bay) => bays.find((b) => b.bay === bay)?.name ?? bay;
}

/** Times in the zone of the site and the language that is shown. */
export function useTimes() {
  const { status, now } = usePlace();
  const { timezone } = status.site;
  const [locale] = useLocale();
  const today = dateText(now, timezone, locale);
  const day = (at: number) => dateText(at, timezone, locale);
  return {
    day,
    clock: (at: number) => (day(at) === today ? clockText(at, timezone) : `${day(at)} ${clockText(at, timezone)}`),
    seconds: (at: number) =>
      day(at) === today ? secondsText(at, timezone) : `${day(at)} ${secondsText(at, timezone)}`,
  };
}
