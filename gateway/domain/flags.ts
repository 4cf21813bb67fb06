import { type EventData, event } from '../../protocols/event.ts';
import { FLAGS, type FlagName } from '../../protocols/health/flag.ts';
import { flagsOfJob } from '../../protocols/health/job.ts';
import type { Millis } from '../../protocols/time.ts';
import { type AlertStep, clear, raise } from './alerts.ts';
import type { Context } from './context.ts';
import type { Step } from './engine.ts';
import { fleetPrior } from './fleet.ts';
import { casesOf } from './health/due.ts';
import { judgeFlag } from './health/flags.ts';
import { NEW_TRIP_MS } from './health/trip.ts';
import {
  endDrive,
  kinOf,
  type Learned,
  lifeAfter,
  NEW_VEHICLE,
  onAction,
  repaired,
  toldOf,
  type VehicleRecord,
  vehicleIn,
} from './maintenance.ts';
import { bayOfCar, type EngineState, nothing } from './state.ts';
import { lookup, put } from './table.ts';

/** What every car may be told of from the start, as unavailable; other flags are told once they have something to stand on. */
const FIRST: readonly FlagName[] = ['battery', 'warm-up'];
/** A forecast with its bootstrap takes some ms: a backlog is worked off over several ticks. */
const PER_TICK = 4;
/** Finished cases that are kept for a flag. */
const MOST_CASES = 40;

/** Remembers a car and that these flags of it have something new to judge. */
export function withVehicle(
  state: EngineState,
  vin: string,
  { car, fresh, began }: Learned,
  stream: 'live' | 'late' = 'live',
): EngineState {
  const known = lookup(state.vehicles, vin);
  const more = fresh.map((f) => `${f}/${vin}`).filter((f) => !state.fresh.includes(f));
  const vehicles = known === car ? state.vehicles : put(state.vehicles, vin, car);
  const drives = began
    ? { ...state.drives, [`${stream}/${vin}`]: { samples: 0, at: state.tick } }
    : (state.drives ?? NO_DRIVES);
  return { ...state, vehicles, drives, fresh: more.length === 0 ? state.fresh : [...state.fresh, ...more] };
}
const NO_DRIVES: NonNullable<EngineState['drives']> = {};

/** A car was seen: that its flags have nothing to stand on yet is told from the start. */
export function meetVehicle(state: EngineState, vin: string, at: Millis): EngineState {
  if (lookup(state.vehicles, vin)) return state;
  return withVehicle(state, vin, { car: { ...NEW_VEHICLE, heard: at }, fresh: FIRST, began: false });
}

/** Ends drives of which nothing came for ten minutes, live or kept. */
export function endDrives(state: EngineState, now: Millis): EngineState {
  let next = state;
  for (const [key, seen] of Object.entries(state.drives ?? NO_DRIVES)) {
    const [stream, vin] = key.split('/') as ['live' | 'late', string];
    const car = vehicleIn(next.vehicles, vin);
    const samples = car.health[stream]?.samples ?? 0;
    const moved = samples !== seen.samples;
    if (!moved && now - seen.at <= NEW_TRIP_MS) continue;
    const { [key]: _ended, ...others } = next.drives ?? NO_DRIVES;
    if (moved) next = { ...next, drives: { ...others, [key]: { samples, at: now } } };
    else next = { ...withVehicle(next, vin, endDrive(car, stream), stream), drives: others };
  }
  return next;
}

/** Judges flags that have new features. */
export function judgeFresh(ctx: Context, state: EngineState, now: Millis): Step<EngineState> {
  if (state.fresh.length === 0) return { state, events: [] };
  let next: EngineState = { ...state, fresh: state.fresh.slice(PER_TICK) };
  let step: AlertStep = { alerts: state.alerts, events: [] };
  for (const key of state.fresh.slice(0, PER_TICK)) {
    const [flag, vin] = key.split('/') as [FlagName, string];
    const car = vehicleIn(next.vehicles, vin);
    const data = judgeFlag(car.health, aroundOf(next, car, vin, now), flag);
    const life = lifeAfter(data, car.life[flag], now);
    const told = toldOf(data, car.flags[flag], now);
    next = withCase(next, flag, car, data, now);
    const judged = {
      ...car,
      flags: { ...car.flags, [flag]: told },
      life: life ? { ...car.life, [flag]: life } : car.life,
    };
    next = { ...next, vehicles: put(next.vehicles, vin, judged) };
    const known = { ...data, ...(life ? { life } : {}) };
    step = { ...step, events: [...step.events, event('liftgate.vehicle.flag.v1', now, known)] };
    step = flagAlerts(step, next, vin, bayOfCar(ctx, next, vin), now);
  }
  return { state: { ...next, alerts: step.alerts }, events: step.events };
}

function aroundOf(state: EngineState, car: VehicleRecord, vin: string, now: Millis) {
  const { repairs, dismissed } = car;
  return {
    vin,
    now,
    repairs,
    dismissed,
    ended: (f: FlagName) => casesOf(state.ended ?? {}, f),
    // The cars that this workshop knows itself first, those of other workshops where it knows too few.
    prior: (flag: FlagName, feature: string) =>
      kinOf(state.vehicles, vin, flag, feature) ?? fleetPrior(state.fleet, vin, flag, feature),
  };
}

/** A limit that was foretold is reached: what was said and what it was make the windows of other cars. */
function withCase(
  state: EngineState,
  flag: FlagName,
  car: VehicleRecord,
  data: EventData<'liftgate.vehicle.flag.v1'>,
  now: Millis,
): EngineState {
  const before = car.flags[flag];
  if (before?.said == null || data.rule !== 'beyond-act-twice' || before.rule === 'beyond-act-twice') return state;
  const { at, likely } = before.said;
  const days = (until: Millis) => Math.round(Math.max(0, until - at) / 864_000) / 100;
  const ended = [...(state.ended?.[flag] ?? []), [days(likely), days(now)] as const].slice(-MOST_CASES);
  return { ...state, ended: { ...state.ended, [flag]: ended } };
}

/** A person said what is to become of a flag; from the site's page it is told to the cloud as well. */
export function onFlagAction(
  ctx: Context,
  state: EngineState,
  action: EventData<'liftgate.flag.action.v1'>,
  from: 'site' | 'cloud',
  now: Millis,
): Step<EngineState> {
  if (!lookup(state.vehicles, action.vin)) return nothing(state);
  const car = onAction(vehicleIn(state.vehicles, action.vin), action, from);
  const next = withVehicle(state, action.vin, { car, fresh: [action.flag], began: false });
  const step = flagAlerts({ alerts: next.alerts, events: [] }, next, action.vin, bayOfCar(ctx, next, action.vin), now);
  const told = from === 'site' ? [event('liftgate.flag.action.v1', now, action)] : [];
  return { state: { ...next, alerts: step.alerts }, events: [...told, ...step.events] };
}

/** A work order that is done has repaired what was ticked, or what its words say: these flags begin anew. */
export function onRepair(state: EngineState, order: EventData<'liftgate.order.v1'>, now: Millis): EngineState {
  if (order.state !== 'closed' || order.vin === null || !lookup(state.vehicles, order.vin)) return state;
  const flags = order.repaired ?? (order.job === null ? [] : flagsOfJob(order.job));
  if (flags.length === 0) return state;
  const car = flags.reduce((c, flag) => repaired(c, flag, now), vehicleIn(state.vehicles, order.vin));
  return withVehicle(state, order.vin, { car, fresh: flags, began: false });
}

/** Alerts stand for the flags of a car that are raised and that nobody has settled, and for no others. */
export function flagAlerts(
  step: AlertStep,
  state: EngineState,
  vin: string,
  bay: string | null,
  now: Millis,
): AlertStep {
  const car = lookup(state.vehicles, vin);
  let s = step;
  for (const flag of FLAGS) {
    const told = car?.flags[flag];
    const life = car?.life?.[flag]?.state;
    // Codes that are an alert of their own need not be told twice.
    const doubled = flag === 'codes' && Object.hasOwn(s.alerts, `severe-code/${vin}`);
    if (told?.state !== 'raised' || doubled || life === 'booked' || life === 'verified' || life === 'dismissed') {
      s = clear(s, 'flag-raised', `${flag}.${vin}`, now);
      continue;
    }
    const detail = { flag, rule: told.rule, ...(told.due === null ? {} : { due: told.due }) };
    s = raise(s, `${flag}.${vin}`, { kind: 'flag-raised', severity: told.severity, bay, vin, detail }, now);
  }
  return s;
}
