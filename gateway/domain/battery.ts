import type { EventData } from '../../protocols/event.ts';
import type { Millis } from '../../protocols/time.ts';
import { forecast } from './detect/bootstrap.ts';
import { condense, medianSlope } from './detect/theil-sen.ts';
import { judge, LEARNING } from './drift.ts';

export type FlagData = EventData<'liftgate.vehicle.flag.v1'>;

/** One engine start: the lowest voltage while cranking. */
export interface Start {
  readonly at: Millis;
  readonly volts: number;
  /** Seen in samples of about a second: the true dip was at least this deep. */
  readonly slow: boolean;
}

/** Air temperature near a start: one per quarter of an hour, ambient before intake air. */
export interface AirTemperature {
  readonly at: Millis;
  readonly celsius: number;
  readonly ambient: boolean;
}

const SAME_START_MS = 120_000;
const SLOT_MS = 900_000;
const DAY_MS = 86_400_000;
const KEPT = 200;
/** Volts; below these a starter turns too slowly on a cold morning (Prolinx BT300 manual, p. 5). */
const WATCH = 10;
const ACT = 9.6;
const REFERENCE_C = 20;
/** Volts per kelvin that a lead battery can plausibly show. */
const MOST_PER_KELVIN = 0.05;
const NEIGHBOURS = 5;
const FORECAST_POINTS = 12;

/** Adds a start in its place in time; the same array when it is known already. Keeps the newest 200. */
export function addStart(starts: readonly Start[], start: Start): readonly Start[] {
  if (starts.some((s) => s.at === start.at && s.volts <= start.volts)) return starts;
  const others = starts.filter((s) => s.at !== start.at);
  return [...others, start].sort((a, b) => a.at - b.at).slice(-KEPT);
}

/** Keeps one temperature per quarter of an hour, whatever the order of arrival. */
export function addTemperature(all: readonly AirTemperature[], t: AirTemperature): readonly AirTemperature[] {
  const slot = Math.floor(t.at / SLOT_MS);
  const old = all.findLast((o) => Math.floor(o.at / SLOT_MS) === slot);
  if (old && !goesBefore(t, old)) return all;
  const others = all.filter((o) => o !== old);
  return [...others, t].sort((a, b) => a.at - b.at).slice(-KEPT);
}

function goesBefore(a: AirTemperature, b: AirTemperature): boolean {
  if (a.ambient !== b.ambient) return a.ambient;
  return a.at !== b.at ? a.at < b.at : a.celsius < b.celsius;
}

/**
 * The battery flag, from all starts that are known of a car. Minimum crank voltage, brought to 20 °C once eight starts
 * have a temperature: V20 = V + c · (20 − T), c fitted on neighbouring starts so that ageing does not pass for weather.
 */
export function judgeBattery(vin: string, all: readonly Start[], air: readonly AirTemperature[]): FlagData {
  const starts = oneEach(all);
  const celsius = starts.map((s) => temperatureAt(air, s.at));
  const perKelvin = compensation(starts, celsius);
  const series = starts.map((s, i) => {
    const t = celsius[i] ?? null;
    return { at: s.at, value: round(t === null ? s.volts : s.volts + perKelvin * (REFERENCE_C - t)) };
  });
  const drift = judge(
    series.map((p) => p.value),
    { bad: -1, watch: () => WATCH, act: () => ACT, noise: 0.05, step: 0.3 },
  );
  const caveats: string[] = ['not-calibrated'];
  const since = series.slice(drift.from);
  if (since.length < LEARNING) caveats.push('few-starts');
  if (celsius.some((t) => t === null)) caveats.push('no-temperature');
  else if (perKelvin === 0) caveats.push('uncompensated');
  if (starts.some((s) => s.slow)) caveats.push('slow-sampling');
  const ahead = drift.drifting ? lookAhead(vin, since) : null;
  if (ahead?.beyond) caveats.push('beyond-horizon');
  const calm = drift.state === 'healthy' || drift.rule === 'off-own-baseline';
  const soon = calm && ahead !== null && ahead.due !== null;
  const state = series.length === 0 ? 'unavailable' : soon ? 'watch' : drift.state;
  return {
    vin,
    flag: 'battery',
    state,
    severity: severityOf(state, drift.rule),
    confidence: confidenceOf(since.length, drift.state === 'raised' ? drift.trend.p : 0),
    series: series.slice(-KEPT),
    unit: 'V',
    watch: WATCH,
    act: ACT,
    forecast: ahead?.points ?? [],
    due: ahead?.due ?? null,
    caveats,
    rule: series.length === 0 ? 'no-starts' : soon ? 'trend-reaches-act' : drift.rule,
  };
}

/** A start that was both summed up by the dongle and seen in samples counts once, at its deepest. */
function oneEach(all: readonly Start[]): Start[] {
  const out: Start[] = [];
  for (const s of all) {
    const last = out.at(-1);
    if (!last || s.at - last.at > SAME_START_MS) out.push(s);
    else if (s.volts < last.volts) out[out.length - 1] = { ...s, at: last.at };
  }
  return out;
}

function temperatureAt(air: readonly AirTemperature[], at: Millis): number | null {
  let best: AirTemperature | null = null;
  for (const t of air) if (best === null || Math.abs(t.at - at) < Math.abs(best.at - at)) best = t;
  return best !== null && Math.abs(best.at - at) <= SLOT_MS ? best.celsius : null;
}

function compensation(starts: readonly Start[], celsius: readonly (number | null)[]): number {
  const known = starts.flatMap((s, i) => {
    const t = celsius[i] ?? null;
    return t === null ? [] : [{ t, v: s.volts }];
  });
  if (known.length < LEARNING) return 0;
  const slope = medianSlope(
    known.map((k) => k.t),
    known.map((k) => k.v),
    NEIGHBOURS,
    3,
  );
  return Math.min(MOST_PER_KELVIN, Math.max(0, slope ?? 0));
}

/** The trend carried on, at most twice as far as it was observed. */
function lookAhead(vin: string, series: FlagData['series']) {
  const first = series[0]!.at;
  const last = series.at(-1)!.at;
  const horizon = (3 * (last - first)) / DAY_MS;
  const { t, y } = condense(
    series.map((p) => (p.at - first) / DAY_MS),
    series.map((p) => p.value),
    48,
  );
  const now = (last - first) / DAY_MS;
  const at = Array.from({ length: FORECAST_POINTS }, (_, i) => now + ((horizon - now) * i) / (FORECAST_POINTS - 1));
  const f = forecast(t, y, { limit: ACT, at, seed: vin, refits: 1_000 });
  if (f === null || f.slope.high >= 0) return null;
  const millis = (days: number) => Math.round(first + Math.max(days, now) * DAY_MS);
  const reached = f.due.likely <= horizon;
  return {
    points: f.points.map((p) => ({ at: millis(p.t), value: round(p.value), low: round(p.low), high: round(p.high) })),
    due: reached
      ? {
          early: millis(f.due.early),
          likely: millis(f.due.likely),
          late: f.due.late <= horizon ? millis(f.due.late) : null,
        }
      : null,
    beyond: !reached,
  };
}

/** Grows with the number of features, falls with the chance that the trend is none. Not calibrated yet, and says so. */
export function confidenceOf(features: number, p: number): number | null {
  if (features < 2) return null;
  return round(Math.min(0.95, (1 - Math.min(p, 0.1)) * (features / (features + 3))));
}

export function severityOf(state: FlagData['state'], rule: string): FlagData['severity'] {
  if (state !== 'raised') return 'info';
  return rule === 'beyond-act-twice' ? 'severe' : 'warning';
}

function round(v: number): number {
  return Math.round(v * 1_000) / 1_000;
}

/** What is watched between two samples of a dongle in the bay, to see an engine start. */
export interface StartWatch {
  readonly running: boolean | null;
  readonly rest: number | null;
  readonly low: number | null;
  readonly lowAt: Millis;
}

export const NO_START: StartWatch = { running: null, rest: null, low: null, lowAt: 0 };
const DIP_MS = 10_000;
const LEAST_DIP = 0.8;
/** Above this with a standing engine a charger is on, and the dip says nothing. */
const CHARGER = 13;

/** Watches voltage and engine speed; gives the start when the engine has come to run after a dip. */
export function watchStart(
  w: StartWatch,
  signal: 'volts' | 'rpm',
  value: number,
  at: Millis,
): { watch: StartWatch; start: Start | null } {
  if (signal === 'volts') {
    if (w.running === true) return { watch: w, start: null };
    const deeper = w.low === null || at - w.lowAt > DIP_MS || value < w.low;
    // After the dip the alternator lifts the voltage before the engine's speed is asked: that is no rest.
    const dipped = w.rest !== null && w.low !== null && w.rest - w.low >= LEAST_DIP && at - w.lowAt <= DIP_MS;
    const rest = !dipped && (w.rest === null || value > w.rest - 0.3) ? value : w.rest;
    return { watch: { ...w, rest, low: deeper ? value : w.low, lowAt: deeper ? at : w.lowAt }, start: null };
  }
  if (value < 50) return { watch: w.running === false ? w : { ...w, running: false }, start: null };
  if (value < 400 || w.running === true) return { watch: w, start: null };
  const { low, lowAt, rest } = w;
  const seen = w.running === false && low !== null && rest !== null && at - lowAt <= DIP_MS && rest - low >= LEAST_DIP;
  const start = seen && rest <= CHARGER ? { at: lowAt, volts: low, slow: true } : null;
  return { watch: { running: true, rest: null, low: null, lowAt: 0 }, start };
}
