import { describe, expect, test } from 'vitest';
import { Anomaly } from '../../../../gateway/domain/detect/anomaly.ts';
import { lcg } from '../../../../gateway/domain/detect/bootstrap.ts';
import fc from '../../../tools/property.ts';

const FIVE_MINUTES = 300_000;

/** A quantity that swings with the day, with noise; `change` makes it odd. */
function series(seed: string, n: number, change: (x: number, i: number) => number): number[] {
  const next = lcg(seed);
  const noise = () => next() + next() + next() - 1.5;
  return Array.from({ length: n }, (_, i) => change(50 + 20 * Math.sin((2 * Math.PI * i) / 288) + 2 * noise(), i));
}

function scores(values: readonly number[], warmUp = 450): number[] {
  const anomaly = new Anomaly(warmUp);
  return values.map((x, i) => anomaly.add(x, i * FIVE_MINUTES));
}

/** The greatest score in a span, and outside of it (and of what it upset). */
function inAndOut(all: readonly number[], from: number, to: number): [number, number] {
  const out = all.filter((_, i) => i < from || i > to + 64);
  return [Math.max(...all.slice(from, to)), Math.max(...out)];
}

describe('the anomaly score', () => {
  test.each([
    ['a spike', 2000, 2004, (x: number) => x + 25],
    ['a shift of the level', 2000, 2200, (x: number) => x + 12],
    ['a missing swing of the day', 2100, 2250, () => 50],
    ['a value that froze', 2000, 2150, () => 61.5],
    ['restlessness', 2000, 2100, (x: number, i: number) => x + (i % 2 === 0 ? 9 : -9)],
  ])('%s stands out of all that was before and after', (_name, from, to, odd) => {
    for (const seed of ['a', 'b', 'c']) {
      const all = scores(series(seed, 3000, (x, i) => (i >= from && i < to ? odd(x, i) : x)));
      const [inside, outside] = inAndOut(all, from, to);
      expect(inside).toBeGreaterThan(outside);
    }
  });

  test('does not depend on the unit', () => {
    const values = series('u', 1500, (x, i) => (i > 900 && i < 910 ? x * 2 : x));
    const a = scores(values);
    const b = scores(values.map((x) => x * 1000));
    for (const [i, score] of a.entries()) expect(b[i]).toBeCloseTo(score, 1);
  });

  test('is 0 while it warms up, and knows the past only', () => {
    const values = series('p', 1200, (x) => x);
    const all = scores(values);
    expect(all.slice(0, 450).every((s) => s === 0)).toBe(true);
    expect(scores([...values.slice(0, 800), 1e6, -1e6]).slice(0, 800)).toEqual(all.slice(0, 800));
  });

  test('a leap that is usual for the series is no news', () => {
    const next = lcg('h');
    const heavy = Array.from({ length: 3000 }, () => 1 / (next() + 1e-4));
    const strong = scores(heavy).filter((s) => s > 0.6);
    expect(strong.length).toBeLessThan(3);
  });

  test('any numbers give scores of 0 to 1; what is no number gives 0', () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { maxLength: 300 }), (values) => {
        const anomaly = new Anomaly(20);
        for (const x of values) {
          const score = anomaly.add(x, null);
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
