export interface Trend {
  /** Rising pairs minus falling pairs. */
  readonly s: number;
  readonly z: number;
  /** Two-sided: how likely so one-sided an order is without any trend. */
  readonly p: number;
}

/**
 * Mann–Kendall test for a monotone trend: S = Σ sign(x_j − x_i) over i < j;
 * var = [n(n−1)(2n+5) − Σ ties u(u−1)(2u+5)] ÷ 18; z = (S moved 1 towards zero) ÷ √var.
 * Source: Mann, "Nonparametric tests against trend", Econometrica 13 (1945); ties after Kendall (1975).
 *
 * Takes one value after the other, O(n) each, so that a whole history is walked in O(n²).
 */
class MannKendall {
  readonly #values: number[] = [];
  readonly #counts = new Map<number, number>();
  #s = 0;
  #ties = 0;

  add(value: number): Trend {
    for (const v of this.#values) this.#s += Math.sign(value - v);
    this.#values.push(value);
    const same = this.#counts.get(value) ?? 0;
    this.#ties += tie(same + 1) - tie(same);
    this.#counts.set(value, same + 1);
    const variance = (tie(this.#values.length) - this.#ties) / 18;
    const z = variance <= 0 ? 0 : (this.#s - Math.sign(this.#s)) / Math.sqrt(variance);
    return { s: this.#s, z, p: 2 * upperTail(Math.abs(z)) };
  }
}

export function mannKendall(values: readonly number[]): Trend {
  const test = new MannKendall();
  let trend: Trend = { s: 0, z: 0, p: 1 };
  for (const v of values) trend = test.add(v);
  return trend;
}

const tie = (n: number) => n * (n - 1) * (2 * n + 5);

/**
 * P(Z > z) of the standard normal distribution for z ≥ 0; absolute error below 7.5 × 10⁻⁸.
 * Source: Abramowitz & Stegun, Handbook of Mathematical Functions (1964), 26.2.17.
 */
function upperTail(z: number): number {
  const k = 1 / (1 + 0.2316419 * z);
  const poly = k * (0.31938153 + k * (-0.356563782 + k * (1.781477937 + k * (-1.821255978 + k * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * poly;
}
