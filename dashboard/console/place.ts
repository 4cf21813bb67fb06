import { createContext, useContext } from 'react';
import type { Person, SiteSummary } from '../../protocols/api/console.ts';
import { useLocale } from '../ui/i18n.ts';
import { shortDateText } from '../ui/number.ts';
import { clockText, dateText, momentText } from '../ui/time.ts';

/** Who is here, and at which site they look. */
export interface Place {
  readonly person: Person;
  readonly sites: readonly SiteSummary[];
  readonly site: SiteSummary;
  readonly choose: (site: string) => void;
  readonly signOut: () => void;
}

export const PlaceContext = createContext<Place | null>(null);

export function usePlace(): Place {
  const place = useContext(PlaceContext);
  if (!place) throw new Error('usePlace stands outside of the signed-in console');
  return place;
}

/** Times in the zone of the site and the language that is shown. */
export function useTimes() {
  const { timezone } = usePlace().site;
  const [locale] = useLocale();
  return {
    zone: timezone,
    clock: (at: number) => clockText(at, timezone),
    day: (at: number) => dateText(at, timezone, locale),
    /** Day and month alone, for an axis. */
    date: (at: number) => shortDateText(at, timezone, locale),
    moment: (at: number) => momentText(at, timezone, locale),
    /** The clock alone while it is the same day as `now`, else date and clock. */
    near: (at: number, now: number) =>
      dateText(at, timezone, locale) === dateText(now, timezone, locale)
        ? clockText(at, timezone)
        : `${dateText(at, timezone, locale)} ${clockText(at, timezone)}`,
  };
}
