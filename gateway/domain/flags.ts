import { event, type FlagName } from '../../protocols/event.ts';
import type { Millis } from '../../protocols/time.ts';
import { type AlertStep, clear, raise } from './alerts.ts';
import type { Context } from './context.ts';
import type { Step } from './engine.ts';
import { judgeFlag, NEW_VEHICLE, type VehicleRecord } from './maintenance.ts';
import { bayOfCar, type EngineState } from './state.ts';
import { lookup, put } from './table.ts';

const FLAGS: readonly FlagName[] = ['battery', 'warm-up'];
/** A forecast with its bootstrap takes some ms: a backlog is worked off over several ticks. */
const PER_TICK = 4;

/** Remembers a car and that these flags of it have something new to judge. */
export function withVehicle(
  state: EngineState,
  vin: string,
  car: VehicleRecord,
  fresh: readonly FlagName[],
): EngineState {
  const known = lookup(state.vehicles, vin);
  const more = fresh.map((f) => `${f}/${vin}`).filter((f) => !state.fresh.includes(f));
  if (known === car && more.length === 0) return state;
  const vehicles = known === car ? state.vehicles : put(state.vehicles, vin, car);
  return { ...state, vehicles, fresh: more.length === 0 ? state.fresh : [...state.fresh, ...more] };
}

/** A car was seen: its flags are told from the start, as unavailable if there is nothing to judge. */
export function meetVehicle(state: EngineState, vin: string, at: Millis): EngineState {
  if (lookup(state.vehicles, vin)) return state;
  return withVehicle(state, vin, { ...NEW_VEHICLE, heard: at }, FLAGS);
}

/** Judges flags that have new features. */
export function judgeFresh(ctx: Context, state: EngineState, now: Millis): Step<EngineState> {
  if (state.fresh.length === 0) return { state, events: [] };
  let next: EngineState = { ...state, fresh: state.fresh.slice(PER_TICK) };
  let step: AlertStep = { alerts: state.alerts, events: [] };
  for (const key of state.fresh.slice(0, PER_TICK)) {
    const [flag, vin] = key.split('/') as [FlagName, string];
    const car = lookup(next.vehicles, vin) ?? NEW_VEHICLE;
    const data = judgeFlag(vin, flag, car);
    const told = { state: data.state, severity: data.severity, rule: data.rule, due: data.due?.likely ?? null };
    next = { ...next, vehicles: put(next.vehicles, vin, { ...car, flags: { ...car.flags, [flag]: told } }) };
    step = { ...step, events: [...step.events, event('liftgate.vehicle.flag.v1', now, data)] };
    step = flagAlerts(step, next, vin, bayOfCar(ctx, next, vin), now);
  }
  return { state: { ...next, alerts: step.alerts }, events: step.events };
}

/** Alerts stand for the flags of a car that are raised, and for no others. */
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
    if (told?.state !== 'raised') {
      s = clear(s, 'flag-raised', `${flag}.${vin}`, now);
      continue;
    }
    const detail = { flag, rule: told.rule, ...(told.due === null ? {} : { due: told.due }) };
    s = raise(s, `${flag}.${vin}`, { kind: 'flag-raised', severity: told.severity, bay, vin, detail }, now);
  }
  return s;
}
