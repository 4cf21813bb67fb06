import { describe, expect, test } from 'vitest';
import { afterQuiet, obstacle } from '../../../cloud/modules/crm/rules.ts';
import { noticeText } from '../../../cloud/modules/crm/template.ts';
import { nextTry, outcomeOf } from '../../../cloud/modules/notify/rules.ts';
import { checkTransition, holdIn, stateInBay } from '../../../cloud/modules/service/rules.ts';
import { FLAGS } from '../../../protocols/health/flag.ts';

const at = (text: string) => Date.parse(text);
const NIGHT = { from: '21:00', to: '08:00' };

describe('quiet hours', () => {
  test.each([
    ['just before they begin', '2026-03-02T20:59:59+08:00', '2026-03-02T20:59:59+08:00'],
    ['as they begin', '2026-03-02T21:00:00+08:00', '2026-03-03T08:00:00+08:00'],
    ['after midnight', '2026-03-03T02:00:00+08:00', '2026-03-03T08:00:00+08:00'],
    ['as they end', '2026-03-03T08:00:00+08:00', '2026-03-03T08:00:00+08:00'],
  ])('%s', (_, now, then) => {
    expect(afterQuiet(at(now), 'Asia/Shanghai', NIGHT)).toBe(at(then));
  });

  test('inside one day, and none at all', () => {
    const noon = at('2026-03-02T12:30:00+08:00');
    expect(afterQuiet(noon, 'Asia/Shanghai', { from: '12:00', to: '13:00' })).toBe(at('2026-03-02T13:00:00+08:00'));
    expect(afterQuiet(noon, 'Asia/Shanghai', { from: '13:00', to: '14:00' })).toBe(noon);
    expect(afterQuiet(noon, 'Asia/Shanghai', { from: '12:00', to: '12:00' })).toBe(noon);
  });

  test('end at the wall clock time also in the night in which the clock is changed', () => {
    const late = at('2026-03-28T22:00:00+01:00');
    expect(afterQuiet(late, 'Europe/Berlin', NIGHT)).toBe(at('2026-03-29T08:00:00+02:00'));
  });
});

test('a customer without consent or without an address is not told', () => {
  const li = { id: '1', name: 'Li', email: 'li@example.com', locale: 'en', consent: true } as const;
  expect([null, { ...li, consent: false }, { ...li, email: null }, li].map(obstacle)).toEqual([
    'no-customer',
    'no-consent',
    'no-address',
    null,
  ]);
});

describe('the text of a notice', () => {
  const facts = {
    name: '王女士',
    workshop: '城南服务中心',
    timezone: 'Asia/Shanghai',
    model: 'Lavida',
    plate: '沪A12345',
    due: { early: at('2026-03-09T00:00:00Z'), likely: at('2026-03-16T00:00:00Z') },
  };
  const all = FLAGS.flatMap((flag) => (['zh-CN', 'en'] as const).map((locale) => noticeText(flag, locale, facts)));

  test('names customer, car, workshop, time and the way out', () => {
    for (const { subject, body } of all) {
      expect(subject).toContain('Lavida');
      for (const word of ['王女士', '城南服务中心', '2026']) expect(body).toContain(word);
      expect(body).toMatch(/退订|stop/);
    }
    expect(all.map((t) => t.template)).toEqual(FLAGS.flatMap((f) => [`${f}/3/zh-CN`, `${f}/3/en`]));
  });

  test('speaks no jargon', () => {
    for (const { subject, body } of all)
      expect(`${subject} ${body}`).not.toMatch(/OBD|SoH|EWMA|volt|threshold|flag|warm-up|confidence|%|阈值|置信/i);
  });

  test('gives no date where none is known', () => {
    expect(noticeText('battery', 'en', { ...facts, due: null }).body).not.toMatch(/2026|around/);
  });
});

describe('a failed e-mail', () => {
  test.each([
    ['nobody answers', { message: 'x', code: 'ECONNECTION', command: 'CONN' }, 'again', false],
    [
      'our password is wrong',
      { message: 'x', code: 'EAUTH', command: 'AUTH PLAIN', responseCode: 535 },
      'again',
      false,
    ],
    ['the box is full', { message: 'x', code: 'EENVELOPE', command: 'RCPT TO', responseCode: 452 }, 'again', false],
    [
      'there is no such box',
      { message: 'x', code: 'EENVELOPE', command: 'RCPT TO', responseCode: 550 },
      'refused',
      false,
    ],
    ['the text was refused', { message: 'x', code: 'EMESSAGE', command: 'DATA', responseCode: 554 }, 'refused', true],
    ['the line broke after the text', { message: 'x', code: 'ECONNECTION', command: 'CONN' }, 'unsure', true],
  ])('because %s', (_, failure, kind, left) => {
    expect(outcomeOf(failure, left).kind).toBe(kind);
  });

  test('is tried again after longer and longer pauses', () => {
    expect([1, 2, 3, 4, 5, 6].map((n) => nextTry(0, n) / 1_000)).toEqual([30, 120, 480, 1_920, 7_200, 7_200]);
  });
});

test('a car in its bay starts what has not begun and nothing else', () => {
  expect(
    ['expected', 'checked-in', 'approved', 'in-progress', 'ready', 'closed', 'cancelled'].map((s) =>
      stateInBay(s as 'ready'),
    ),
  ).toEqual(['in-progress', 'in-progress', 'in-progress', null, null, null, null]);
  expect(holdIn('ready', 'parts')).toBeNull();
  expect(() => checkTransition('WO-1', 'closed', 'expected')).toThrow('nothing, it is final');
});
