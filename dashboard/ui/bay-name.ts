import { useCallback } from 'react';
import { useCodes } from './i18n.ts';

/** A name that says nothing by itself: `3`, `B3`. */
const BARE = /^[A-Za-z]?\d{1,3}[A-Za-z]?$/;

/** What a bay is called where it stands without a heading that says "bay". */
export function useBayLabel(): (name: string) => string {
  const t = useCodes();
  return useCallback((name) => (BARE.test(name) ? t('bay.numbered', { bay: name }) : name), [t]);
}
