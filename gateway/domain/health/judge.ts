import type { Millis } from '../../../protocols/time.ts';
import { CUSUM_START, cusum } from '../detect/cusum.ts';
import { mannKendall } from '../detect/mann-kendall.ts';
import { type Baseline, baselineOf, median } from '../detect/robust.ts';
import type { Spec } from './spec.ts';
import { type Point, weekly } from './track.ts';

export interface Verdict {
  readonly state: 'learning' | 'healthy' | 'watch' | 'raised' | 'cleared';
  readonly rule: string;
  /** Index of the first point since the last repair. */
  readonly from: number;
  /** Index at which the change began that is going on; the newest point where none is. */
  readonly onset: number;
  readonly base: Baseline | null;
  readonly limits: 'textbook' | 'own' | 'fleet';
  readonly watch: number | null;
  readonly act: number | null;
  /** Median of the newest three. */
  readonly level: number;
  /** How likely so one-sided an order of weeks is without any trend. */
  readonly p: number;
  /** Where the series stepped towards health: a repair, as it seems. */
  readonly steps: readonly Millis[];
  /** When the level was beyond act for the first time since `from`. */
  readonly actAt: Millis | null;
}

/** What is known beside the series. */
export interface Known {
  /** The middle and spread of healthy cars of the same kind. */
  readonly prior?: Baseline | null;
  /** Points that are beyond act whatever the limit says (a thermostat that never closed). */
  readonly certain?: (at: Millis) => boolean;
  /** A level that a person dismissed: no alarm before it is passed by as much again as from watch to act. */
  readonly dismissed?: number | null;
}

/** Features from which a baseline is made: fewer say `learning`. */
export const LEARNING = 8;
const BASELINE = 10;
const SIGNIFICANT = 0.01;
const AS_FAR = 4;
const OFF = 3;
/** CUSUM of h = 7 gives one false alarm in 3,483 values (docs/prediction.md); the level must be beyond watch besides. */
const CUSUM_LIMIT = 7;
/** A shift that is younger than this may be a cold week. */
const LEAST_SHIFT = 3;
const LEAST_SHIFT_MS = 5 * 86_400_000;

/**
 * Judges a feature over time: a pure function of the whole series, so that points which arrive late, in any order, give
 * the same answer. Own baseline first, cars of the same kind second, the book last.
 *
 * Raised = (a trend, by Mann–Kendall over weeks or by CUSUM against the baseline, and the level beyond watch) or beyond act
 * in two consecutive points. Cleared when the level is back half-way to the baseline, or after a step towards health,
 * which reads as a repair and begins a new segment.
 */
export function judge(points: readonly Point[], spec: Spec, known: Known = {}): Verdict {
  const values = points.map((p) => p.value);
  const beyond = (v: number, limit: number | null) => limit !== null && spec.bad * (v - limit) > 0;
  const steps: Millis[] = [];
  let from = 0;
  let base: Baseline | null = null;
  let sums = CUSUM_START;
  let state: Verdict['state'] = 'learning';
  let rule = 'few-features';
  let onset = 0;
  let p = 1;
  let actAt: Millis | null = null;
  let [watch, act] = limitsOf(spec, known, null);
  let level = Number.NaN;
  for (let i = 0; i < values.length; i++) {
    const count = i - from + 1;
    // The baseline is made once, of the first values; a segment that begins beyond act has no healthy ones.
    if (count >= LEARNING && count <= BASELINE) {
      base = withNoise(baselineOf(values.slice(from, i + 1)), spec);
      [watch, act] = limitsOf(spec, known, base);
    }
    const middle = base ?? known.prior ?? null;
    level = count >= 3 ? middleOf(values[i]!, values[i - 1]!, values[i - 2]!) : median(values.slice(from, i + 1));
    const far = Math.max(AS_FAR * (middle?.spread ?? spec.noise(null)), spec.step(middle?.median ?? null));
    const troubled = state === 'raised' || state === 'watch';
    if (troubled && count >= 6 && spec.bad * (median(values.slice(i - 5, i - 2)) - level) > far) {
      from = i - 2;
      steps.push(points[from]!.at);
      state = state === 'raised' ? 'cleared' : 'learning';
      [base, sums, rule, onset, actAt] = [null, CUSUM_START, 'repaired', from, null];
      [watch, act] = limitsOf(spec, known, null);
      continue;
    }
    if (middle !== null && count > LEARNING) {
      sums = cusum(sums, values[i]!, middle);
      if ((spec.bad > 0 ? sums.up : sums.down) === 0) onset = i;
    }
    const off = (k: number) => middle === null || spec.bad * (values[k]! - middle.median) > AS_FAR * middle.spread;
    const tooFar = (k: number) =>
      k >= from &&
      ((beyond(values[k]!, act) && (off(k) || base === null || beyond(base.median, act))) ||
        known.certain?.(points[k]!.at) === true);
    const twice = tooFar(i) && tooFar(i - 1);
    const low = count >= 3 && beyond(level, watch);
    if (beyond(level, act)) actAt ??= points[i]!.at;
    const shifted =
      (spec.bad > 0 ? sums.up : sums.down) > CUSUM_LIMIT &&
      i - onset >= LEAST_SHIFT &&
      points[i]!.at - points[onset]!.at >= LEAST_SHIFT_MS;
    const moved = Math.max(OFF * (middle?.spread ?? 0), spec.step(middle?.median ?? null));
    const fallen = middle !== null && count >= 3 && spec.bad * (level - middle.median) > moved;
    // A test of the trend costs: it is asked only where it decides.
    const asks = low && (fallen || middle === null) && count >= LEARNING && !twice && !shifted;
    if (asks) p = falls(points.slice(from, i + 1), spec.bad);
    const trend = shifted || (asks && p < SIGNIFICANT);
    const back = !beyond(level, backAt(watch, middle)) && !tooFar(i);
    if (twice) [state, rule] = ['raised', 'beyond-act-twice'];
    else if (low && fallen && trend) [state, rule] = ['raised', 'trend-beyond-watch'];
    else if (state === 'raised') [state, rule] = back ? ['cleared', 'half-way-back'] : [state, rule];
    else if (low) [state, rule] = ['watch', 'beyond-watch'];
    else if (fallen && base !== null) [state, rule] = ['watch', 'off-own-baseline'];
    else if (count < LEARNING) [state, rule] = [state === 'cleared' ? 'cleared' : 'learning', rule];
    else [state, rule] = ['healthy', 'within-limits'];
  }
  if (state !== 'learning') p = falls(points.slice(from), spec.bad);
  const limits = base !== null ? 'own' : known.prior ? 'fleet' : 'textbook';
  return { state, rule, from, onset: Math.max(from, onset), base, limits, watch, act, level, p, steps, actAt };
}

function limitsOf(spec: Spec, known: Known, own: Baseline | null): [number | null, number | null] {
  const base = own?.median ?? known.prior?.median ?? null;
  const [watch, act] = [spec.watch(base), spec.act(base)];
  const { dismissed = null } = known;
  if (dismissed === null || watch === null || act === null) return [watch, act];
  // Only this car's limits move, by what was said of it: as far beyond what was dismissed as watch lies from act.
  const span = Math.abs(act - watch);
  const beyond = (v: number, limit: number) => (spec.bad > 0 ? Math.max(v, limit) : Math.min(v, limit));
  return [beyond(watch, dismissed + spec.bad * span), beyond(act, dismissed + 2 * spec.bad * span)];
}

/** Half of the limit is the way back: no flag that comes and goes. */
function backAt(watch: number | null, middle: Baseline | null): number | null {
  return watch === null || middle === null ? watch : (watch + middle.median) / 2;
}

function withNoise(base: Baseline, spec: Spec): Baseline {
  return { median: base.median, spread: Math.max(base.spread, spec.noise(base.median)) };
}

/** p of the trend towards the bad side over weeks; 1 where it goes the other way. */
function falls(points: readonly Point[], bad: 1 | -1): number {
  const { s, p } = mannKendall(weekly(points));
  return bad * s > 0 ? p : 1;
}

const middleOf = (a: number, b: number, c: number) => Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
