import { describe, expect, test } from 'vitest';
import { fromRfc3339, toRfc3339 } from '../../protocols/time.ts';
import fc from '../tools/property.ts';

describe('time at the border', () => {
  test('every millisecond up to the year 9999 comes back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (at) => {
        expect(fromRfc3339(toRfc3339(at))).toBe(at);
      }),
    );
  });

  test.each([
    ['2026-03-03T09:00:00+08:00', 1_772_499_600_000],
    ['2026-03-03t01:00:00z', 1_772_499_600_000],
    ['2026-03-03 01:00:00.5Z', 1_772_499_600_500],
    ['2026-03-03T01:00:00.123456Z', 1_772_499_600_123],
  ])('reads %s', (text, at) => {
    expect(fromRfc3339(text)).toBe(at);
  });

  test.each([
    '2026-03-03T09:00:00',
    '2026-03-03',
    '2026-13-03T09:00:00Z',
    '2026-03-03T25:00:00Z',
    '1969-12-31T23:59:59Z',
    'Tue, 3 Mar 2026 09:00:00 GMT',
    '',
  ])('does not guess at "%s"', (text) => {
    expect(fromRfc3339(text)).toBeNull();
  });
});
