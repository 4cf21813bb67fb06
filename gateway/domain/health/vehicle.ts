import type { FlagName } from '../../../protocols/health/flag.ts';
import { flagOfMonitor } from '../../../protocols/health/monitor.ts';
import { isScaleEnd } from '../../../protocols/obd/uas.ts';
import type { SignalName } from '../../../protocols/signal.ts';
import type { Millis } from '../../../protocols/time.ts';
import { type CodeLife, type Counter, NO_CODE_LIFE, noteCodeList, noteCounter } from './code-life.ts';
import type { Sample } from './sample.ts';
import { addStart, addTemperature, type Packed, type Start, withCoolant } from './starts.ts';
import { addPoint, NO_TRACK, type Track } from './track.ts';
import { type Feature, featuresOf, NEW_TRIP_MS, newTrip, observe, type Trip, warmUpOf } from './trip.ts';
import type { Waiting } from './wait.ts';

/**
 * What is remembered of a car for its flags: features, not samples. Plain JSON, bounded. Fields are replaced, never changed
 * inside, but for the drives that go on: see `copyOf`.
 */
export interface Health {
  starts: Packed;
  air: Packed;
  /** Other features by name. */
  tracks: Readonly<Record<string, Track>>;
  /** The drive that goes on: as it is heard, and as a dongle that kept it tells later. */
  live: Trip | null;
  late: Trip | null;
  /** The last words of service 06 on each test, until they are whole: value, least, most. */
  tests: Readonly<Record<string, readonly [number | null, number | null, number | null]>>;
  /** Values that are too few for a feature yet. Absent in states of an older version. */
  waiting?: Waiting;
  codes: CodeLife;
  /** Revolutions, weighted ones and distance since the oil was changed, as far as they were logged. */
  oil: { readonly revs: number; readonly worn: number };
  /** Drives in a row whose odometer is another car's. */
  foreign: number;
  /** Since when the car is this one: a cluster that was changed, a dongle that moved. */
  since: Millis | null;
}

export const NEW_HEALTH: Health = {
  starts: [],
  air: [],
  tracks: {},
  live: null,
  late: null,
  tests: {},
  waiting: {},
  codes: NO_CODE_LIFE,
  oil: { revs: 0, worn: 0 },
  foreign: 0,
  since: null,
};

const MOST_TESTS = 24;
const MOST_TRACKS = 64;
const DAY_MS = 86_400_000;
const REST_MS = 4 * 3_600_000;
/** Above this with a standing engine a charger is on. */
const CHARGER = 13;
const NONE: readonly FlagName[] = [];
/** More than anybody drives in a day. */
const MOST_KM_A_DAY = 1_500;

/** A copy that may be noted into, while the old one stays as it is. */
export function copyOf(h: Health): Health {
  return { ...h, live: h.live && { ...h.live }, late: h.late && { ...h.late } };
}

/**
 * Takes one sample in; `h` is changed (see `copyOf`). Gives the flags that have something new to be judged by. O(1), but for
 * the sample that ends a drive.
 *
 * @param late of the past: live samples and kept ones are two streams, each in its own order
 */
export function note(h: Health, s: Sample, late = false): readonly FlagName[] {
  const stream = late ? 'late' : 'live';
  let fresh = NONE;
  let trip = h[stream];
  if (trip !== null && s.at < trip.last - NEW_TRIP_MS) return atOnce(h, s, null);
  if (trip === null || s.at - trip.last > NEW_TRIP_MS) {
    const before = trip?.last ?? null;
    if (trip !== null) fresh = close(h, stream);
    trip = newTrip(s.at);
    h[stream] = trip;
    if (s.signal === 'obd.voltage' || s.signal === 'obd.module-voltage') rest(h, s, before);
  }
  const cold = trip.warmUp === null;
  if (s.at >= trip.last) observe(trip, s);
  if (cold && trip.warmUp !== null && h.foreign === 0) {
    for (const f of warmUpOf(trip.warmUp)) add(h, f.name, f.at, f.value, 'warm-up');
    fresh = [...fresh, 'warm-up'];
  }
  const more = atOnce(h, s, trip);
  return more.length === 0 ? fresh : [...fresh, ...more];
}

/** What needs no drive to be a feature. */
function atOnce(h: Health, s: Sample, trip: Trip | null): readonly FlagName[] {
  switch (s.signal) {
    case 'obd.crank-voltage':
      return typeof s.value === 'number' ? noteStart(h, { at: s.at, volts: s.value, slow: false }) : NONE;
    case 'obd.coolant':
      if (typeof s.value === 'number') h.starts = withCoolant(h.starts, s.value, s.at);
      return NONE;
    case 'obd.ambient-air':
    case 'obd.intake-air': {
      if (typeof s.value !== 'number') return NONE;
      const ambient = s.signal === 'obd.ambient-air';
      // Intake air of a warm engine is no weather: only what is near the beginning of a drive.
      if (trip !== null && trip === h.live && s.at - trip.from > 900_000) return NONE;
      const air = addTemperature(h.air, { at: s.at, celsius: s.value, ambient });
      if (air === h.air) return NONE;
      h.air = air;
      // A temperature that comes after the start that it belongs to changes what the start means.
      return (trip === null || trip !== h.live) && h.starts.length > 0 ? ['battery'] : NONE;
    }
    case 'obd.codes.stored':
    case 'obd.codes.pending':
    case 'obd.codes.permanent': {
      if (!Array.isArray(s.value) || h.foreign > 0) return NONE;
      const status = s.signal.slice('obd.codes.'.length) as 'stored' | 'pending' | 'permanent';
      h.codes = noteCodeList(h.codes, status, s.part ?? '', s.value, s.at);
      return ['codes'];
    }
    case 'obd.warm-ups-since-clear':
      return counter(h, 'warmUps', s);
    case 'obd.distance-since-clear':
      return counter(h, 'km', s);
    case 'obd.minutes-since-clear':
      return counter(h, 'minutes', s);
    case 'obd.distance-with-lamp':
      return counter(h, 'lampKm', s);
    case 'obd.minutes-with-lamp':
      return counter(h, 'lampMinutes', s);
    case 'obd.monitors-incomplete':
      return counter(h, 'incomplete', s);
    case 'obd.test-value':
      return test(h, s, 0);
    case 'obd.test-min':
      return test(h, s, 1);
    case 'obd.test-max':
      return test(h, s, 2);
    case 'obd.odometer':
      return odometer(h, s, trip);
    case 'obd.dpf-regeneration-distance':
      // Zero: the car has not averaged one yet.
      return Number(s.value) > 0 ? changed(h, 'regeneration', s, 'particulate-filter') : NONE;
    case 'obd.pack-health':
      return changed(h, 'pack-health', s, 'pack');
    case 'measure.brake-pad':
      return add(h, `pad.${s.part ?? 'car'}`, s.at, s.value as number, 'brakes');
    case 'measure.tyre-pressure':
      return add(h, `tyre.${s.part ?? 'car'}`, s.at, s.value as number, 'tyres');
    case 'measure.tyre-temperature':
      return add(h, `tyre-temperature.${s.part ?? 'car'}`, s.at, s.value as number, 'tyres');
    default:
      return NONE;
  }
}

/** The signals that a feature is made of. */
export function isHealthSignal(signal: SignalName): boolean {
  return (signal.startsWith('obd.') || signal.startsWith('measure.')) && signal !== 'obd.vin' && signal !== 'obd.mil';
}

export function noteStart(h: Health, start: Start): readonly FlagName[] {
  const starts = addStart(h.starts, start);
  if (starts === h.starts) return NONE;
  h.starts = starts;
  return ['battery'];
}

function add(h: Health, name: string, at: Millis, value: number, flag: FlagName): readonly FlagName[] {
  const old = h.tracks[name] ?? NO_TRACK;
  if (old === NO_TRACK && Object.keys(h.tracks).length >= MOST_TRACKS) return NONE;
  const track = addPoint(old, at, value);
  if (track === old) return NONE;
  h.tracks = { ...h.tracks, [name]: track };
  return [flag];
}

/** A figure that the car works out now and then, and tells until it has a new one: told again it is no new feature. */
function changed(h: Health, name: string, s: Sample, flag: FlagName): readonly FlagName[] {
  if (h.foreign > 0 || typeof s.value !== 'number') return NONE;
  const old = h.tracks[name];
  if (old !== undefined && old.at(-1) === s.value && s.at >= old.at(-2)!) return NONE;
  return add(h, name, s.at, s.value, flag);
}

function counter(h: Health, what: Counter, s: Sample): readonly FlagName[] {
  if (typeof s.value !== 'number' || h.foreign > 0) return NONE;
  const codes = noteCounter(h.codes, what, s.value, s.at, s.part);
  if (codes === h.codes) return NONE;
  h.codes = codes;
  return ['codes'];
}

/** The first voltage before anything turns, after four hours at rest. */
function rest(h: Health, s: Sample, before: Millis | null): void {
  if (typeof s.value !== 'number' || s.value > CHARGER || s.value < 6) return;
  if (before !== null && s.at - before >= REST_MS) add(h, 'rest', s.at, s.value, 'battery');
}

/**
 * A test of service 06, told as value and limits one after the other. What is left to the nearer limit, as a share of the
 * span (or of the limit, where there is but one): the car tells it until the monitor runs again, so the same is no news.
 */
function test(h: Health, s: Sample, place: 0 | 1 | 2): readonly FlagName[] {
  if (s.part === null || typeof s.value !== 'number' || h.foreign > 0) return NONE;
  const flag = flagOfTest(s.part);
  if (flag === null) return NONE;
  const old = h.tests[s.part] ?? [null, null, null];
  if (h.tests[s.part] === undefined && Object.keys(h.tests).length >= MOST_TESTS) return NONE;
  // A new value begins anew; limits belong to the value before them.
  const now = place === 0 ? [s.value, old[1], old[2]] : old.map((v, i) => (i === place ? s.value : v));
  h.tests = { ...h.tests, [s.part]: now as unknown as readonly [number | null, number | null, number | null] };
  const [value, min, max] = now as [number | null, number | null, number | null];
  if (value === null || min === null || max === null) return NONE;
  const left = leftOf(value, min, max);
  if (left === null) return NONE;
  const name = `test.${s.part}`;
  if (h.tracks[name]?.at(-1) === left) return NONE;
  return add(h, name, s.at, left, flag);
}

/** Null where the limits leave nothing to judge, such as 0 to 0 of a monitor that never ran. */
function leftOf(value: number, min: number, max: number): number | null {
  if (!(max > min)) return null;
  // A least limit of zero, or a most limit at the end of a byte count or word, is none.
  const [low, high] = [min > 0 ? (value - min) / min : null, isOpen(max) ? null : (max - value) / Math.abs(max || 1)];
  const left = low === null ? high : high === null ? low : Math.min(low, high);
  return left === null ? null : Math.round(left * 10_000) / 10_000;
}

/** The greatest value that the scaling can tell stands for "no limit"; so does that of one byte. */
const isOpen = (max: number) =>
  max >= 6_553 || isScaleEnd(max) || [64, 255, 1_023].some((m) => Math.abs(max - m) < 1e-9);

/** The flag that a test (`MID/TID`) speaks for; counts of misfires have a signal of their own. */
export function flagOfTest(part: string): FlagName | null {
  const [mid, tid] = part.split('/').map((n) => Number.parseInt(n, 16));
  const flag = flagOfMonitor(mid ?? Number.NaN, tid ?? null);
  return flag === 'misfire' ? null : flag;
}

/** The odometer tells whether this is still the same car. */
function odometer(h: Health, s: Sample, trip: Trip | null): readonly FlagName[] {
  if (typeof s.value !== 'number') return NONE;
  const track = h.tracks.odometer ?? NO_TRACK;
  const [at, km] = [track.at(-2), track.at(-1)];
  if (at !== undefined && km !== undefined && s.at >= at) {
    const most = km + 500 + (MOST_KM_A_DAY * (s.at - at)) / DAY_MS;
    if (s.value < km - 20 || s.value > most) return strange(h, s, trip);
    if (s.at - at < DAY_MS / 2) return NONE;
  }
  h.foreign = 0;
  return add(h, 'odometer', s.at, s.value, 'service');
}

/** Another car's odometer: what this drive says is not of this car. Three drives in a row, and it is a new life. */
function strange(h: Health, s: Sample, trip: Trip | null): readonly FlagName[] {
  h.foreign += 1;
  if (trip !== null) {
    const from = trip.from - 10_000;
    h.starts = h.starts.filter((_, i) => h.starts[i - (i % 3)]! < from);
  }
  if (h.foreign < 4) return ['battery'];
  Object.assign(h, { ...NEW_HEALTH, live: h.live, late: h.late, since: s.at });
  return add(h, 'odometer', s.at, s.value as number, 'service');
}

/** Ends the drive of a stream, and takes its features in. */
export function close(h: Health, stream: 'live' | 'late'): readonly FlagName[] {
  const trip = h[stream];
  if (trip === null) return NONE;
  h[stream] = null;
  // What is not of this car is not of use; the next drive may be.
  if (h.foreign > 0) return NONE;
  h.oil = { revs: h.oil.revs + trip.revs, worn: h.oil.worn + trip.worn };
  const fresh = new Set<FlagName>();
  const { features, waiting } = featuresOf(trip, h.waiting ?? {});
  h.waiting = waiting;
  for (const f of features) {
    for (const flag of add(h, f.name, f.at, f.value, flagOfFeature(f))) fresh.add(flag);
  }
  return [...fresh];
}

function flagOfFeature({ name }: Feature): FlagName {
  if (name.startsWith('trim.') || name === 'air-ratio') return 'fuel-trim';
  if (name.startsWith('charge')) return 'alternator';
  if (name.startsWith('misfire') || name === 'firings') return 'misfire';
  if (name === 'filter-resistance') return 'particulate-filter';
  return name === 'pack-ah' ? 'pack' : 'warm-up';
}
