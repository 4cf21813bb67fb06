import { createHash } from 'node:crypto';

type Locale = 'zh-CN' | 'en';

const WORDS = {
  'zh-CN': {
    title: '退订保养提醒',
    ask: '点击下面的按钮后，我们不会再给您发送预测性保养提醒。与正在进行的维修有关的通知不受影响。',
    act: '退订',
    doneTitle: '已退订',
    done: '您不会再收到预测性保养提醒。如果改变主意，请告知我们的服务顾问。',
    unknownTitle: '链接无效',
    unknown: '此链接不完整或已失效，没有任何更改。您也可以回复邮件“退订”。',
    other: 'English',
  },
  en: {
    title: 'End maintenance reminders',
    ask: 'With the button below you will get no more reminders of predicted maintenance. Messages about work that is going on are not affected.',
    act: 'End the reminders',
    doneTitle: 'You are opted out',
    done: 'You will get no more reminders of predicted maintenance. Should you change your mind, tell our service advisor.',
    unknownTitle: 'This link does not work',
    unknown: 'It is not complete, or no longer known. Nothing was changed. You may also reply "stop" to the letter.',
    other: '中文',
  },
} as const;

const STYLE = `:root{color-scheme:light dark;--ground:#e9edf0;--surface:#fff;--text:#11171c;--quiet:#3a4650;--accent:#094b87;--on:#fff}
@media(prefers-color-scheme:dark){:root{--ground:#0d1115;--surface:#161c22;--text:#f3f6f8;--quiet:#b9c5d0;--accent:#7cbcf8;--on:#0d1115}}
body{margin:0;min-height:100vh;display:grid;place-content:center;background:var(--ground);color:var(--text);font:17px/1.55 system-ui,"Noto Sans SC","PingFang SC","Microsoft YaHei",sans-serif}
main{max-width:30rem;margin:1rem;padding:2rem;border-radius:12px;background:var(--surface)}
h1{margin:0 0 .75rem;font-size:1.5rem;line-height:1.25}
p{margin:0 0 1.25rem}
.who,.other{color:var(--quiet);font-size:.9rem}
.other{margin:1.5rem 0 0}
a{color:var(--accent)}
button{min-height:48px;padding:0 1.5rem;border:0;border-radius:8px;background:var(--accent);color:var(--on);font:inherit;font-weight:600;cursor:pointer}
:focus-visible{outline:3px solid var(--accent);outline-offset:3px}`;

/** The one style that this page may use (Content Security Policy level 3, section 6.7.3.3). */
export const STYLE_SOURCE = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

const ESCAPED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string) => text.replaceAll(/[&<>"']/g, (c) => ESCAPED[c]!);

/**
 * The page behind the link of a letter: a question, or what was done. It names the workshop, and nobody's name, car or address.
 * @param locale null: not known, both languages are shown
 * @param workshop null: the link is not known
 */
export function optOutPage({
  locale,
  workshop,
  done,
}: {
  readonly locale: Locale | null;
  readonly workshop: string | null;
  readonly done: boolean;
}): string {
  const shown: readonly Locale[] = locale === null ? ['zh-CN', 'en'] : [locale];
  const part = (l: Locale) => {
    const t = WORDS[l];
    const [title, text] =
      workshop === null ? [t.unknownTitle, t.unknown] : done ? [t.doneTitle, t.done] : [t.title, t.ask];
    const form = workshop === null || done ? '' : `<form method="post"><button>${t.act}</button></form>`;
    return `<section lang="${l}"><h1>${title}</h1><p>${text}</p>${form}</section>`;
  };
  const other: Locale = locale === 'en' ? 'zh-CN' : 'en';
  const turn =
    locale === null || workshop === null
      ? ''
      : `<p class="other"><a href="?lang=${other}" lang="${other}" hreflang="${other}">${WORDS[locale].other}</a></p>`;
  const title = WORDS[shown[0]!][workshop === null ? 'unknownTitle' : done ? 'doneTitle' : 'title'];
  return `<!doctype html>
<html lang="${shown[0]}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex"><title>${title}</title><style>${STYLE}</style></head>
<body><main>${workshop === null ? '' : `<p class="who">${escaped(workshop)}</p>`}${shown.map(part).join('')}${turn}</main></body></html>
`;
}
