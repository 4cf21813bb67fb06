/**
 * Exponentially weighted mean, z ← z + α(x − z) (Brown 1959); while young the plain mean of what came, so that the first
 * value does not weigh for ever. NaN before the first value.
 */
export class Level {
  value = Number.NaN;
  readonly #alpha: number;
  #n = 0;

  constructor(alpha: number) {
    this.#alpha = alpha;
  }

  add(x: number): void {
    this.#n += 1;
    this.value = this.#n === 1 ? x : this.value + Math.max(this.#alpha, 1 / this.#n) * (x - this.value);
  }
}

/** The usual value at each place of a cycle of time, such as a day in pieces of five minutes. */
export class Cycle {
  readonly #levels = new Map<number, Level>();
  readonly #ms: number;
  readonly #slots: number;

  constructor(ms: number, slots: number) {
    this.#ms = ms;
    this.#slots = slots;
  }

  /** What is usual at this time; NaN: not known yet. `at` in ms. */
  at(at: number): number {
    return this.#levels.get(this.#slot(at))?.value ?? Number.NaN;
  }

  add(x: number, at: number): void {
    const slot = this.#slot(at);
    const level = this.#levels.get(slot) ?? new Level(0.2);
    level.add(x);
    this.#levels.set(slot, level);
  }

  #slot(at: number): number {
    const phase = ((at % this.#ms) + this.#ms) % this.#ms;
    return Math.floor((phase / this.#ms) * this.#slots);
  }
}
