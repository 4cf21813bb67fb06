import { quantileOfSorted } from './robust.ts';
import { type Line, theilSen } from './theil-sen.ts';

export interface Forecast {
  readonly line: Line;
  /** 5 % and 95 % of the slope. A band that holds zero means: no due date. */
  readonly slope: { readonly low: number; readonly high: number };
  /** When the line reaches `limit` (5 %, 50 %, 95 %), in units of t; Infinity where it does not. */
  readonly due: { readonly early: number; readonly likely: number; readonly late: number };
  /** The feature at the asked times, with its 90 % band: line and scatter together. */
  readonly points: readonly {
    readonly t: number;
    readonly value: number;
    readonly low: number;
    readonly high: number;
  }[];
}

/**
 * Forecast of a Theil–Sen line with intervals from a moving-block bootstrap of its residuals: blocks of ⌈n^(1/3)⌉
 * neighbours are drawn with replacement, so that what is correlated stays together; each draw is fitted anew.
 * Source: Künsch, "The jackknife and the bootstrap for general stationary observations", Ann. Statist. 17 (1989).
 *
 * The same seed gives the same numbers, for ever. Null when no line can be fitted.
 */
export function forecast(
  t: readonly number[],
  y: readonly number[],
  ask: { readonly limit: number; readonly at: readonly number[]; readonly seed: string; readonly refits: number },
): Forecast | null {
  const line = theilSen(t, y);
  if (line === null) return null;
  const n = t.length;
  const fitted = t.map((x) => line.intercept + line.slope * x);
  const rests = y.map((v, i) => v - fitted[i]!);
  const block = Math.max(1, Math.ceil(Math.cbrt(n)));
  const next = lcg(ask.seed);
  const slopes: number[] = [];
  const dues: number[] = [];
  const bands = ask.at.map(() => new Float64Array(ask.refits));
  const drawn = new Float64Array(n);
  for (let refit = 0; refit < ask.refits; refit++) {
    for (let i = 0; i < n; i += block) {
      const from = Math.floor(next() * (n - block + 1));
      for (let j = 0; j < block && i + j < n; j++) drawn[i + j] = fitted[i + j]! + rests[from + j]!;
    }
    const again = theilSen(t, drawn)!;
    slopes.push(again.slope);
    dues.push(crossing(again, line, ask.limit));
    ask.at.forEach((x, k) => {
      bands[k]![refit] = again.intercept + again.slope * x + rests[Math.floor(next() * n)]!;
    });
  }
  const slope = Float64Array.from(slopes).sort();
  const due = Float64Array.from(dues).sort();
  return {
    line,
    slope: { low: quantileOfSorted(slope, 0.05), high: quantileOfSorted(slope, 0.95) },
    due: {
      early: quantileOfSorted(due, 0.05),
      likely: quantileOfSorted(due, 0.5),
      late: quantileOfSorted(due, 0.95),
    },
    points: ask.at.map((x, k) => {
      const band = bands[k]!.sort();
      return {
        t: x,
        value: line.intercept + line.slope * x,
        low: quantileOfSorted(band, 0.05),
        high: quantileOfSorted(band, 0.95),
      };
    }),
  };
}

/** Where a refit reaches the limit; never, where it goes the other way than the line that it stands for. */
function crossing(refit: Line, line: Line, limit: number): number {
  if (refit.slope === 0 || Math.sign(refit.slope) !== Math.sign(line.slope)) return Infinity;
  return (limit - refit.intercept) / refit.slope;
}

/** Numbers in 0 … 1 by the linear congruence x ← 1664525 x + 1013904223 mod 2³² (Numerical Recipes), seeded by a text. */
export function lcg(seed: string): () => number {
  let x = 0;
  for (let i = 0; i < seed.length; i++) x = (Math.imul(x, 31) + seed.charCodeAt(i)) >>> 0;
  return () => {
    x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0;
    return x / 4_294_967_296;
  };
}
