import { Expect } from './expect.ts';
import { Recent } from './recent.ts';
import { Tail } from './tail.ts';

/** What stays surprising for long is not new any more: this share of the last great surprise is taken off. */
const HABIT = 0.3;
/** A surprise of one in 10³ gets the score 0.5. */
const HALF = 3;
/** A single value adds at most this to the measure of surprises that come together. */
const CROWD_CAP = 4;

/**
 * Score of 0 to 1 for each value of any series, from the past only, without tuning for the series, whatever its unit or
 * sampling. Six measures look at the series, each for another kind of oddness:
 *
 * | measure | what it notices |
 * |---|---|
 * | error of the expectation (`Expect`) | a spike, a leap |
 * | mean of 8, of 32 deviations from the usual | a shift, a drift, a missing peak |
 * | mean of 16 steps | a series that became restless |
 * | inverse mean of 24 steps | a series that froze |
 * | mean of 24 surprises of the first measure | spikes that come closer together |
 *
 * The chance that a measure is as great as now is read from its own history (`Tail`); S = the greatest −log10 of these
 * chances (in the manner of the anomaly likelihood of Lavin & Ahmad, "Evaluating real-time anomaly detection algorithms",
 * IEEE ICMLA 2015, which takes the tail as normal), less the habit; score = S ÷ (S + 3). O(1) a value.
 */
export class Anomaly {
  readonly #warmUp: number;
  readonly #expect: Expect;
  readonly #deviations = new Recent(32);
  readonly #steps = new Recent(24);
  readonly #surprises = new Recent(24);
  readonly #measures: readonly { readonly tail: Tail; readonly weight: number }[];
  #last = Number.NaN;
  #peak = 0;
  #n = 0;

  /** @param warmUp values to learn from before anything is said: their score is 0 */
  constructor(warmUp: number) {
    this.#warmUp = warmUp;
    this.#expect = new Expect(Math.max(50, warmUp));
    const memory = 30 * Math.max(50, warmUp);
    // Restlessness, stillness and crowds are the least telling of the six by themselves.
    this.#measures = [1, 1, 1, 0.7, 0.5, 0.7].map((weight) => ({ tail: new Tail(memory), weight }));
  }

  /** @param at ms, null where the series has no time. A value that is not a number scores 0 and teaches nothing. */
  add(x: number, at: number | null): number {
    if (!Number.isFinite(x)) return 0;
    this.#n += 1;
    const { next, usual } = this.#expect.add(x, at);
    const error = Math.abs(x - next);
    this.#deviations.add(x - usual);
    this.#steps.add(Number.isNaN(this.#last) ? 0 : Math.abs(x - this.#last));
    this.#last = x;
    this.#surprises.add(Math.min(CROWD_CAP, -this.#measures[0]!.tail.log10p(error)));
    const still = this.#steps.mean(24);
    const values = [
      error,
      Math.abs(this.#deviations.mean(8)),
      Math.abs(this.#deviations.mean(32)),
      this.#steps.mean(16),
      still > 0 ? 1 / still : 0,
      this.#surprises.mean(24),
    ];
    let surprise = 0;
    this.#measures.forEach(({ tail, weight }, i) => {
      surprise = Math.max(surprise, -weight * tail.log10p(values[i]!));
      tail.add(values[i]!);
    });
    const fresh = Math.max(0, surprise - HABIT * this.#peak);
    this.#peak = Math.max(this.#peak * Math.exp(-0.5 / Math.max(50, this.#warmUp)), surprise);
    return this.#n <= this.#warmUp ? 0 : fresh / (fresh + HALF);
  }
}
