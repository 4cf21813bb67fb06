import { describe, expect, test } from 'vitest';
import { CAUSES, FLAGS } from '../../../protocols/health/flag.ts';
import { advisorText, customerText } from '../../../protocols/health/text.ts';

const LOCALES = ['zh-CN', 'en'] as const;
const STATES = ['unavailable', 'learning', 'healthy', 'watch', 'raised', 'cleared'] as const;
const all = FLAGS.flatMap((flag) =>
  STATES.flatMap((state) =>
    (['info', 'warning', 'severe'] as const).flatMap((severity) =>
      [null, ...CAUSES].map((cause) => ({ flag, state, severity, cause })),
    ),
  ),
);

describe('texts of flags', () => {
  test.each(LOCALES)('there are words in %s for every flag, state, severity and cause', (locale) => {
    for (const told of all) {
      const { title, body } = advisorText(told, locale);
      const { subject, seen, advice } = customerText(told, locale);
      for (const text of [title, body, subject, seen, advice]) {
        expect(text.length).toBeGreaterThan(2);
        expect(/[\u4e00-\u9fff]/.test(text)).toBe(locale === 'zh-CN');
      }
    }
  });

  test('a customer is not told words of the trade', () => {
    const jargon =
      /OBD|DTC|trim|catalyst|misfire|EWMA|volt|threshold|sensor voltage|SoH|%|阈值|置信|失火|氧传感器|修正量/i;
    for (const locale of LOCALES)
      for (const told of all) {
        const { subject, seen, advice } = customerText(told, locale);
        expect(`${subject} ${seen} ${advice}`).not.toMatch(jargon);
      }
  });

  test('a battery that its alternator does not charge sends the advisor to the alternator first', () => {
    const told = { flag: 'battery', state: 'raised', severity: 'warning', cause: 'alternator' } as const;
    expect(advisorText(told, 'en').body).toMatch(/alternator first/);
    expect(advisorText(told, 'zh-CN').body).toContain('发电机');
  });

  test('what is severe says so, what is healthy asks for nothing', () => {
    const told = { flag: 'brakes', state: 'raised', severity: 'severe' } as const;
    expect(advisorText(told, 'en').body).toMatch(/^Estimated.*Urgent/);
    expect(advisorText({ ...told, state: 'healthy' }, 'en').body).toBe('All is well at present.');
  });
});
