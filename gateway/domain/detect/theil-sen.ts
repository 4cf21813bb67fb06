import { median, selectMedian } from './robust.ts';

export interface Line {
  /** Change of y per unit of t. */
  readonly slope: number;
  readonly intercept: number;
}

/**
 * Theil–Sen line: slope = median of (y_j − y_i) ÷ (t_j − t_i) over all pairs with t_j ≠ t_i; intercept = median of
 * y − slope · t. Survives 29 % outliers. O(n²): meant for n ≤ 200.
 * Source: Sen, "Estimates of the regression coefficient based on Kendall's tau", JASA 63 (1968).
 * Null when no two points differ in t.
 */
export function theilSen(t: ArrayLike<number>, y: ArrayLike<number>): Line | null {
  const slope = medianSlope(t, y, t.length);
  if (slope === null) return null;
  const rests = new Float64Array(t.length);
  for (let i = 0; i < t.length; i++) rests[i] = y[i]! - slope * t[i]!;
  return { slope, intercept: selectMedian(rests) };
}

/**
 * Median slope over pairs that stand at most `reach` places apart. With a short reach a slow drift in the order of the
 * points hardly shows, which leaves the effect of `t` alone (temperature in a series that also ages).
 */
export function medianSlope(t: ArrayLike<number>, y: ArrayLike<number>, reach: number, leastStep = 0): number | null {
  const n = t.length;
  const slopes = new Float64Array((n * (n - 1)) / 2);
  let count = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n && j <= i + reach; j++) {
      const dt = t[j]! - t[i]!;
      if (dt !== 0 && Math.abs(dt) >= leastStep) slopes[count++] = (y[j]! - y[i]!) / dt;
    }
  }
  return count === 0 ? null : selectMedian(slopes.subarray(0, count));
}

/** At most `most` points: medians of runs of neighbours. Keeps the span, halves the noise, bounds the cost. */
export function condense(t: readonly number[], y: readonly number[], most: number): { t: number[]; y: number[] } {
  if (t.length <= most) return { t: [...t], y: [...y] };
  const run = Math.ceil(t.length / most);
  const out = { t: [] as number[], y: [] as number[] };
  for (let i = 0; i < t.length; i += run) {
    out.t.push(median(t.slice(i, i + run)));
    out.y.push(median(y.slice(i, i + run)));
  }
  return out;
}
