import type { EventBody } from '../../protocols/event.ts';
import type { FlagName } from '../../protocols/health/flag.ts';
import type { Millis } from '../../protocols/time.ts';
import type { Alerts } from './alerts.ts';
import { type BayState, NEW_BAY } from './bay.ts';
import type { Context } from './context.ts';
import type { Corrections } from './corrections.ts';
import type { Ended } from './detect/conformal.ts';
import { type DeviceRecord, isWell, NEW_DEVICE } from './devices.ts';
import type { Step } from './engine.ts';
import type { Fleet } from './fleet.ts';
import type { Source, Trust } from './fusion.ts';
import type { LiftState } from './lift.ts';
import type { VehicleRecord } from './maintenance.ts';
import type { Orders } from './orders.ts';
import { staleAfterMs } from './settings.ts';
import { emptyTable, lookup, put, type Table } from './table.ts';

/** All that the engine remembers. Plain JSON: a snapshot that was stored and read back goes on as if nothing was. */
export interface EngineState {
  readonly format: typeof FORMAT;
  /** The last tick; 0 before the first. */
  readonly tick: Millis;
  readonly bays: Table<BayState>;
  readonly devices: Table<DeviceRecord>;
  readonly vehicles: Table<VehicleRecord>;
  readonly orders: Orders;
  readonly alerts: Alerts;
  /** Absent in states that were kept by an older version. */
  readonly corrections?: Corrections;
  /** Flags with a new feature, `flag/VIN`: they are judged at the next ticks, a few at a time. */
  readonly fresh: readonly string[];
  /** Drives that go on, `live/VIN` or `late/VIN`: how many samples, since when. Absent in states of an older version. */
  readonly drives?: Readonly<Record<string, { readonly samples: number; readonly at: Millis }>>;
  /** Forecasts of a flag that came to their end; see `lookAhead`. Absent in states of an older version. */
  readonly ended?: Readonly<Partial<Record<FlagName, readonly Ended[]>>>;
  /** What the cloud told of cars of one kind. Absent in states of an older version. */
  readonly fleet?: Fleet;
}

/** The shape of the state. Raised when a stored state of the version before can no longer be gone on with. */
const FORMAT = 2;

export function revive(stored: unknown): EngineState | null {
  const format = typeof stored === 'object' && stored !== null && 'format' in stored ? stored.format : null;
  return format === FORMAT ? (stored as EngineState) : null;
}

export const EMPTY_STATE: EngineState = {
  format: FORMAT,
  tick: 0,
  bays: emptyTable(),
  devices: emptyTable(),
  vehicles: emptyTable(),
  orders: {},
  alerts: {},
  fresh: [],
};

export const NO_EVENTS: readonly EventBody[] = [];

export function nothing(state: EngineState): Step<EngineState> {
  return { state, events: NO_EVENTS };
}

export function bayState(state: EngineState, id: string): BayState {
  return lookup(state.bays, id) ?? NEW_BAY;
}

export function deviceRecord(state: EngineState, id: string): DeviceRecord {
  return lookup(state.devices, id) ?? NEW_DEVICE;
}

export function withBay(state: EngineState, id: string, bay: BayState): EngineState {
  return bay === lookup(state.bays, id) ? state : { ...state, bays: put(state.bays, id, bay) };
}

export function withDevice(state: EngineState, id: string, device: DeviceRecord): EngineState {
  return device === lookup(state.devices, id) ? state : { ...state, devices: put(state.devices, id, device) };
}

/** What may be thought of sources at `now`, by the state of their devices. */
export function trustOf(ctx: Context, state: EngineState, now: Millis): Trust {
  const heard = (s: Source) =>
    s.group === 'camera' ? Math.max(s.at, lookup(state.devices, s.device)?.heard ?? 0) : s.at;
  return {
    heard,
    good: (s, at) => isTrusted(ctx, state, s.device, at, now),
    openedAt: openedAt(ctx.calendar(now), now),
  };
}

/** When this working day began, for words that hold until its end; the last closing, once that has come. */
function openedAt(day: ReturnType<Context['calendar']>, now: Millis): Millis {
  let closed: Millis | null = null;
  for (const [, to] of day.windows) if (to <= now) closed = to;
  if (closed === null) return day.start;
  for (const [from] of day.windows) if (from >= closed && from <= day.end) return day.start;
  return closed;
}

export function isLiftFresh(ctx: Context, state: EngineState, lift: LiftState, now: Millis): boolean {
  return lift.device !== null && isTrusted(ctx, state, lift.device, lift.at, now);
}

function isTrusted(ctx: Context, state: EngineState, device: string, heard: Millis, now: Millis): boolean {
  const setting = ctx.device(device);
  if (!setting || now - heard > staleAfterMs(setting)) return false;
  const record = lookup(state.devices, device);
  return record === undefined || isWell(record);
}

/** The bay in which a car is known to stand, the one that it came to last where two say so; null: none. */
export function bayOfCar(ctx: Context, state: EngineState, vin: string): string | null {
  let found: string | null = null;
  let latest = -1;
  for (const id of ctx.bays) {
    const { told, stay } = bayState(state, id);
    if (told?.vin === vin && stay && stay.since > latest) [found, latest] = [id, stay.since];
  }
  return found;
}
