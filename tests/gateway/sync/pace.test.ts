import { expect, test } from 'vitest';
import { backOff, PACE, retryAfter } from '../../../gateway/sync/pace.ts';
import fc from '../../tools/property.ts';

test('back-off has full jitter, begins within a second, and never exceeds a minute', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000 }), fc.double({ min: 0, max: 0.999_999, noNaN: true }), (n, random) => {
      const pause = backOff(n, random, PACE);
      expect(pause).toBeGreaterThanOrEqual(0);
      expect(pause).toBeLessThanOrEqual(Math.min(60_000, 1_000 * 2 ** Math.min(n - 1, 20)));
    }),
  );
});

test('Retry-After is read as seconds or as a date, and nothing else', () => {
  const now = Date.UTC(2026, 0, 1, 12);
  expect(retryAfter('120', now)).toBe(120_000);
  expect(retryAfter('Thu, 01 Jan 2026 12:00:30 GMT', now)).toBe(30_000);
  expect(retryAfter('Thu, 01 Jan 2026 11:00:00 GMT', now)).toBe(0);
  expect(retryAfter('999999999', now)).toBe(3_600_000);
  expect(retryAfter('soon', now)).toBeNull();
  expect(retryAfter(null, now)).toBeNull();
});
