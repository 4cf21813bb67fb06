import { lcg } from '../detect/bootstrap.ts';
import { median } from '../detect/robust.ts';
import { featuresOf, OF_EACH } from './features.ts';
import type { History } from './history.ts';
import { Line } from './line.ts';
import { Regimes } from './regime.ts';
import { BoostedTrees, type TreeSettings } from './trees.ts';

/** Remaining life in cycles after the last row, with the interval that holds the truth nine times in ten. */
export interface Remaining {
  readonly rul: number;
  readonly low: number;
  readonly high: number;
}

const FOLDS = 5;
const TREES: TreeSettings = { trees: 250, depth: 4, rate: 0.04, leaf: 30, rows: 0.4, features: 0.3, always: 2 };
const QUICK: TreeSettings = { ...TREES, trees: 50, rate: 0.15, depth: 4 };
const MOST_ROWS = 20_000;
const QUICK_ROWS = 6_000;
/** Early in life nothing shows how long it will last: what is learned is min(life left, cap), and the cap is tried out. */
const CAPS = [0.35, 0.5, 0.65, 0.85, Infinity];
/** Points of each finished life at which the forecast is tried out. */
const TRIES = 12;
const ALPHA = 0.1;

interface Life {
  readonly features: readonly Float64Array[];
  /** Cycles left after each row. */
  readonly left: readonly number[];
}

interface Try {
  readonly guess: number;
  readonly truth: number;
}

/**
 * Learns from units that were run until they failed how much life is left. No knowledge of the data: columns that do not
 * vary drop out by themselves, ways of running are taken out (`Regimes`), boosted trees look at age, a line through all
 * columns, and of each its level, change and change since birth. Whole units are left out in turn (never rows of one unit on both sides); their forecasts, at ages like those
 * asked for, tell the cap, the bias and the interval: cross-conformal (Vovk, "Cross-conformal predictors", Ann. Math. Artif.
 * Intell. 74, 2015), local in the forecast, so that it is narrow near the end.
 */
export class LifeModel {
  readonly #regimes: Regimes;
  readonly #models: readonly Model[];
  readonly #tries: readonly Try[];
  readonly #cap: number;

  /**
   * @param finished lives from the first cycle to the failure, at least two
   * @param ages of the units that will be asked about, in cycles since their first
   */
  constructor(finished: readonly History[], ages: readonly number[], seed = 'life') {
    const next = lcg(seed);
    this.#regimes = new Regimes(finished);
    const lives = finished.map((h): Life => {
      const end = h.cycles.at(-1)!;
      return { features: featuresOf(h, this.#regimes), left: h.cycles.map((cycle) => end - cycle) };
    });
    const folds = foldsOf(lives.length, next);
    const usual = median(lives.map((l) => l.left[0]!));
    const points = lives.map((life) => triesAt(life, ages, next));
    const probe = (cap: number, settings: TreeSettings) =>
      folds.flatMap((fold) => {
        const model = grown(
          lives.filter((_, i) => !fold.includes(i)),
          cap,
          settings,
          next,
        );
        return fold.flatMap((i) =>
          points[i]!.map(
            (at): Try => ({
              guess: model.predict(lives[i]!.features[at]!),
              truth: lives[i]!.left[at]!,
            }),
          ),
        );
      });
    const caps = CAPS.map((c) => c * usual);
    const errors = caps.map((cap) => spread(probe(cap, QUICK)));
    this.#cap = caps[errors.indexOf(Math.min(...errors))]!;
    this.#tries = probe(this.#cap, TREES).sort((a, b) => a.guess - b.guess);
    this.#models = [0, 1].map(() => grown(lives, this.#cap, TREES, next));
  }

  /** How many ways of running were found in what was learned from. */
  get regimes(): number {
    return this.#regimes.count;
  }

  /** Mean absolute error of the forecasts for units that were left out. */
  get crossValidatedError(): number {
    return this.#tries.reduce((a, t) => a + Math.abs(t.truth - this.#at(t.guess).rul), 0) / this.#tries.length;
  }

  /** Life left of a unit after its last row. */
  remaining(history: History): Remaining {
    const features = featuresOf(history, this.#regimes).at(-1)!;
    return this.#at(this.#models.reduce((a, m) => a + m.predict(features), 0) / this.#models.length);
  }

  /** What the truth was where the forecast was like this one. */
  #at(guess: number): Remaining {
    const tries = this.#tries;
    const k = Math.min(tries.length, Math.max(60, Math.round(tries.length / 12)));
    let from = tries.findIndex((t) => t.guess >= guess);
    from = Math.max(0, Math.min(tries.length - k, (from < 0 ? tries.length : from) - Math.floor(k / 2)));
    const near = tries.slice(from, from + k).map((t) => t.truth - t.guess);
    const rests = Float64Array.from(near).sort();
    const rank = Math.ceil((rests.length + 1) * (1 - ALPHA / 2));
    const rul = Math.max(0, guess + near.reduce((a, b) => a + b, 0) / near.length);
    return {
      rul,
      low: Math.max(0, Math.min(rul, guess + rests[Math.max(0, rests.length - rank)]!)),
      high: Math.max(rul, guess + rests[Math.min(rests.length, rank) - 1]!),
    };
  }
}

/** Trees over the features and a line through the columns' levels and changes since birth. */
class Model {
  readonly #line: Line;
  readonly #trees: BoostedTrees;

  constructor(x: readonly Float64Array[], y: Float64Array, settings: TreeSettings, next: () => number) {
    const columns = Array.from({ length: ((x[0]?.length ?? 1) - 1) / OF_EACH }, (_, c) => 1 + OF_EACH * c);
    this.#line = new Line(
      x,
      y,
      columns.flatMap((c) => [c, c + 3]),
    );
    // Age and line stand first: each tree may ask them.
    this.#trees = new BoostedTrees(
      x.map((row) => this.#with(row)),
      y,
      settings,
      next,
    );
  }

  predict(row: Float64Array): number {
    return this.#trees.predict(this.#with(row));
  }

  #with(row: Float64Array): Float64Array {
    const out = new Float64Array(row.length + 1);
    out[0] = this.#line.at(row);
    out.set(row, 1);
    return out;
  }
}

function grown(lives: readonly Life[], cap: number, settings: TreeSettings, next: () => number): Model {
  const total = lives.reduce((a, life) => a + life.left.length, 0);
  const step = Math.max(1, total / (settings === QUICK ? QUICK_ROWS : MOST_ROWS));
  const x: Float64Array[] = [];
  const y: number[] = [];
  for (const { features, left } of lives) {
    for (let at = left.length - 1; at >= 0; at -= step) {
      const row = Math.floor(at);
      x.push(features[row]!);
      y.push(Math.min(cap, left[row]!));
    }
  }
  return new Model(x, Float64Array.from(y), settings, next);
}

/** Units dealt out at random; fewer folds where there are fewer units. */
function foldsOf(units: number, next: () => number): number[][] {
  const order = Array.from({ length: units }, (_, i) => ({ i, key: next() })).sort((a, b) => a.key - b.key);
  const folds: number[][] = Array.from({ length: Math.min(FOLDS, units) }, () => []);
  for (const [at, { i }] of order.entries()) folds[at % folds.length]!.push(i);
  return folds;
}

/** Rows at which a finished life is broken off: at ages like those asked for, where it grew so old; else anywhere. */
function triesAt({ left }: Life, ages: readonly number[], next: () => number): number[] {
  const fitting = ages.filter((age) => age < left[0]!);
  return Array.from({ length: TRIES }, () => {
    if (fitting.length === 0) return Math.floor(next() * left.length);
    const age = fitting[Math.floor(next() * fitting.length)]!;
    return Math.max(
      0,
      left.findLastIndex((l) => left[0]! - l <= age),
    );
  });
}

/** Root mean square of what is left after the local bias is taken out. */
function spread(tries: readonly Try[]): number {
  const sorted = [...tries].sort((a, b) => a.guess - b.guess);
  const k = 40;
  let sum = 0;
  sorted.forEach((t, i) => {
    const near = sorted.slice(Math.max(0, i - k / 2), i + k / 2);
    const bias = near.reduce((a, n) => a + n.truth - n.guess, 0) / near.length;
    sum += (t.truth - t.guess - bias) ** 2;
  });
  return Math.sqrt(sum / sorted.length);
}
