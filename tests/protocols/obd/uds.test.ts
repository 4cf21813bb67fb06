import { describe, expect, test } from 'vitest';
import { patience, reasonOf, settle, statusBits, UDS_TIMES, uds } from '../../../protocols/obd/uds.ts';

describe('requests of ISO 14229-1', () => {
  test('are written as digits', () => {
    expect(uds.session(0x03)).toBe('1003');
    expect(uds.keepAlive).toBe('3E80');
    expect(uds.identifier(0xf190)).toBe('22F190');
    expect(uds.codesByStatus(0x0c)).toBe('19020C');
  });
});

describe('a refusal', () => {
  test.each([
    [0x11, 'park'],
    [0x31, 'park'],
    [0x7f, 'session'],
    [0x21, 'again'],
    [0x78, 'wait'],
    [0x22, 'conditions'],
    [0x88, 'conditions'],
    [0x33, 'locked'],
    [0x72, 'report'],
  ])('%i asks for %s', (code, advice) => {
    expect(reasonOf(code).advice).toBe(advice);
    expect(reasonOf(code).words.length).toBeGreaterThan(3);
  });

  test('of no table is told by its number', () => {
    expect(reasonOf(0xe5)).toEqual({ words: 'refused with code E5', advice: 'report' });
  });
});

describe('response pending', () => {
  const wait = { source: '7E8', bytes: [0x7f, 0x09, 0x78], can: true };
  const answer = { source: '7E8', bytes: [0x49, 0x06, 1, 1, 2, 3, 4], can: true };
  const other = { source: '7E9', bytes: [0x7f, 0x09, 0x78], can: true };

  test('is no answer, and the true one of the same unit ends it', () => {
    expect(settle([wait, answer, other])).toEqual({ messages: [answer], pending: ['7E9'] });
    expect(settle([wait])).toEqual({ messages: [], pending: ['7E8'] });
  });

  test('starts the long time anew with each announcement, but not for ever', () => {
    expect(patience(0, null)).toBe(UDS_TIMES.p2);
    expect(patience(50, null)).toBe(0);
    expect(patience(4_000, 0)).toBe(UDS_TIMES.p2Star);
    expect(patience(28_000, 0)).toBe(2_000);
    expect(patience(31_000, 0)).toBe(0);
  });
});

test('the status byte has eight meanings', () => {
  expect(statusBits(0x2f)).toEqual({
    failed: true,
    failedThisCycle: true,
    pending: true,
    confirmed: true,
    notCompleteSinceClear: false,
    failedSinceClear: true,
    notCompleteThisCycle: false,
    lamp: false,
  });
});
