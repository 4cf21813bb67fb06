import type { Ended } from '../../gateway/domain/detect/conformal.ts';
import { casesOf } from '../../gateway/domain/health/due.ts';
import type { FlagData } from '../../gateway/domain/health/flag.ts';
import { judgeFlag, touchedBy } from '../../gateway/domain/health/flags.ts';
import { close, copyOf, type Health, isHealthSignal, NEW_HEALTH, note } from '../../gateway/domain/health/vehicle.ts';
import type { FlagName } from '../../protocols/health/flag.ts';
import { drivesOf, type Fault, type FaultTruth, lifeOf, truthOf } from '../../simulators/vehicles/life.ts';

const DAY_MS = 86_400_000;

/** One stretch during which a flag was raised. */
export interface Episode {
  readonly flag: FlagName;
  readonly from: number;
  readonly until: number;
  readonly cause: string | null;
  readonly confidence: number;
  /** The window that was told first, and when it was told; null: none was. */
  readonly due: {
    readonly at: number;
    readonly early: number;
    readonly likely: number;
    readonly late: number | null;
    /** When the line alone reaches the limit. */
    readonly line: number;
  } | null;
}

/** What a car's year came to. Plain data: it travels between threads. */
export interface Outcome {
  readonly powertrain: string;
  readonly from: number;
  readonly until: number;
  readonly samples: number;
  readonly truths: readonly FaultTruth[];
  readonly episodes: readonly Episode[];
  /** When a flag was first beyond learning. */
  readonly readyAt: Readonly<Partial<Record<FlagName, number>>>;
  /** When features of a flag came: enough of them are what a word needs. */
  readonly judgedAt: Readonly<Partial<Record<FlagName, readonly number[]>>>;
  /** When the level passed the act limit for the first time after a window was told. */
  readonly reached: readonly {
    readonly flag: FlagName;
    readonly at: number;
    readonly due: NonNullable<Episode['due']>;
  }[];
  /** When the newest value of a flag was beyond the book's act limit for the first time: the dumb baseline. */
  readonly fixed: readonly { readonly flag: FlagName; readonly at: number }[];
  readonly bytes: number;
}

export interface Order {
  readonly fleet: string;
  readonly index: number;
  readonly days: number;
  /** Finished cases by flag, from cars of another fleet. */
  readonly ended: Readonly<Partial<Record<FlagName, readonly Ended[]>>>;
}

/** The flag that a fault should raise. */
export const FLAG_OF: Readonly<Record<Fault, FlagName>> = {
  battery: 'battery',
  alternator: 'alternator',
  thermostat: 'warm-up',
  'vacuum-leak': 'fuel-trim',
  'air-meter': 'fuel-trim',
  'fuel-delivery': 'fuel-trim',
  catalyst: 'catalyst',
  misfire: 'misfire',
  'oxygen-sensor': 'oxygen',
  'particulate-filter': 'particulate-filter',
};
export const SCORED = [...new Set(Object.values(FLAG_OF))];
const WATCHED = new Set<FlagName>(SCORED);

/** Drives one car of a fleet through its log, as the gateway hears it: after each drive the flags are judged by the past alone. */
export function runVehicle(order: Order): Outcome {
  const life = lifeOf(order.fleet, order.index, order.days);
  const h = copyOf(NEW_HEALTH);
  const open = new Map<FlagName, Episode>();
  const episodes: Episode[] = [];
  const readyAt: Partial<Record<FlagName, number>> = {};
  const judgedAt: Partial<Record<FlagName, number[]>> = {};
  const told = new Map<FlagName, NonNullable<Episode['due']>>();
  const reached: Outcome['reached'][number][] = [];
  const fixed = new Map<FlagName, number>();
  let samples = 0;
  for (const drive of drivesOf(order.fleet, order.index, life)) {
    const fresh = new Set<FlagName>();
    for (const s of drive) {
      if (!isHealthSignal(s.signal)) continue;
      for (const f of note(h, { ...s, value: s.value as number })) fresh.add(f);
    }
    samples += drive.length;
    for (const f of close(h, 'live')) fresh.add(f);
    const at = drive.at(-1)!.at;
    for (const flag of new Set([...fresh].flatMap(touchedBy))) {
      if (!WATCHED.has(flag)) continue;
      const data = judgeFlag(h, { vin: life.vehicle.vin, now: at, ended: (f) => casesOf(order.ended, f) }, flag);
      if (fresh.has(flag)) judgedAt[flag] = [...(judgedAt[flag] ?? []), at];
      if (data.state !== 'unavailable' && data.state !== 'learning') readyAt[flag] ??= at;
      follow(data, at);
    }
  }
  for (const e of open.values()) episodes.push({ ...e, until: life.until });
  return {
    powertrain: life.vehicle.powertrain,
    from: life.from,
    until: life.until,
    samples,
    truths: truthOf(life),
    episodes,
    readyAt,
    judgedAt,
    reached,
    fixed: [...fixed].map(([flag, at]) => ({ flag, at })),
    bytes: bytesOf(h),
  };

  function follow(data: FlagData, at: number): void {
    const { flag, state, act } = data;
    const due = data.due && { at, ...data.due, line: data.line ?? data.due.likely };
    const level = data.evidence?.[0]?.value ?? null;
    const newest = data.series.at(-1)?.value ?? null;
    const high = act !== null && data.watch !== null ? act > data.watch : false;
    const beyond = (v: number | null) => act !== null && v !== null && (high ? v > act : v < act);
    if (beyond(newest) && !fixed.has(flag)) fixed.set(flag, at);
    const said = told.get(flag);
    if (said !== undefined && beyond(level)) {
      reached.push({ flag, at, due: said });
      told.delete(flag);
    }
    if (state === 'raised' && due !== null && said === undefined && !open.get(flag)?.due) told.set(flag, due);
    const standing = open.get(flag);
    if (state === 'raised' && standing === undefined) {
      const confidence = data.confidence ?? 0;
      open.set(flag, { flag, from: at, until: at, cause: data.cause ?? null, confidence, due });
    } else if (state === 'raised' && standing !== undefined) {
      open.set(flag, { ...standing, cause: data.cause ?? standing.cause, due: standing.due ?? due });
    } else if (standing !== undefined) {
      episodes.push({ ...standing, until: at });
      open.delete(flag);
      told.delete(flag);
    }
  }
}

function bytesOf(h: Health): number {
  return JSON.stringify(h).length;
}

export const days = (ms: number) => ms / DAY_MS;
