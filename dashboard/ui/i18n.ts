import { createInstance } from 'i18next';
import { useMemo } from 'react';
import { initReactI18next, useTranslation } from 'react-i18next';
import { en } from './i18n/en.ts';
import { zhCN } from './i18n/zh-cn.ts';

export const LOCALES = ['zh-CN', 'en'] as const;
export type Locale = (typeof LOCALES)[number];

/** The same keys in another language: a key too few or too many does not compile. */
export type Catalogue<T> = { readonly [K in keyof T]: T[K] extends string ? string : Catalogue<T[K]> };

/** Dotted keys of a catalogue. `minutes_one` and `minutes_other` are the one key `minutes`, chosen by `count`. */
export type KeyOf<T> = {
  [K in keyof T & string]: T[K] extends string ? Singular<K> : `${K}.${KeyOf<T[K]>}`;
}[keyof T & string];
type Singular<K extends string> = K extends `${infer Stem}_one` | `${infer Stem}_other` ? Stem : K;

export interface Translate<Key extends string> {
  (key: Key, values?: Readonly<Record<string, string | number>>): string;
  /** For codes that may be newer than this page: the word of `group.code`, or the code itself. */
  code(group: string, code: string, values?: Readonly<Record<string, string | number>>): string;
}

const i18n = createInstance();
void i18n.use(initReactI18next).init({
  lng: 'zh-CN',
  fallbackLng: false,
  supportedLngs: [...LOCALES],
  resources: {},
  interpolation: { escapeValue: false },
  initAsync: false,
});

/** The words of one page or purpose, in both languages. */
export interface Words<Key extends string> {
  readonly namespace: string;
  /** Carries the keys in the type alone. */
  readonly key?: Key;
}

/**
 * Adds words in both languages.
 *
 * ```ts
 * export const wall = words('wall', en, zhCN);
 * const t = useWords(wall);  t('queue', { count: 3 })
 * ```
 */
export function words<const T extends object>(namespace: string, english: T, chinese: Catalogue<T>): Words<KeyOf<T>> {
  i18n.addResourceBundle('en', namespace, english);
  i18n.addResourceBundle('zh-CN', namespace, chinese);
  return { namespace };
}

/** The translator into the language that is shown; the page follows when the language changes. */
export function useWords<Key extends string>({ namespace }: Words<Key>): Translate<Key> {
  const { t } = useTranslation(namespace, { i18n, useSuspense: false });
  return useMemo(() => {
    const say = (key: string, values?: Readonly<Record<string, string | number>>) => t(key, { ...values }) as string;
    return Object.assign(say, {
      code: (group: string, code: string, values?: Readonly<Record<string, string | number>>) =>
        t(`${group}.${code}`, { ...values, defaultValue: code }) as string,
    });
  }, [t]);
}

/** The words of codes that all pages share: bay and work states, hold reasons, alerts, devices, flags, signals. */
const codes = words('codes', en, zhCN);
export const useCodes = () => useWords(codes);

const KEPT = 'liftgate.locale';

export function isLocale(text: unknown): text is Locale {
  return LOCALES.includes(text as Locale);
}

/** The language that somebody chose on this screen; null when nobody did. */
export function chosenLocale(): Locale | null {
  try {
    const kept = localStorage.getItem(KEPT);
    return isLocale(kept) ? kept : null;
  } catch {
    return null; // Storage is switched off: the choice lasts as long as the page.
  }
}

/** Shows a language; `keep` remembers it as this screen's choice. */
export function showLocale(locale: Locale, keep = false): void {
  document.documentElement.lang = locale;
  void i18n.changeLanguage(locale);
  if (!keep) return;
  try {
    localStorage.setItem(KEPT, locale);
  } catch {
    // Storage is switched off: the choice lasts as long as the page.
  }
}

/** The language that is shown, and a function that changes it for good. */
export function useLocale(): [Locale, (locale: Locale) => void] {
  const { i18n: shown } = useTranslation('codes', { i18n, useSuspense: false });
  return [isLocale(shown.language) ? shown.language : 'zh-CN', (locale) => showLocale(locale, true)];
}
