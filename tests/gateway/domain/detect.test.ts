import { describe, expect, test } from 'vitest';
import { forecast, lcg } from '../../../gateway/domain/detect/bootstrap.ts';
import { mannKendall } from '../../../gateway/domain/detect/mann-kendall.ts';
import { baselineOf, median, quantile, selectMedian } from '../../../gateway/domain/detect/robust.ts';
import { condense, medianSlope, theilSen } from '../../../gateway/domain/detect/theil-sen.ts';
import fc from '../../tools/property.ts';

const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 });

describe('detectors', () => {
  test('the median by selection is the median by sorting', () => {
    fc.assert(
      fc.property(values, (v) => {
        expect(selectMedian(Float64Array.from(v))).toBeCloseTo(median(v), 6);
      }),
    );
  });

  test('quantiles are those of R type 7', () => {
    expect(quantile([1, 2, 3, 4], 0.25)).toBe(1.75);
    expect(quantile([3, 1, 2], 0)).toBe(1);
    expect(quantile([1, Infinity], 0)).toBe(1);
    expect(median([])).toBeNaN();
  });

  test('a baseline survives almost half of the values being wild', () => {
    const { median: m, spread } = baselineOf([12, 12.1, 11.9, 12, 99, -50, 12.05]);
    expect(m).toBeCloseTo(12);
    expect(spread).toBeLessThan(0.2);
  });

  test('Theil–Sen finds the line through 29 % outliers', () => {
    const t = Array.from({ length: 40 }, (_, i) => i);
    const y = t.map((x) => (x % 4 === 0 ? 500 : 3 + 0.5 * x));
    const line = theilSen(t, y)!;
    expect(line.slope).toBeCloseTo(0.5, 6);
    expect(line.intercept).toBeCloseTo(3, 6);
    expect(theilSen([1, 1], [2, 3])).toBeNull();
  });

  test('neighbouring pairs see the weather, not the ageing', () => {
    const n = 120;
    const celsius = Array.from({ length: n }, (_, i) => 15 + 10 * Math.sin(i) - i / 20);
    const volts = celsius.map((c, i) => 11 + 0.02 * c - 0.01 * i);
    expect(medianSlope(celsius, volts, 5, 3)).toBeCloseTo(0.02, 2);
  });

  test('condensing keeps the span and bounds the count', () => {
    const t = Array.from({ length: 200 }, (_, i) => i);
    const c = condense(t, t, 48);
    expect(c.t.length).toBeLessThanOrEqual(48);
    expect(c.t).toEqual(c.y);
  });

  test('Mann–Kendall agrees with a worked example', () => {
    // Gilbert (1987), Statistical Methods for Environmental Pollution Monitoring, 16.4.1: S counted by hand.
    expect(mannKendall([10, 15, 14, 20]).s).toBe(4);
    const rising = mannKendall(Array.from({ length: 10 }, (_, i) => i));
    expect(rising.s).toBe(45);
    expect(rising.z).toBeCloseTo(44 / Math.sqrt(125), 6);
    expect(rising.p).toBeCloseTo(8.3e-5, 5);
    expect(mannKendall([5, 5, 5, 5])).toEqual({ s: 0, z: 0, p: expect.closeTo(1, 6) });
  });

  test('a trend turned round has the opposite sign', () => {
    fc.assert(
      fc.property(values, (v) => {
        expect(mannKendall([...v].reverse()).s + 0).toBe(-mannKendall(v).s + 0);
      }),
    );
  });

  test('a forecast is the same for the same seed, and holds what the line will do', () => {
    const noise = lcg('noise');
    const t = Array.from({ length: 40 }, (_, i) => i);
    const y = t.map((x) => 11 - 0.02 * x + 0.1 * (noise() - 0.5));
    const ask = { limit: 9.6, at: [40, 60, 80], seed: 'VIN', refits: 500 };
    const f = forecast(t, y, ask)!;
    expect(forecast(t, y, ask)).toEqual(f);
    expect(f.slope.high).toBeLessThan(0);
    expect(f.due.early).toBeLessThanOrEqual(70);
    expect(f.due.late).toBeGreaterThanOrEqual(70);
    expect(f.due.early).toBeLessThanOrEqual(f.due.likely);
    for (const p of f.points) {
      expect(p.low).toBeLessThanOrEqual(11 - 0.02 * p.t);
      expect(p.high).toBeGreaterThanOrEqual(11 - 0.02 * p.t);
    }
  });
});
