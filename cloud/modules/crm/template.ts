import type { FlagName } from '../../../protocols/event.ts';
import type { Millis } from '../../../protocols/time.ts';

/** What goes into a notice. */
export interface Facts {
  readonly name: string;
  readonly workshop: string;
  readonly timezone: string;
  readonly model: string | null;
  readonly plate: string | null;
  readonly due: { readonly early: Millis; readonly likely: Millis } | null;
}

export interface Text {
  /** Name and version of the wording, kept with the notice: what was said can be told years later. */
  readonly template: string;
  readonly subject: string;
  readonly body: string;
}

type Locale = 'zh-CN' | 'en';
const VERSION = 1;

/** What was noticed and what it may lead to, in the words of someone who drives and does not repair. */
const WORDS: Record<FlagName, Record<Locale, { subject: string; seen: string; advice: string }>> = {
  battery: {
    'zh-CN': {
      subject: '的蓄电池建议检查',
      seen: '蓄电池在启动时比以前吃力',
      advice: '为避免某天早上车辆无法启动，建议您在此之前来店检查，约需二十分钟。',
    },
    en: {
      subject: 'its battery should be looked at',
      seen: 'its battery has a harder time starting the engine than before',
      advice:
        'So that you are not left with a car that does not start, we suggest a check before then. It takes about twenty minutes.',
    },
  },
  'warm-up': {
    'zh-CN': {
      subject: '的暖车时间建议检查',
      seen: '发动机升到正常温度所用的时间比以前长',
      advice: '长期如此会增加油耗，也会让暖风变慢。建议您在此之前来店检查，约需半小时。',
    },
    en: {
      subject: 'its engine warms up slowly',
      seen: 'its engine takes longer than before to get warm',
      advice:
        'Left alone this costs fuel, and the heater takes longer. We suggest a check before then. It takes about half an hour.',
    },
  },
};

/** Writes the notice of a flag in the customer's language, with identity of the sender and the way out (广告法 art. 43). */
export function noticeText(flag: FlagName, locale: Locale, facts: Facts): Text {
  const words = WORDS[flag][locale];
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
