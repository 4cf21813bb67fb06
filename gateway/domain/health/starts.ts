import type { Millis } from '../../../protocols/time.ts';
import { medianSlope } from '../detect/theil-sen.ts';
import { LEARNING } from './judge.ts';
import type { Point } from './track.ts';

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

/** Starts, or air temperatures, packed as `[at, value, mark, …]` in order of time: 24 bytes each. Plain JSON. */
export type Packed = readonly number[];

const WIDTH = 3;
const SAME_START_MS = 120_000;
const SLOT_MS = 900_000;
const KEPT = 200;
const REFERENCE_C = 20;
/** Volts per kelvin that a lead battery can plausibly show. */
const MOST_PER_KELVIN = 0.05;
const NEIGHBOURS = 5;

/** Index at which a time belongs: behind all that are not later. */
function placeOf(packed: Packed, at: Millis): number {
  let i = packed.length;
  while (i > 0 && packed[i - WIDTH]! > at) i -= WIDTH;
  return i;
}

const insert = (packed: Packed, i: number, row: readonly number[]) =>
  [...packed.slice(0, i), ...row, ...packed.slice(i)].slice(-WIDTH * KEPT);

/** Marks of a start: seen slowly; with an engine that was still warm. */
const SLOW = 1;
const WARM = 2;
/** No air is so hot: an engine above it was warm from the drive before, °C. */
const STILL_WARM = 45;

/** What the coolant tells of the start just before it; the same array where that is nothing. */
export function withCoolant(starts: Packed, celsius: number, at: Millis): Packed {
  const i = starts.length - WIDTH;
  if (celsius <= STILL_WARM || i < 0 || at < starts[i]! || at - starts[i]! > SAME_START_MS) return starts;
  if ((starts[i + 2]! & WARM) > 0) return starts;
  return [...starts.slice(0, i + 2), starts[i + 2]! | WARM];
}

/** Adds a start in its place in time; the same array when it is known already. Keeps the newest 200. */
export function addStart(starts: Packed, { at, volts, slow }: Start): Packed {
  const i = placeOf(starts, at);
  if (i > 0 && starts[i - WIDTH] === at) {
    if (starts[i - WIDTH + 1]! <= volts) return starts;
    return insert([...starts.slice(0, i - WIDTH), ...starts.slice(i)], i - WIDTH, [at, volts, slow ? SLOW : 0]);
  }
  return insert(starts, i, [at, volts, slow ? SLOW : 0]);
}

/** Keeps one temperature per quarter of an hour, whatever the order of arrival. */
export function addTemperature(air: Packed, { at, celsius, ambient }: AirTemperature): Packed {
  const slot = Math.floor(at / SLOT_MS);
  const mark = ambient ? 1 : 0;
  for (let i = air.length - WIDTH; i >= 0 && air[i]! >= slot * SLOT_MS; i -= WIDTH) {
    if (Math.floor(air[i]! / SLOT_MS) !== slot) continue;
    const better = mark !== air[i + 2] ? mark === 1 : at !== air[i] ? at < air[i]! : celsius < air[i + 1]!;
    if (!better) return air;
    return [...air.slice(0, i), at, celsius, mark, ...air.slice(i + WIDTH)];
  }
  return insert(air, placeOf(air, at), [at, celsius, mark]);
}

export interface Cranks {
  /** Lowest voltage of each start, brought to 20 °C where that could be learned. */
  readonly points: readonly Point[];
  /** How many have a temperature; what a kelvin is worth, 0: not learned. */
  readonly warm: number;
  readonly perKelvin: number;
  readonly slow: boolean;
}

/**
 * All starts of a car, one value each: V20 = V + c · (20 − T), c fitted on neighbouring starts (a slow ageing hardly shows
 * between neighbours, the weather does), once eight starts have a temperature. A warm engine turns easily whatever the air:
 * its starts tell nothing of c.
 */
export function cranksOf(packed: Packed, air: Packed, since: Millis): Cranks {
  const starts = oneEach(packed, since);
  const celsius = starts.map((s) => temperatureAt(air, s.at));
  const known = starts.flatMap((s, i) => (celsius[i] === null ? [] : [{ t: celsius[i]!, v: s.volts, warm: s.warm }]));
  const cold = known.filter((k) => !k.warm);
  const perKelvin = cold.length < LEARNING ? 0 : perKelvinOf(cold);
  const points = starts.map((s, i) => {
    const t = celsius[i] ?? null;
    const volts = t === null ? s.volts : s.volts + perKelvin * (REFERENCE_C - t);
    return { at: s.at, value: Math.round(1_000 * volts) / 1_000 };
  });
  return { points, warm: known.length, perKelvin, slow: starts.some((s) => s.slow) };
}

function perKelvinOf(known: readonly { t: number; v: number }[]): number {
  const slope = medianSlope(
    known.map((k) => k.t),
    known.map((k) => k.v),
    NEIGHBOURS,
    3,
  );
  return Math.min(MOST_PER_KELVIN, Math.max(0, slope ?? 0));
}

/** A start that was both summed up by the dongle and seen in samples counts once, at its deepest. */
function oneEach(packed: Packed, since: Millis): (Start & { readonly warm: boolean })[] {
  const out: (Start & { readonly warm: boolean })[] = [];
  for (let i = 0; i < packed.length; i += WIDTH) {
    const mark = packed[i + 2]!;
    const s = { at: packed[i]!, volts: packed[i + 1]!, slow: (mark & SLOW) > 0, warm: (mark & WARM) > 0 };
    if (s.at < since) continue;
    const last = out.at(-1);
    if (!last || s.at - last.at > SAME_START_MS) out.push(s);
    else if (s.volts < last.volts) out[out.length - 1] = { ...s, at: last.at };
  }
  return out;
}

function temperatureAt(air: Packed, at: Millis): number | null {
  const i = placeOf(air, at);
  let best: number | null = null;
  let near = SLOT_MS;
  for (const k of [i - WIDTH, i]) {
    if (k < 0 || k >= air.length || Math.abs(air[k]! - at) > near) continue;
    [best, near] = [air[k + 1]!, Math.abs(air[k]! - at)];
  }
  return best;
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
