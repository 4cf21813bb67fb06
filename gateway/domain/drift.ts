import { MannKendall, type Trend } from './detect/mann-kendall.ts';
import { type Baseline, baselineOf, median } from './detect/robust.ts';

/**
 * The rules that all maintenance flags share, on a series of features: one robust value per start or drive, in order of
 * time. A pure function of the whole series, so that features which arrive late, in any order, give the same answer.
 */
export interface DriftSpec {
  /** 1: high values are bad; −1: low values are. */
  readonly bad: 1 | -1;
  /** The limits, from the car's own baseline where there is one; null: none can be given yet. */
  readonly watch: (base: number | null) => number | null;
  readonly act: (base: number | null) => number | null;
  /** No baseline spread below this is believed. */
  readonly noise: number;
  /** A change smaller than this is neither a fall from the baseline nor a repair. */
  readonly step: number;
}

export interface Drift {
  readonly state: 'learning' | 'healthy' | 'watch' | 'raised' | 'cleared';
  readonly rule: string;
  /** Index of the first feature since the last repair. */
  readonly from: number;
  readonly base: Baseline | null;
  readonly watch: number | null;
  readonly act: number | null;
  readonly trend: Trend;
  /** A significant trend towards the bad side. */
  readonly drifting: boolean;
}

/** Features from which a baseline is made. */
export const LEARNING = 8;
const SIGNIFICANT = 0.01;
const AS_FAR = 4;

/**
 * Raised = (trend significant and level beyond watch) or beyond act in two consecutive features. Cleared when the level
 * is back half-way to the baseline, or after a step towards health, which reads as a repair and starts a new segment.
 *
 * @param certain features that are beyond act whatever the limit says (a thermostat that never closed)
 */
export function judge(values: readonly number[], spec: DriftSpec, certain?: readonly boolean[]): Drift {
  let drift: Drift = begin(spec, 0, 'learning', 'few-features');
  let test = new MannKendall();
  const beyond = (v: number, limit: number | null) => limit !== null && spec.bad * (v - limit) > 0;
  values.forEach((value, i) => {
    const trend = test.add(value);
    const count = i - drift.from + 1;
    const base = count === LEARNING ? baselineOf(values.slice(drift.from, i + 1)) : drift.base;
    const watch = spec.watch(base?.median ?? null);
    const act = spec.act(base?.median ?? null);
    const level = median(values.slice(Math.max(drift.from, i - 2), i + 1));
    const far = Math.max(AS_FAR * Math.max(base?.spread ?? 0, spec.noise), spec.step);
    const troubled = drift.state === 'raised' || drift.state === 'watch';
    if (troubled && count >= 6 && spec.bad * (median(values.slice(i - 5, i - 2)) - level) > far) {
      drift = begin(spec, i - 2, drift.state === 'raised' ? 'cleared' : 'learning', 'repaired');
      test = new MannKendall();
      for (const v of values.slice(i - 2, i)) test.add(v);
      drift = { ...drift, trend: test.add(value) };
      return;
    }
    const tooFar = (k: number) => beyond(values[k]!, act) || certain?.[k] === true;
    const twice = count >= 2 && tooFar(i) && tooFar(i - 1);
    const drifting = count >= LEARNING && trend.p < SIGNIFICANT && spec.bad * trend.s > 0;
    const low = count >= 3 && beyond(level, watch);
    const fallen = base !== null && spec.bad * (level - base.median) > far;
    const half = watch === null ? null : base === null ? watch : (watch + base.median) / 2;
    const [state, rule] = decide({
      twice,
      rising: drifting && low,
      low,
      fallen,
      back: !beyond(level, half) && !tooFar(i),
      learning: count < LEARNING,
      before: drift,
    });
    drift = { state, rule, from: drift.from, base, watch, act, trend, drifting };
  });
  return drift;
}

function begin(spec: DriftSpec, from: number, state: Drift['state'], rule: string): Drift {
  const trend = { s: 0, z: 0, p: 1 };
  return { state, rule, from, base: null, watch: spec.watch(null), act: spec.act(null), trend, drifting: false };
}

function decide(is: {
  twice: boolean;
  rising: boolean;
  low: boolean;
  fallen: boolean;
  back: boolean;
  learning: boolean;
  before: Drift;
}): [Drift['state'], string] {
  if (is.twice) return ['raised', 'beyond-act-twice'];
  if (is.rising) return ['raised', 'trend-beyond-watch'];
  if (is.before.state === 'raised') return is.back ? ['cleared', 'half-way-back'] : ['raised', is.before.rule];
  if (is.low) return ['watch', 'beyond-watch'];
  if (is.fallen) return ['watch', 'off-own-baseline'];
  if (is.learning) return [is.before.state === 'cleared' ? 'cleared' : 'learning', is.before.rule];
  return ['healthy', 'within-limits'];
}
