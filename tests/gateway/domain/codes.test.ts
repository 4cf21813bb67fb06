import { expect, test } from 'vitest';
import { isSevere } from '../../../gateway/domain/codes.ts';
import { describeCode, KNOWN_CODES } from '../../../protocols/obd/dtc-text.ts';

test('a code of the table is severe when it says "stop" or "urgent", and only then', () => {
  for (const code of KNOWN_CODES) {
    expect([code, isSevere(code)]).toEqual([code, ['stop', 'urgent'].includes(describeCode(code)!.severity!)]);
  }
  expect(isSevere('P0217')).toBe(true);
  expect(isSevere('P0442')).toBe(false);
});

test.each([
  ['B00FE', true],
  ['C00FE', true],
  ['U015F', true],
  ['P1234', false],
  ['U3FFF', false],
  ['no code', false],
])('%s, which has no text of its own, is judged by its structure: %s', (code, severe) => {
  expect(isSevere(code)).toBe(severe);
});
