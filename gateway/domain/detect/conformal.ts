import { median, quantileOfSorted } from './robust.ts';
import { theilSen } from './theil-sen.ts';

/** A forecast that came to its end: days that were said, days that it was. */
export type Ended = readonly [said: number, was: number];

/** 5 % and 95 % need nineteen cases: 1 ÷ (19 + 1). */
export const LEAST_ENDED = 19;
/** The newest count, which bounds the cost. */
const MOST_ENDED = 200;
/** Days by which two times are as good as one: how far apart cars are heard. */
const ALIKE = 3;
const log = (days: number) => Math.log(Math.max(0, days) + ALIKE);

/**
 * What a forecast of so many days came to in finished cases: the middle and the 90 % window. A line that is carried on is
 * too late where it says much (wear grows ever faster) and too early where it says little, so the truth is fitted on the
 * forecast, log(was + 3) = a + b · log(said + 3), b by Theil–Sen within 0 to 1; the window is what was left over, at the
 * places 0.05 · (n + 1) and 0.95 · (n + 1) of its order, interpolated (split conformal: Shafer & Vovk, "A tutorial on
 * conformal prediction", JMLR 9, 2008). Each rest is taken as if its case had not been fitted, by 1 ÷ (1 − leverage).
 * Null below nineteen cases.
 */
export function calibrated(
  cases: readonly Ended[],
  said: number,
): { readonly early: number; readonly likely: number; readonly late: number } | null {
  const known = cases.slice(-MOST_ENDED);
  const n = known.length;
  if (n < LEAST_ENDED) return null;
  const x = known.map((c) => log(c[0]));
  const y = known.map((c) => log(c[1]));
  const slope = Math.min(1, Math.max(0, theilSen(x, y)?.slope ?? 0));
  const start = median(y.map((v, i) => v - slope * x[i]!));
  const mean = x.reduce((a, v) => a + v, 0) / n;
  const square = x.reduce((a, v) => a + (v - mean) ** 2, 0);
  const rests = Float64Array.from(y, (v, i) => {
    const leverage = 1 / n + (square > 0 ? (x[i]! - mean) ** 2 / square : 0);
    return (v - start - slope * x[i]!) / Math.max(0.5, 1 - leverage);
  }).sort();
  const middle = start + slope * log(said);
  const at = (share: number) => quantileOfSorted(rests, (share * (n + 1) - 1) / (n - 1));
  const days = (rest: number) => Math.max(0, Math.exp(middle + rest) - ALIKE);
  return { early: days(at(0.05)), likely: days(0), late: days(at(0.95)) };
}
