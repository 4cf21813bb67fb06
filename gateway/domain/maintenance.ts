import type { SiteAct } from '../../protocols/api/flags.ts';
import type { EventData } from '../../protocols/event.ts';
import type { FlagLife, FlagName } from '../../protocols/health/flag.ts';
import type { Millis } from '../../protocols/time.ts';
import { baselineOf } from './detect/robust.ts';
import type { FlagData, Repair } from './health/flag.ts';
import { touchedBy } from './health/flags.ts';
import type { Sample } from './health/sample.ts';
import type { Start } from './health/starts.ts';
import { close, copyOf, type Health, NEW_HEALTH, note, noteStart } from './health/vehicle.ts';
import { entriesOf, lookup, type Table } from './table.ts';

/** What is remembered of a car: features of its health, what was told of it, and what people made of that. */
export interface VehicleRecord {
  readonly heard: Millis;
  readonly health: Health;
  /** What was last told of each flag; left out: nothing yet. */
  readonly flags: Readonly<Partial<Record<FlagName, ToldFlag>>>;
  readonly life: Readonly<Partial<Record<FlagName, FlagLife>>>;
  /** What people said of each flag, oldest first. Absent in records of an older version. */
  readonly acts?: Readonly<Partial<Record<FlagName, readonly SiteAct[]>>>;
  readonly repairs: Readonly<Partial<Record<FlagName, readonly Repair[]>>>;
  /** Levels that were dismissed with a reason, by feature: they move the limits of this car alone. */
  readonly dismissed: Readonly<Record<string, number>>;
}

export interface ToldFlag {
  readonly state: FlagData['state'];
  readonly severity: FlagData['severity'];
  readonly rule: string;
  readonly due: Millis | null;
  /** Absent in records of an older version. */
  readonly cause?: FlagData['cause'];
  /** The feature that spoke for it, its level and the car's own baseline. */
  readonly feature: string | null;
  readonly level: number | null;
  readonly base: number | null;
  /** The window that was told first of the trouble that goes on; for how right it was. */
  readonly said: { readonly at: Millis; readonly likely: Millis } | null;
}

export const NEW_VEHICLE: VehicleRecord = {
  heard: 0,
  health: NEW_HEALTH,
  flags: {},
  life: {},
  repairs: {},
  dismissed: {},
};

const HOUR_MS = 3_600_000;
/** So many cars of a kind make a prior. */
const LEAST_KIN = 5;

/** A car by its VIN; a new one where it is not known, or was remembered by a version that kept other features. */
export function vehicleIn(vehicles: Table<VehicleRecord>, vin: string): VehicleRecord {
  const car = lookup(vehicles, vin);
  if (car === undefined) return NEW_VEHICLE;
  return 'health' in car ? car : { ...NEW_VEHICLE, heard: (car as { heard: Millis }).heard };
}

export interface Learned {
  readonly car: VehicleRecord;
  /** Flags that have something new to be judged by. */
  readonly fresh: readonly FlagName[];
  /** A drive began: somebody must see to its end. */
  readonly began: boolean;
}

/** Takes one sample in. */
export function learn(car: VehicleRecord, s: Sample, late: boolean): Learned {
  const health = copyOf(car.health);
  const stream = late ? 'late' : 'live';
  const before = health[stream]?.from;
  const fresh = note(health, s, late);
  const heard = s.at - car.heard > HOUR_MS ? s.at : car.heard;
  return { car: { ...car, heard, health }, fresh: widened(fresh), began: health[stream]?.from !== before };
}

export function learnStart(car: VehicleRecord, start: Start): Learned {
  const health = copyOf(car.health);
  const fresh = noteStart(health, start);
  return { car: fresh.length === 0 ? car : { ...car, health }, fresh, began: false };
}

/** Ends the drive of a stream. */
export function endDrive(car: VehicleRecord, stream: 'live' | 'late'): Learned {
  const health = copyOf(car.health);
  const fresh = close(health, stream);
  return { car: { ...car, health }, fresh: widened(fresh), began: false };
}

const widened = (fresh: readonly FlagName[]) => (fresh.length === 0 ? fresh : [...new Set(fresh.flatMap(touchedBy))]);

/** The healthy middle of cars of the same kind (VIN 1–8: maker, model, engine) at this site; null: too few are known. */
export function kinOf(vehicles: Table<VehicleRecord>, vin: string, flag: FlagName, feature: string) {
  const kin: number[] = [];
  for (const [other, car] of entriesOf(vehicles)) {
    if (other === vin || other.slice(0, 8) !== vin.slice(0, 8)) continue;
    const told = car.flags[flag];
    if (told?.feature === feature && told.base !== null && told.base !== undefined) kin.push(told.base);
  }
  return kin.length < LEAST_KIN ? null : baselineOf(kin);
}

/** What is kept of a flag that is told. */
export function toldOf(data: FlagData, before: ToldFlag | undefined, now: Millis): ToldFlag {
  const troubled = data.state === 'raised' || data.state === 'watch';
  const first = data.evidence?.[0];
  const likely = data.due?.likely ?? null;
  const line = data.line ?? likely;
  const base = data.evidence?.find((e) => e.name === 'own-baseline')?.value ?? null;
  return {
    state: data.state,
    severity: data.severity,
    rule: data.rule,
    due: likely,
    ...(data.cause == null ? {} : { cause: data.cause }),
    feature: data.act === null ? null : (first?.name ?? null),
    level: first?.value ?? null,
    base,
    said: !troubled ? null : (before?.said ?? (line === null ? null : { at: now, likely: line })),
  };
}

/** What people made of a flag, moved on by what the car says. */
export function lifeAfter(data: FlagData, before: FlagLife | undefined, now: Millis): FlagLife | undefined {
  const by = { at: now, by: null, reason: null };
  const { state } = data;
  const stands = before !== undefined && before.state !== 'watching' && before.state !== 'verified';
  if (state === 'raised') {
    // What was dismissed comes back only beyond the limits that the dismissal has moved.
    return stands && before.state !== 'dismissed' ? before : { ...by, state: 'raised' };
  }
  if (state === 'watch') return before ?? { ...by, state: 'watching' };
  if (state === 'cleared' && stands && before.state !== 'dismissed')
    return { ...by, state: 'verified', reason: data.rule };
  return before;
}

type Action = EventData<'liftgate.flag.action.v1'>;

const STATE_OF = {
  acknowledge: 'acknowledged',
  book: 'booked',
  verify: 'verified',
  dismiss: 'dismissed',
  reopen: 'raised',
} as const;

/** Acts that are remembered of a flag. */
const MOST_ACTS = 8;

/**
 * A person's word on a flag. A repair begins a new series; a dismissal moves the limits of this car, a reopening moves them
 * back. Site and cloud may speak without knowing of each other: the later word counts, whichever arrives last.
 */
export function onAction(car: VehicleRecord, action: Action, from: 'site' | 'cloud'): VehicleRecord {
  const { flag, act, at, by, reason, appointment } = action;
  const before = car.acts?.[flag] ?? [];
  const counted = before.every((a) => a.at <= at);
  const acts = [...before, { act, at, by, reason, from, counted }].slice(-MOST_ACTS);
  const heard = { ...car, acts: { ...car.acts, [flag]: acts } };
  return counted
    ? counting(heard, flag, { state: STATE_OF[act], at, by, reason, ...(appointment ? { appointment } : {}) })
    : heard;
}

function counting(car: VehicleRecord, flag: FlagName, now: FlagLife): VehicleRecord {
  const told = car.flags[flag];
  const life = { ...car.life, [flag]: now };
  if (now.state === 'verified') return repaired({ ...car, life }, flag, now.at);
  if (told?.feature == null || told.level === null) return { ...car, life };
  const { [told.feature]: _old, ...others } = car.dismissed;
  if (now.state === 'dismissed') return { ...car, life, dismissed: { ...others, [told.feature]: told.level } };
  return { ...car, life, dismissed: now.state === 'raised' ? others : car.dismissed };
}

/** The part was repaired or replaced: what was measured before is no longer of it. */
export function repaired(car: VehicleRecord, flag: FlagName, at: Millis): VehicleRecord {
  const old = car.repairs[flag] ?? [];
  if (old.some((r) => r.at === at)) return car;
  const repairs = [...old, { at, how: 'order' as const }].slice(-10);
  const oil = flag === 'oil' || flag === 'service' ? { revs: 0, worn: 0 } : car.health.oil;
  return { ...car, repairs: { ...car.repairs, [flag]: repairs }, health: { ...car.health, oil } };
}
