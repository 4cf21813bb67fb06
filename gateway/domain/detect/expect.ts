import { Cycle, Level } from './level.ts';

const DAY_MS = 86_400_000;
/** How much the newest error weighs in an expert's record. */
const RECORD = 0.01;

export interface Expected {
  /** The best guess of the next value. */
  readonly next: number;
  /** What is usual in the long run (at this time of day, where that matters): it does not follow the present. */
  readonly usual: number;
}

/**
 * Expects the next value of any series. Simple experts (the last value, quick and slow means, the usual value at this time
 * of day, the same moved to the present level) are judged by their past errors alone; the best of them
 * speaks ("follow the leader": Cesa-Bianchi & Lugosi, Prediction, Learning, and Games, 2006). O(1) a value.
 */
export class Expect {
  readonly #fast = new Level(0.3);
  readonly #slow = new Level(0.03);
  readonly #long: Level;
  readonly #day = new Cycle(DAY_MS, 288);
  readonly #offset = new Level(0.05);
  readonly #errors: number[] = [];
  #last = Number.NaN;

  /** @param memory values that the long-run mean looks back on */
  constructor(memory: number) {
    this.#long = new Level(2 / (memory + 1));
  }

  /** Says what it expects, then learns what came. `at` in ms; null where the series has no time. */
  add(x: number, at: number | null): Expected {
    const day = at === null ? Number.NaN : this.#day.at(at);
    const usuals = [this.#long.value, day];
    const guesses = [...usuals, this.#last, this.#fast.value, this.#slow.value, day + this.#offset.value];
    const usual = this.#best(guesses, usuals.length) ?? x;
    const next = this.#best(guesses, guesses.length) ?? x;
    guesses.forEach((guess, i) => {
      if (Number.isNaN(guess)) return;
      const error = Math.abs(x - guess);
      this.#errors[i] = (this.#errors[i] ?? error) * (1 - RECORD) + RECORD * error;
    });
    this.#last = x;
    this.#fast.add(x);
    this.#slow.add(x);
    this.#long.add(x);
    if (at !== null) {
      if (!Number.isNaN(day)) this.#offset.add(x - day);
      this.#day.add(x, at);
    }
    return { next, usual };
  }

  #best(guesses: readonly number[], count: number): number | null {
    let best: number | null = null;
    let least = Infinity;
    for (let i = 0; i < count; i++) {
      const error = this.#errors[i];
      if (error === undefined || error >= least || Number.isNaN(guesses[i])) continue;
      least = error;
      best = guesses[i]!;
    }
    return best;
  }
}
