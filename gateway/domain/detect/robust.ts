/** Robust statistics: half of the values may be wild before these move far (Hampel 1974; breakdown point 50 %). */

/** Middle value; mean of the two middle ones for an even count. The argument is not changed. NaN for none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * Quantile by linear interpolation between order statistics (type 7 of Hyndman & Fan, 1996), p in 0 … 1.
 * Infinite values keep their place at the ends. NaN for no values.
 */
export function quantile(values: readonly number[], p: number): number {
  if (values.length === 0) return Number.NaN;
  return quantileOfSorted(Float64Array.from(values).sort(), p);
}

/** The same, of values that are in ascending order already. */
export function quantileOfSorted(sorted: Float64Array | readonly number[], p: number): number {
  const at = (sorted.length - 1) * Math.min(1, Math.max(0, p));
  const low = Math.floor(at);
  const a = sorted[low]!;
  const b = sorted[Math.ceil(at)]!;
  return a === b ? a : a + (b - a) * (at - low);
}

export interface Baseline {
  readonly median: number;
  /** 1.4826 × median absolute deviation: the standard deviation, where the values are normal. */
  readonly spread: number;
}

export function baselineOf(values: readonly number[]): Baseline {
  const m = median(values);
  return { median: m, spread: 1.4826 * median(values.map((v) => Math.abs(v - m))) };
}

/** Median in place, O(n) on average (Hoare's selection); for inner loops, where sorting would cost. */
export function selectMedian(values: Float64Array): number {
  const n = values.length;
  if (n === 0) return Number.NaN;
  const upper = select(values, n >> 1);
  if (n % 2 === 1) return upper;
  let lower = values[0]!;
  for (let i = 1; i < n >> 1; i++) if (values[i]! > lower) lower = values[i]!;
  return (lower + upper) / 2;
}

/** Puts the k-th smallest value at index k, nothing greater to its left, and returns it. */
function select(a: Float64Array, k: number): number {
  let left = 0;
  let right = a.length - 1;
  while (left < right) {
    const pivot = a[(left + right) >> 1]!;
    let i = left;
    let j = right;
    while (i <= j) {
      while (a[i]! < pivot) i++;
      while (a[j]! > pivot) j--;
      if (i <= j) {
        const t = a[i]!;
        a[i] = a[j]!;
        a[j] = t;
        i++;
        j--;
      }
    }
    if (k <= j) right = j;
    else if (k >= i) left = i;
    else break;
  }
  return a[k]!;
}
