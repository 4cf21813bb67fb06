import type { Millis } from '../../../protocols/time.ts';
import { type Bag, NO_VALUES, put, within } from './bag.ts';
import type { Sample } from './sample.ts';
import { charged, firingsOf, flowed, misfired } from './tally.ts';
import { gathered, kept, type Waiting } from './wait.ts';
import { beginWarming, unfinished, type Warming, type WarmUp, warmBy } from './warm.ts';

/** A value and when it was heard: old values say nothing of now. */
type Heard = readonly [value: number, at: Millis] | null;

/**
 * One drive, while it goes on: what is needed to make its features, in bounded room. Plain JSON. What is inside the fields
 * is never changed, only replaced: a copy of the record is a copy of the drive.
 */
export interface Trip {
  from: Millis;
  last: Millis;
  samples: number;
  rpm: Heard;
  speed: Heard;
  /** When it last lost speed. */
  slowing: Millis | null;
  load: Heard;
  map: Heard;
  maf: Heard;
  coolant: Heard;
  intake: Heard;
  ambient: Heard;
  oil: Heard;
  purge: Heard;
  closed: boolean | null;
  stft: readonly [Heard, Heard];
  ltft: readonly [Heard, Heard];
  /** Revolutions; the same weighted by what the temperature does to the oil; km by the speed. */
  revs: number;
  worn: number;
  km: number;
  odometer: number | null;
  charge: Readonly<Record<string, Charge>>;
  trims: Readonly<Record<string, Bag>>;
  air: Bag;
  regulated: Bag;
  filter: Bag;
  misfires: Readonly<Record<string, number>>;
  /** Counts that have not risen since they were first heard: they may be of the drive before. */
  held?: Readonly<Record<string, true>>;
  /** Seconds since the engine was started, as it last told. */
  ran?: number;
  pack: {
    readonly from: number | null;
    readonly soc: number | null;
    readonly at: Millis;
    readonly ah: number | null;
  } | null;
  amps: Heard;
  warming: Warming | null;
  /** When the coolant first was warm in this drive. */
  warmAt: Millis | null;
  warmUp: WarmUp | null;
}

interface Charge {
  readonly from: Millis;
  readonly to: Millis;
  readonly volts: Bag;
  /** The same while the car slows down: then even a charging that saves fuel gives all it has. */
  readonly overrun: Bag;
}

/** Samples further apart belong to two drives. */
export const NEW_TRIP_MS = 600_000;
const FRESH_MS = 20_000;
const ENGINE_RUNS = 400;

export function newTrip(at: Millis): Trip {
  return {
    from: at,
    last: at,
    samples: 0,
    rpm: null,
    speed: null,
    slowing: null,
    load: null,
    map: null,
    maf: null,
    coolant: null,
    intake: null,
    ambient: null,
    oil: null,
    purge: null,
    closed: null,
    stft: [null, null],
    ltft: [null, null],
    revs: 0,
    worn: 0,
    km: 0,
    odometer: null,
    charge: {},
    trims: {},
    air: NO_VALUES,
    regulated: NO_VALUES,
    filter: NO_VALUES,
    misfires: {},
    pack: null,
    amps: null,
    warming: null,
    warmAt: null,
    warmUp: null,
  };
}

const now = (h: Heard, at: Millis, within = FRESH_MS): number | null =>
  h !== null && at - h[1] <= within ? h[0] : null;

/** Takes a sample into the drive, which is changed. Samples come in order. O(1). */
export function observe(t: Trip, s: Sample): void {
  const { at } = s;
  t.last = at;
  t.samples += 1;
  if (typeof s.value === 'boolean') {
    if (s.signal === 'obd.closed-loop') t.closed = s.value;
    return;
  }
  if (typeof s.value !== 'number') return;
  const v = s.value;
  const heard: Heard = [v, at];
  switch (s.signal) {
    case 'obd.rpm':
      turn(t, at);
      t.rpm = heard;
      return;
    case 'obd.speed':
      if (t.speed !== null && v < t.speed[0] - 4 && at - t.speed[1] <= 30_000) t.slowing = at;
      if (t.speed !== null) t.km += (t.speed[0] * Math.min(60_000, at - t.speed[1])) / 3_600_000;
      t.speed = heard;
      return;
    case 'obd.load':
      t.load = heard;
      return;
    case 'obd.maf':
      t.maf = heard;
      compareAir(t, at);
      return;
    case 'obd.map':
      t.map = heard;
      compareAir(t, at);
      return;
    case 'obd.intake-air':
      t.intake = heard;
      return;
    case 'obd.ambient-air':
      t.ambient = heard;
      return;
    case 'obd.oil-temperature':
      t.oil = heard;
      return;
    case 'obd.purge':
      t.purge = heard;
      return;
    case 'obd.odometer':
      t.odometer = v;
      return;
    case 'obd.coolant':
      warm(t, v, at);
      t.coolant = heard;
      return;
    case 'obd.stft-1':
    case 'obd.stft-2':
      shortTrim(t, s.signal === 'obd.stft-1' ? 0 : 1, heard);
      return;
    case 'obd.ltft-1':
    case 'obd.ltft-2':
      longTrim(t, s.signal === 'obd.ltft-1' ? 0 : 1, heard);
      return;
    case 'obd.voltage':
      charging(t, 'adapter', v, at);
      return;
    case 'obd.module-voltage':
      charging(t, 'module', v, at);
      return;
    case 'obd.misfires':
      if (s.part !== null) misfired(t, s.part, v);
      return;
    case 'obd.run-time':
      t.ran = v;
      return;
    case 'obd.dpf-pressure':
      resist(t, v, at);
      return;
    case 'obd.pack-current':
      flowed(t, at);
      t.amps = heard;
      return;
    case 'obd.pack-charge':
      charged(t, v, at);
      return;
    default:
      return;
  }
}

/** Revolutions since the speed was heard before, and what they cost the oil by its temperature (or the coolant's). */
function turn(t: Trip, at: Millis): void {
  if (t.rpm === null) return;
  const revs = (t.rpm[0] * Math.min(60_000, at - t.rpm[1])) / 60_000;
  const celsius = now(t.oil, at, 120_000) ?? now(t.coolant, at, 120_000);
  t.revs += revs;
  t.worn += revs * oilWeight(celsius);
}

/** 1 near the normal temperature, more when cold or hot; beyond 260 °F (127 °C) oil does not last. */
function oilWeight(celsius: number | null): number {
  if (celsius === null) return 1;
  if (celsius < 40) return 2;
  if (celsius < 70) return 1.4;
  if (celsius <= 115) return 1;
  return celsius <= 127 ? 2 : 20;
}

function warm(t: Trip, celsius: number, at: Millis): void {
  const rpm = now(t.rpm, at, 60_000);
  // Coolant that warms up without the engine says nothing about the thermostat.
  if (t.warming === null && (now(t.rpm, at, NEW_TRIP_MS) ?? ENGINE_RUNS) < ENGINE_RUNS) return;
  if (t.warming === null) {
    t.warming = beginWarming(celsius, at);
    return;
  }
  if (!t.warming.done) {
    const work = {
      maf: now(t.maf, at, 60_000),
      map: now(t.map, at, 60_000),
      rpm,
      load: now(t.load, at, 60_000),
      speed: now(t.speed, at, 60_000),
      intake: now(t.intake, at, 600_000),
    };
    // An engine that stands, as a hybrid's does, warms nothing: the watch goes on when it runs.
    const { warming, result } = warmBy(t.warming, celsius, at, work);
    t.warming = warming;
    if (result !== null) t.warmUp = result;
  }
  if (celsius >= 75) t.warmAt ??= at;
  const speed = now(t.speed, at);
  // One that is warming up still, as a diesel does for half an hour of frost and town, has not settled yet.
  const flat = at - t.from > 1_200_000 && at - t.warming.roseAt > 300_000;
  const settled = t.warmAt !== null ? at - t.warmAt > 300_000 : flat;
  if (settled && speed !== null && speed > 40) t.regulated = put(t.regulated, celsius);
}

/** How hard the engine breathes, 0 to about 5: revolutions (1000/min) × load. Tells idle, part load and high load apart. */
function breath(t: Trip, at: Millis): number | null {
  const rpm = now(t.rpm, at);
  if (rpm === null) return null;
  const load = now(t.load, at);
  const map = now(t.map, at);
  const share = load ?? (map === null ? null : Math.max(5, (map - 20) * 1.25));
  return share === null ? null : (rpm / 1_000) * (share / 100);
}

function zoneOf(x: number): 'idle' | 'part' | 'high' {
  return x < 0.35 ? 'idle' : x < 1 ? 'part' : 'high';
}

function shortTrim(t: Trip, bank: 0 | 1, heard: NonNullable<Heard>): void {
  t.stft = bank === 0 ? [heard, t.stft[1]] : [t.stft[0], heard];
  const long = now(t.ltft[bank], heard[1], 60_000);
  if (long !== null) trim(t, bank, heard[0] + long, heard[1]);
}

function longTrim(t: Trip, bank: 0 | 1, heard: NonNullable<Heard>): void {
  t.ltft = bank === 0 ? [heard, t.ltft[1]] : [t.ltft[0], heard];
  // Where the short one is never told, the learned one alone must do; where it is, it speaks.
  if (t.stft[bank] === null && t.samples > 200) trim(t, bank, heard[0], heard[1]);
}

/** Enabled: closed loop, coolant 75 to 114 °C, 575 to 4000/min, purge below 20 %, no overrun. */
function trim(t: Trip, bank: 0 | 1, value: number, at: Millis): void {
  const coolant = now(t.coolant, at, 60_000);
  const rpm = now(t.rpm, at);
  const purge = now(t.purge, at, 120_000);
  const x = breath(t, at);
  if (t.closed === false || coolant === null || coolant < 75 || coolant > 114) return;
  if (rpm === null || x === null || rpm < 575 || rpm > 4_000 || (purge !== null && purge >= 20)) return;
  // Far beyond 2 no car regulates by its sensor: fuel is cut, or enriched.
  if (x < 0.05 || x > 3) return;
  const key = `${bank + 1}.${zoneOf(x)}`;
  t.trims = { ...t.trims, [key]: put(t.trims[key] ?? NO_VALUES, value) };
}

/** Measured air ÷ air by the manifold's pressure (speed-density, without the engine's size): a drift of it is the meter's. */
function compareAir(t: Trip, at: Millis): void {
  const [maf, map, rpm] = [now(t.maf, at, 3_000), now(t.map, at, 3_000), now(t.rpm, at, 3_000)];
  if (maf === null || map === null || rpm === null || rpm < 1_000 || map < 30) return;
  const intake = now(t.intake, at, 600_000) ?? 20;
  t.air = put(t.air, (1_000 * maf * (273 + intake)) / (map * rpm));
}

/** Enabled: coolant above 75 °C (or ten minutes where it is not told), above 1200/min. */
function charging(t: Trip, by: string, volts: number, at: Millis): void {
  const rpm = now(t.rpm, at);
  const coolant = now(t.coolant, at, 120_000);
  const isWarm = coolant === null ? at - t.from > 600_000 : coolant > 75;
  if (rpm === null || rpm <= 1_200 || !isWarm || volts < 6) return;
  const old = t.charge[by] ?? { from: at, to: at, volts: NO_VALUES, overrun: NO_VALUES };
  const slows = t.slowing !== null && at - t.slowing < 5_000;
  const overrun = slows ? put(old.overrun, volts) : old.overrun;
  const next = { from: old.from, to: at, volts: put(old.volts, volts), overrun };
  t.charge = { ...t.charge, [by]: next };
}

/** Pressure across the filter ÷ air flow, once warm and at a steady flow. */
function resist(t: Trip, kPa: number, at: Millis): void {
  const maf = now(t.maf, at, 3_000);
  const coolant = now(t.coolant, at, 120_000);
  if (maf === null || maf < 10 || (coolant !== null && coolant < 70)) return;
  t.filter = put(t.filter, kPa / maf);
}

/** A feature of a drive, or of a visit: its name, when, and its value. */
export interface Feature {
  readonly name: string;
  readonly at: Millis;
  readonly value: number;
}

const LEAST_TRIMS = 8;
const LEAST_VOLTS = 5;
const LEAST_OVERRUN = 6;
const LEAST_CHARGE_MS = 60_000;

/** What a cold start was worth: told as soon as it is decided. */
export function warmUpOf(w: WarmUp): Feature[] {
  const whole = workOf(w, 'warm');
  return w.plateau ? [...whole, { name: 'plateau', at: w.at, value: 1 }] : whole;
}

/** By each measure, for 55 kelvin: from 20 to 75 °C. */
function workOf({ at, amounts, seconds }: WarmUp, name: string): Feature[] {
  return amounts.map(({ by, amount }) => {
    return { name: `${name}.${by}`, at, value: by === 'time' ? seconds : rounded(amount * 55) };
  });
}

/**
 * What a drive that is over was worth. Slow samplings and short drives give too few values of some features: these wait for
 * those of the next drives.
 */
export function featuresOf(t: Trip, before: Waiting): { features: Feature[]; waiting: Waiting } {
  const out: Feature[] = [];
  let waiting = before;
  const say = (name: string, value: number, at = t.from) => {
    if (Number.isFinite(value)) out.push({ name, at, value: rounded(value) });
  };
  const gather = (name: string, own: Bag, least: number): Bag => {
    const bag = gathered(waiting, name, own, t.from);
    waiting = kept(waiting, name, bag, t.from, least);
    return bag;
  };
  for (const [key, own] of Object.entries(t.trims)) {
    const bag = gather(`trim.${key}`, own, LEAST_TRIMS);
    if (bag.seen >= LEAST_TRIMS) say(`trim.${key}`, within(bag, 0.5));
  }
  for (const [by, c] of Object.entries(t.charge)) {
    if (c.volts.seen < LEAST_VOLTS || c.to - c.from < LEAST_CHARGE_MS) continue;
    const overrun = gather(`overrun.${by}`, c.overrun, LEAST_OVERRUN);
    const peak = Math.max(within(c.volts, 0.9), within(overrun, 0.95) || 0);
    // Smart charging lets the voltage fall on purpose: without an overrun a low one says nothing, unless nothing is made at all.
    if (peak >= 13.2 || overrun.seen >= LEAST_OVERRUN || peak < 12.3) say(`charge.${by}`, peak);
    say(`charge-mid.${by}`, within(c.volts, 0.5));
  }
  if (t.warming !== null && !t.warming.done) {
    const least = unfinished(t.warming);
    if (least !== null) out.push(...workOf(least, 'least'));
  }
  if (t.regulated.seen >= 10) say('regulated', within(t.regulated, 0.5));
  if (t.air.seen >= 5) say('air-ratio', within(t.air, 0.5));
  if (t.filter.seen >= 10) say('filter-resistance', within(t.filter, 0.5));
  if (Object.keys(t.misfires).length > 0) say('firings', firingsOf(t));
  for (const [cylinder, count] of Object.entries(t.misfires)) say(`misfire.${cylinder}`, count);
  const { pack } = t;
  if (pack !== null && pack.ah !== null && t.amps !== null && Math.abs(pack.soc! - pack.from!) >= 30)
    say('pack-ah', Math.abs((100 * pack.ah) / (pack.soc! - pack.from!)));
  return { features: out, waiting };
}

function rounded(v: number): number {
  const scale = 10 ** Math.max(0, 4 - Math.ceil(Math.log10(Math.abs(v) + 1e-9)));
  return Math.round(v * scale) / scale;
}
