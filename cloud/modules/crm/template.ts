import type { Appointment } from '../../../protocols/api/flags.ts';
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
  /** The same window in km from now. */
  readonly dueKm?: { readonly early: number; readonly likely: number } | null | undefined;
  /** Half a day that is offered. */
  readonly appointment?: Pick<Appointment, 'from' | 'half'> | null | undefined;
  readonly severity?: Severity;
  readonly cause?: Cause | null;
}

export interface Text {
  /** Name and version of the wording, kept with the notice: what was said can be told years later. */
  readonly template: string;
  readonly subject: string;
  readonly body: string;
}

const VERSION = 3;

const HALVES = {
  morning: { 'zh-CN': '上午', en: ' in the morning' },
  afternoon: { 'zh-CN': '下午', en: ' in the afternoon' },
  day: { 'zh-CN': '', en: '' },
} as const;

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
  const { name, workshop, model, plate, due, dueKm = null, appointment = null } = facts;
  const km = dueKm === null ? null : Math.max(0, Math.round(dueKm.likely / 100) * 100).toLocaleString(locale);
  const weekday = (at: Millis) =>
    new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
      timeZone: facts.timezone,
      weekday: 'long',
      month: 'long',
      day: 'numeric',
    }).format(at);
  const template = `${flag}/${VERSION}/${locale}`;
  if (locale === 'zh-CN') {
    const car = `${model ?? '爱车'}${plate ? `（${plate}）` : ''}`;
    const when = due
      ? `按目前的变化，大约在${day(due.likely)}前后${km === null ? '' : `（再行驶约 ${km} 公里）`}需要处理，最早可能在${day(due.early)}。`
      : '';
    const offer = appointment
      ? `\n我们${weekday(appointment.from)}${HALVES[appointment.half][locale]}可以为您安排。`
      : '';
    return {
      template,
      subject: `您的${car}${words.subject}`,
      body: `${name}，您好：

我们注意到，您的${car}${words.seen}。${when}
${words.advice}${offer}

预约请直接回复本邮件，或致电我们。
不想再收到这类提醒？回复“退订”即可，我们会立即停止。

${workshop}
`,
    };
  }
  const car = `${model ?? 'car'}${plate ? ` (${plate})` : ''}`;
  const when = due
    ? ` As it looks now, it will need attention around ${day(due.likely)}${km === null ? '' : ` (in about ${km} km)`}, possibly as early as ${day(due.early)}.`
    : '';
  const offer = appointment
    ? `\nWe could see you on ${weekday(appointment.from)}${HALVES[appointment.half][locale]}.`
    : '';
  return {
    template,
    subject: `Your ${car}: ${words.subject}`,
    body: `Dear ${name},

we noticed on your ${car} that ${words.seen}.${when}
${words.advice}${offer}

To make an appointment, reply to this e-mail or call us.
You do not want such reminders? Reply "stop" and we will end them at once.

${workshop}
`,
  };
}
