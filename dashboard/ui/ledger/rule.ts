import { useLedgerWords } from './words.ts';

/** `no-sign-for-10-min` carries its minutes. */
const NO_SIGN = /^no-sign-for-(\d+)-min$/;

/** The rule that decided, in words; one that is newer than this page is shown as it came. */
export function useRule(): (rule: string) => string {
  const t = useLedgerWords();
  return (rule) => {
    const minutes = NO_SIGN.exec(rule)?.[1];
    return minutes === undefined ? t.code('rule', rule) : t('rule.no-sign', { minutes });
  };
}
