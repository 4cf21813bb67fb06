/** The newest values, for means over short windows. */
export class Recent {
  readonly #values: Float64Array;
  #n = 0;

  constructor(most: number) {
    this.#values = new Float64Array(most);
  }

  add(x: number): void {
    this.#values[this.#n % this.#values.length] = x;
    this.#n += 1;
  }

  /** Mean of the last `window` values; of fewer, while there are no more. */
  mean(window: number): number {
    const k = Math.min(window, this.#n, this.#values.length);
    let sum = 0;
    for (let i = this.#n - k; i < this.#n; i++) sum += this.#values[i % this.#values.length]!;
    return k === 0 ? 0 : sum / k;
  }
}
