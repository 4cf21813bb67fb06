import type { EventData } from '../event.ts';
import { CAUSE_WORDS } from './causes.ts';
import type { Cause, FlagName } from './flag.ts';
import { FLAG_WORDS, type Locale } from './words.ts';

type State = EventData<'liftgate.vehicle.flag.v1'>['state'];

/** What a text is made from: a flag as it is told. */
export interface Told {
  readonly flag: FlagName;
  readonly state: State;
  readonly severity: 'info' | 'warning' | 'severe';
  readonly cause?: Cause | null | undefined;
}

const STATES: Readonly<Record<State, Readonly<Record<Locale, string>>>> = {
  unavailable: { 'zh-CN': '此车没有提供判断所需的数据。', en: 'This car does not give what is needed to judge.' },
  learning: { 'zh-CN': '仍在学习此车的正常水平。', en: 'What is normal for this car is still being learned.' },
  healthy: { 'zh-CN': '目前一切正常。', en: 'All is well at present.' },
  watch: { 'zh-CN': '值得关注，尚不需要处理。', en: 'Worth watching; nothing has to be done yet.' },
  raised: { 'zh-CN': '需要安排检查。', en: 'A check should be arranged.' },
  cleared: { 'zh-CN': '已恢复正常，可能已修理。', en: 'Back to normal; it was probably repaired.' },
};

const URGENT: Readonly<Record<Locale, { advisor: string; customer: string }>> = {
  'zh-CN': { advisor: '紧急：已超过处理界限。', customer: '请尽快安排，不要等到下次保养。' },
  en: {
    advisor: 'Urgent: it is beyond the limit to act.',
    customer: 'Please do not wait for the next service with it.',
  },
};

const sentences = (locale: Locale, parts: readonly string[]) =>
  parts.filter((p) => p !== '').join(locale === 'en' ? ' ' : '');

/** For the advisor: one sentence on what was measured, what it may mean, what to check. In plain words, no markup. */
export function advisorText(told: Told, locale: Locale): { readonly title: string; readonly body: string } {
  const words = FLAG_WORDS[told.flag][locale];
  const title =
    locale === 'en' ? `${words.name}: ${STATES[told.state].en}` : `${words.name}：${STATES[told.state][locale]}`;
  const troubled = told.state === 'raised' || told.state === 'watch';
  if (!troubled) return { title, body: STATES[told.state][locale] };
  const cause = told.cause ? CAUSE_WORDS[told.cause][locale].advisor : '';
  const urgent = told.severity === 'severe' ? URGENT[locale].advisor : '';
  return { title, body: sentences(locale, [words.measured, cause, urgent, words.check]) };
}

/**
 * For the customer, without any word of the trade. `subject` and `seen` follow the name of the car; `advice` stands by
 * itself. Nothing to tell while nothing is to be done: the advice then says so.
 */
export function customerText(
  told: Told,
  locale: Locale,
): { readonly subject: string; readonly seen: string; readonly advice: string } {
  const words = FLAG_WORDS[told.flag][locale];
  const { subject, seen } = words;
  if (told.state !== 'raised') return { subject, seen, advice: STATES[told.state][locale] };
  const cause = told.cause ? CAUSE_WORDS[told.cause][locale].customer : '';
  const urgent = told.severity === 'severe' ? URGENT[locale].customer : '';
  return { subject, seen, advice: sentences(locale, [cause, words.advice, urgent]) };
}
