import { describe, expect, test } from 'vitest';
import { en } from '../../../dashboard/ui/i18n/en.ts';
import { zhCN } from '../../../dashboard/ui/i18n/zh-cn.ts';
import type { Translate } from '../../../dashboard/ui/i18n.ts';
import { clockText, dateText, durationText, momentText, secondsText } from '../../../dashboard/ui/time.ts';

type Tree = { readonly [key: string]: string | Tree };
function flat(tree: Tree, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[`${path}${key}`, value]] : flat(value, `${path}${key}.`),
  );
}
const blanks = (text: string) => [...text.matchAll(/{{(\w+)}}/g)].map((m) => m[1]).sort();

describe('the words', () => {
  const [english, chinese] = [new Map(flat(en)), new Map(flat(zhCN))];

  test('are the same keys in both languages, none empty, with the same blanks', () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
    for (const [key, text] of english) {
      expect(text.trim(), key).not.toBe('');
      expect(chinese.get(key)!.trim(), key).not.toBe('');
      expect(blanks(chinese.get(key)!), key).toEqual(blanks(text));
    }
  });

  test('of states are two or three Chinese characters, so that they fit a tile', () => {
    for (const [key, text] of chinese) {
      if (/^(occupancy|work|hold)\./.test(key)) expect([...text].length, `${key} ${text}`).toBeLessThanOrEqual(3);
    }
  });

  test('of two states are never the same in one language', () => {
    for (const words of [en, zhCN]) {
      const states = [
        ...Object.values(words.occupancy),
        words.work.working,
        words.work.waiting,
        words.work.idle,
        words.work.blocked,
      ];
      expect(new Set(states).size).toBe(states.length);
    }
  });
});

describe('times', () => {
  const at = Date.UTC(2026, 2, 18, 16, 5, 9);

  test('are in the zone of the store, 24 h, whatever the screen thinks', () => {
    expect(clockText(at, 'Asia/Shanghai')).toBe('00:05');
    expect(secondsText(at, 'Europe/Berlin')).toBe('17:05:09');
    expect(dateText(at, 'Asia/Shanghai', 'en')).toBe('Thu 19 Mar');
    expect(dateText(at, 'Asia/Shanghai', 'zh-CN')).toMatch(/3月19日.*周四/);
    expect(momentText(at, 'Asia/Shanghai', 'en')).toMatch(/19 Mar 2026.*00:05/);
  });

  test.each([
    [0, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [59 * 60_000 + 59_000, '59 min'],
    [125 * 60_000, '2 h 05 min'],
    [76 * 3_600_000, '3 d 4 h'],
    [-5_000, '0 s'],
  ])('a duration of %d ms is "%s"', (ms, text) => {
    const words = new Map(flat(en));
    const say = (key: string, values: Readonly<Record<string, string | number>> = {}) =>
      words.get(key)!.replace(/{{(\w+)}}/g, (_, name: string) => String(values[name]));
    expect(durationText(ms, say as unknown as Translate<'duration.seconds'> as never)).toBe(text);
  });
});
