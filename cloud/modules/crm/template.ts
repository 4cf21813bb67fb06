import type { Severity } from '../../../protocols/event.ts';
import type { Cause, FlagName } from '../../../protocols/health/flag.ts';
import { customerText } from '../../../protocols/health/text.ts';
import type { Locale } from '../../../protocols/health/words.ts';
import type { Millis } from '../../../protocols/time.ts';

/** What goes into a notice. */
export interface Facts {
  readonly name: string;
  readonly workshop: string;
  readonly timezone: string;
  readonly model: string | null;
  readonly plate: string | null;
  readonly due: { readonly early: Millis; readonly likely: Millis } | null;
  readonly severity?: Severity;
  readonly cause?: Cause | null;
}

export interface Text {
  /** Name and version of the wording, kept with the notice: what was said can be told years later. */
  readonly template: string;
  readonly subject: string;
  readonly body: string;
}

const VERSION = 2;

/** Writes the notice of a flag in the customer's language, with identity of the sender and the way out (广告法 art. 43). */
export function noticeText(flag: FlagName, locale: Locale, facts: Facts): Text {
  const { severity = 'warning', cause = null } = facts;
  const words = customerText({ flag, state: 'raised', severity, cause }, locale);
  const day = (at: Millis) =>
    new Intl.DateTimeFormat(locale, {
      timeZone: facts.timezone,
      year: 'numeric',
      month: 'long',
      day: 'numeric',
    }).format(at);
  const { name, workshop, model, plate, due } = facts;
  const template = `${flag}/${VERSION}/${locale}`;
  if (locale === 'zh-CN') {
    const car = `${model ?? '爱车'}${plate ? `（${plate}）` : ''}`;
    const when = due ? `按目前的变化，大约在${day(due.likely)}前后需要处理，最早可能在${day(due.early)}。` : '';
    return {
      template,
      subject: `您的${car}${words.subject}`,
      body: `${name}，您好：

我们注意到，您的${car}${words.seen}。${when}
${words.advice}

预约请直接回复本邮件，或致电我们。
不想再收到这类提醒？回复“退订”即可，我们会立即停止。

${workshop}
`,
    };
  }
  const car = `${model ?? 'car'}${plate ? ` (${plate})` : ''}`;
  const when = due
    ? ` As it looks now, it will need attention around ${day(due.likely)}, possibly as early as ${day(due.early)}.`
    : '';
  return {
    template,
    subject: `Your ${car}: ${words.subject}`,
    body: `Dear ${name},

we noticed on your ${car} that ${words.seen}.${when}
${words.advice}

To make an appointment, reply to this e-mail or call us.
You do not want such reminders? Reply "stop" and we will end them at once.

${workshop}
`,
  };
}
