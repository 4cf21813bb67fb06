import { describe, expect, test } from 'vitest';
import { lcg } from '../../../../gateway/domain/detect/bootstrap.ts';
import { calibrated, type Ended } from '../../../../gateway/domain/detect/conformal.ts';
import { CUSUM_START, cusum } from '../../../../gateway/domain/detect/cusum.ts';
import { type Ewma, ewma } from '../../../../gateway/domain/detect/ewma.ts';
import { type Holt, holt, holtAhead } from '../../../../gateway/domain/detect/holt.ts';
import { PAGE_HINKLEY_START, pageHinkley, pageHinkleyChange } from '../../../../gateway/domain/detect/page-hinkley.ts';
import { rateRise } from '../../../../gateway/domain/detect/rate.ts';
import { stepToHealth } from '../../../../gateway/domain/detect/step.ts';

const base = { median: 0, spread: 1 };

/** Normal values by Box and Muller. */
function normal(seed: string): () => number {
  const next = lcg(seed);
  return () => Math.sqrt(-2 * Math.log(next() + 1e-12)) * Math.cos(2 * Math.PI * next());
}

/** Mean count of values until the alarm, over many runs. */
function runLength(run: (x: number) => boolean, reset: () => void, shift: number, runs: number): number {
  const draw = normal(`run${shift}`);
  let total = 0;
  for (let r = 0; r < runs; r++) {
    reset();
    do total += 1;
    while (!run(draw() + shift));
  }
  return total / runs;
}

describe('CUSUM', () => {
  test.each([
    [0, 465],
    [1, 10.4],
    [2, 4.0],
  ])('with k 0.5 and h 5 raises the alarm of a shift of %f after the published mean of %f values', (shift, mean) => {
    let c = CUSUM_START;
    const found = runLength(
      (x) => {
        c = cusum(c, x, base);
        return c.up > 5 || c.down > 5;
      },
      () => (c = CUSUM_START),
      shift,
      shift === 0 ? 1_500 : 4_000,
    );
    expect(Math.abs(found / mean - 1)).toBeLessThan(0.08);
  });
});

describe('robust EWMA', () => {
  test('with λ 0.2 and L 3 has about the computed mean of 560 values to a false alarm', () => {
    let z: Ewma | null = null;
    const found = runLength(
      (x) => {
        const v = ewma(z, x, base);
        z = v.state;
        return Math.abs(v.ratio) > 1;
      },
      () => (z = null),
      0,
      1_000,
    );
    expect(Math.abs(found / 560 - 1)).toBeLessThan(0.15);
  });

  test('one wild value is no alarm, a lasting shift is', () => {
    let v = ewma(null, 0, base);
    for (const x of [0, 0, 0, 0, 0, 1e9]) v = ewma(v.state, x, base);
    expect(Math.abs(v.ratio)).toBeLessThan(1);
    for (let i = 0; i < 10; i++) v = ewma(v.state, 2, base);
    expect(v.ratio).toBeGreaterThan(1);
  });
});

describe('Page–Hinkley', () => {
  test('tells a rise from a fall, and neither in quiet', () => {
    for (const [shift, sign] of [
      [0, 0],
      [1.5, 1],
      [-1.5, -1],
    ] as const) {
      const draw = normal(`ph${shift}`);
      let s = PAGE_HINKLEY_START;
      for (let i = 0; i < 200; i++) s = pageHinkley(s, 40 + 0.3 * draw(), 0.03);
      for (let i = 0; i < 60; i++) s = pageHinkley(s, 40 + shift + 0.3 * draw(), 0.03);
      const change = pageHinkleyChange(s);
      expect(Math.abs(change) > 3 ? Math.sign(change) : 0).toBe(sign);
    }
  });
});

describe('damped Holt', () => {
  test('follows a line, and its forecast bends to a level', () => {
    let s: Holt | null = null;
    for (let i = 0; i < 400; i++) s = holt(s, 3 + 0.5 * i, { alpha: 0.5, beta: 0.3, phi: 1 });
    expect(holtAhead(s!, 10, 1)).toBeCloseTo(3 + 0.5 * 409, 3);
    expect(holtAhead({ level: 10, trend: 1 }, 2, 0.9)).toBeCloseTo(10 + 0.9 + 0.81);
    expect(holtAhead({ level: 10, trend: 1 }, 10_000, 0.9)).toBeCloseTo(19);
  });
});

describe('a rise of a rate of events', () => {
  test('has the exact binomial chance', () => {
    // Of 4 events in equal times, 4 in the second: 1/16; at least 3: 5/16.
    expect(rateRise({ count: 0, exposure: 1 }, { count: 4, exposure: 1 })).toBeCloseTo(1 / 16, 12);
    expect(rateRise({ count: 1, exposure: 1 }, { count: 3, exposure: 1 })).toBeCloseTo(5 / 16, 12);
    expect(rateRise({ count: 300, exposure: 10 }, { count: 30, exposure: 1 })).toBeGreaterThan(0.4);
    expect(rateRise({ count: 300, exposure: 10 }, { count: 70, exposure: 1 })).toBeLessThan(1e-6);
    expect(rateRise({ count: 5, exposure: 1 }, { count: 0, exposure: 1 })).toBe(1);
  });

  test('bursts weigh less', () => {
    const plain = rateRise({ count: 20, exposure: 10 }, { count: 10, exposure: 1 });
    expect(rateRise({ count: 20, exposure: 10 }, { count: 10, exposure: 1 }, 4)).toBeGreaterThan(plain);
  });
});

describe('a step towards health', () => {
  test('is found where the part was replaced, not where it broke', () => {
    expect(stepToHealth([9.5, 9.4, 9.4, 10.9, 11, 10.8], 1, 0.1)).toBe(3);
    expect(stepToHealth([10.9, 11, 10.8, 9.5, 9.4, 9.4], 1, 0.1)).toBeNull();
    expect(stepToHealth([10.9, 11, 10.8, 9.5, 9.4, 9.4], -1, 0.1)).toBe(3);
    expect(stepToHealth([9, 11, 11], 1, 0.1)).toBeNull();
  });
});

describe('what forecasts came to', () => {
  const next = lcg('ended');
  const noise = () => next() + next() + next() + next() - 2;
  /** A line that is carried on says the more too much, the more it says. */
  const cases = (n: number): Ended[] =>
    Array.from({ length: n }, () => {
      const said = 200 * next();
      return [said, 2 * (said + 3) ** 0.6 * Math.exp(0.5 * noise())];
    });

  test('needs nineteen cases for a window of 90 %', () => {
    expect(calibrated(cases(18), 40)).toBeNull();
    expect(calibrated(cases(19), 40)).not.toBeNull();
  });

  test('moves the day to where it was, and holds nine in ten of other cases', () => {
    let inside = 0;
    let [off, before] = [0, 0];
    for (let round = 0; round < 60; round++) {
      const known = cases(30);
      for (const [said, was] of cases(20)) {
        const w = calibrated(known, said)!;
        if (was >= w.early && was <= w.late) inside += 1;
        off += Math.abs(w.likely - was);
        before += Math.abs(said - was);
      }
    }
    expect(inside / 1_200).toBeGreaterThan(0.86);
    expect(inside / 1_200).toBeLessThan(0.94);
    expect(off).toBeLessThan(before / 2);
  });

  test('cases that all said the same still give a window', () => {
    const same = Array.from({ length: 25 }, (_, i): Ended => [10, i]);
    const w = calibrated(same, 10)!;
    expect(w.early).toBeLessThan(3);
    expect(w.late).toBeGreaterThan(21);
  });
});
