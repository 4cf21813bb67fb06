import { describe, expect, test } from 'vitest';
import { type Attempts, afterFailure, FRESH, waitBefore } from '../../../gateway/drivers/backoff.ts';
import { LiftgateError } from '../../../protocols/error.ts';
import fc from '../../tools/property.ts';

const lost = new LiftgateError('unreachable', 'gone');
const denied = new LiftgateError('denied', 'wrong password');
const following = (errors: readonly unknown[]): Attempts => errors.reduce(afterFailure, FRESH) as Attempts;

describe('the wait before the next try', () => {
  const randoms = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  test('grows from 1 to 60 s, with full jitter', () => {
    const longest = (n: number) => waitBefore('broker', following(Array(n).fill(lost)), lost, 0.999_999);
    expect([1, 2, 3, 4, 5, 6, 7, 50].map((n) => Math.round(longest(n) / 1000))).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    expect(waitBefore('broker', following(Array(7).fill(lost)), lost, 0.5)).toBe(30_000);
  });

  test('stays within two seconds for what is plugged in here: who plugs it in again waits for it', () => {
    expect(waitBefore('elm327', following(Array(50).fill(lost)), lost, 0.999_999)).toBeLessThanOrEqual(2_000);
    expect(waitBefore('scanner', following(Array(50).fill(lost)), lost, 0.999_999)).toBeLessThanOrEqual(2_000);
  });

  test('is never so short that a broken line burns the processor, never longer than a minute', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), randoms, (n, random) => {
        const ms = waitBefore('sensor', { failed: n, refused: 0 }, lost, random);
        expect(ms).toBeGreaterThanOrEqual(250);
        expect(ms).toBeLessThanOrEqual(60_000);
      }),
    );
  });

  test('is at least a minute where a person must act', () => {
    for (const error of [denied, new LiftgateError('config', 'no such option')]) {
      expect(waitBefore('broker', following([error]), error, 0)).toBe(60_000);
      expect(waitBefore('broker', following([error, error, error]), error, 0)).toBe(60_000);
    }
  });

  test('is at least six minutes for a camera that refused twice: it locks accounts', () => {
    expect(waitBefore('camera', following([denied]), denied, 0)).toBe(60_000);
    expect(waitBefore('camera', following([denied, denied]), denied, 0)).toBe(360_000);
    expect(waitBefore('camera', following([denied, lost]), lost, 0.5)).toBe(1_000);
  });

  test('is never shorter than the other side asked for', () => {
    const busy = new LiftgateError('busy', 'not now', { retryAfterMs: 90_000 });
    expect(waitBefore('camera', following([busy]), busy, 0)).toBe(90_000);
  });
});
