import type { Millis } from '../../protocols/time.ts';
import { confidenceOf, type FlagData, severityOf } from './battery.ts';
import { type DriftSpec, judge, LEARNING } from './drift.ts';

/** One cold start: how long the coolant took to 75 °C, scaled to a start at 20 °C. */
export interface Drive {
  readonly at: Millis;
  readonly seconds: number;
  /** It never came there: `seconds` is how long it was watched, so the truth is longer. */
  readonly plateau: boolean;
}

/** A drive that is being watched. */
export interface Warming {
  readonly from: Millis;
  readonly cold: number;
  readonly last: Millis;
  readonly max: number;
  /** When `max` last rose by a whole degree. */
  readonly roseAt: Millis;
  readonly done: boolean;
}

const COLD_LEAST = -10;
const COLD_MOST = 55;
/** The temperature at which makers' own thermostat tests (P0128) expect the coolant. */
const WARM = 75;
const PLATEAU_BELOW = 74;
const NEW_DRIVE_MS = 600_000;
const WATCHED_MS = 900_000;
const FLAT_MS = 300_000;
const KEPT = 200;

const SPEC: DriftSpec = {
  bad: 1,
  watch: (base) => (base === null ? null : base * 1.3),
  act: (base) => (base === null ? null : base * 1.6),
  noise: 15,
  step: 60,
};

/**
 * Takes one coolant temperature of a running engine, in °C. Samples must come in order; one from before the last is let
 * pass unused. Gives the drive once it is decided.
 */
export function watchWarmUp(
  w: Warming | null,
  celsius: number,
  at: Millis,
): { warming: Warming | null; drive: Drive | null } {
  if (w === null || at - w.last > NEW_DRIVE_MS) {
    const done = celsius < COLD_LEAST || celsius > COLD_MOST;
    return { warming: { from: at, cold: celsius, last: at, max: celsius, roseAt: at, done }, drive: null };
  }
  if (at <= w.last) return { warming: w, drive: null };
  const rose = celsius >= w.max + 1;
  const next = { ...w, last: at, max: rose ? celsius : w.max, roseAt: rose ? at : w.roseAt };
  if (w.done) return { warming: next, drive: null };
  const scaled = Math.round(((at - w.from) / 1_000) * ((WARM - 20) / (WARM - w.cold)));
  if (celsius >= WARM) {
    return { warming: { ...next, done: true }, drive: { at: w.from, seconds: scaled, plateau: false } };
  }
  const flat = at - w.from >= WATCHED_MS && at - next.roseAt >= FLAT_MS && next.max < PLATEAU_BELOW;
  if (!flat) return { warming: next, drive: null };
  return { warming: { ...next, done: true }, drive: { at: w.from, seconds: scaled, plateau: true } };
}

export function addDrive(drives: readonly Drive[], drive: Drive): readonly Drive[] {
  if (drives.some((d) => d.at === drive.at)) return drives;
  return [...drives, drive].sort((a, b) => a.at - b.at).slice(-KEPT);
}

/** The warm-up flag (thermostat, coolant), from all cold starts that were watched. No due date: wear it is not. */
export function judgeWarmUp(vin: string, drives: readonly Drive[]): FlagData {
  const series = drives.map((d) => ({ at: d.at, value: d.seconds }));
  const drift = judge(
    series.map((p) => p.value),
    SPEC,
    drives.map((d) => d.plateau),
  );
  const since = drives.length - drift.from;
  const caveats = ['not-calibrated'];
  if (since < LEARNING) caveats.push('few-drives');
  if (drives.some((d) => d.plateau)) caveats.push('plateau-at-least');
  const state = drives.length === 0 ? 'unavailable' : drift.state;
  return {
    vin,
    flag: 'warm-up',
    state,
    severity: severityOf(state, drift.rule),
    confidence: confidenceOf(since, drift.state === 'raised' && drift.rule !== 'beyond-act-twice' ? drift.trend.p : 0),
    series,
    unit: 's',
    watch: drift.watch,
    act: drift.act,
    forecast: [],
    due: null,
    caveats,
    rule: drives.length === 0 ? 'no-cold-starts' : drift.rule,
  };
}
