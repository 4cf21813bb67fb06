import { type EventBody, event } from '../../protocols/event.ts';
import type { Millis } from '../../protocols/time.ts';
import { type AlertStep, clear, raise, standingOf } from './alerts.ts';
import { NEW_BAY } from './bay.ts';
import { bayAlerts } from './bay-alerts.ts';
import type { Context } from './context.ts';
import type { Step } from './engine.ts';
import { endDrives, judgeFresh } from './flags.ts';
import { keepLedger } from './keep.ts';
import { forgetDisputes } from './late.ts';
import { tellValues } from './obd.ts';
import { NOT_SEEN } from './occupancy.ts';
import { queueOf } from './queue.ts';
import { GAP_MS } from './settings.ts';
import { forgetAll, join, settle } from './site.ts';
import { bayState, deviceRecord, type EngineState, nothing, withBay, withDevice } from './state.ts';
import { drop, entriesOf } from './table.ts';
import { turnTrackBack } from './track.ts';

/** One tick moves the filters by at most this, in seconds: a late tick has not seen the time in between. */
const MOST_DT = 5;
/** Time that steps back by less stands still until it is caught up; by more, the clock was wrong before. */
const STANDS_STILL_MS = 600_000;
/** Cars that were not heard of for so long are forgotten. */
const KEEP_CARS_MS = 400 * 86_400_000;

/** Time passes. */
export function onTick(ctx: Context, state: EngineState, at: Millis): Step<EngineState> {
  const { tick } = state;
  if (tick > 0 && at <= tick) return tick - at < STANDS_STILL_MS ? nothing(state) : turnBack(ctx, state, at);
  const dt = tick === 0 ? 1 : Math.min(MOST_DT, (at - tick) / 1_000);
  const now: EngineState = { ...state, tick: at };
  let step: Step<EngineState> = tick > 0 && at - tick > GAP_MS ? forgetAll(ctx, now, tick, at) : nothing(now);
  const queue = queueOf(ctx, step.state);
  for (const id of ctx.bays) {
    step = join(step, settle(ctx, step.state, id, at, dt));
    step = join(step, keepLedger(ctx, step.state, id, queue, tick, at));
    step = join(step, bayAlerts(ctx, step.state, id, queue, at));
  }
  step = join(step, onDevices(ctx, step.state, at));
  step = join(step, judgeFresh(ctx, endDrives(step.state, at), at));
  if (tick === 0 || ctx.calendar(tick).day === ctx.calendar(at).day) return step;
  step = join(step, forgetCars(step.state, at));
  return join(step, forgetDisputes(step.state, at));
}

/** Devices: values that wait to be told, and those that stay away. */
function onDevices(ctx: Context, state: EngineState, now: Millis): Step<EngineState> {
  let step = nothing(state);
  for (const device of ctx.devices) {
    const { dongle } = deviceRecord(step.state, device.id);
    if (dongle?.thinning.due)
      step = join(step, tellValues(ctx, step.state, device, dongle, now) ?? nothing(step.state));
  }
  let alerts: AlertStep = { alerts: step.state.alerts, events: [] };
  const standing = standingOf(alerts.alerts);
  const brokerAway = ctx.devices.some((d) => d.kind === 'broker' && isAway(ctx, step.state, d.id, now));
  for (const device of ctx.devices) {
    const { id, bay = null } = device;
    const { away, reason } = deviceRecord(step.state, id);
    if (away === null && !standing.get(id)?.has('device-offline')) continue;
    // A dongle that lives in a car drives away with it: that is no failure.
    if (device.kind === 'wican') continue;
    if (!isAway(ctx, step.state, id, now)) {
      if (away === null) alerts = clear(alerts, 'device-offline', id, now);
      continue;
    }
    // One alert for the broker, not one for each device behind it.
    if (brokerAway && device.kind === 'sensor') continue;
    const detail = { kind: device.kind, ...(reason === null ? {} : { reason }) };
    const concern = { kind: 'device-offline', severity: 'warning', since: away!, bay, device: id, detail } as const;
    alerts = raise(alerts, id, concern, now);
  }
  if (alerts.alerts === step.state.alerts) return step;
  return join(step, { state: { ...step.state, alerts: alerts.alerts }, events: alerts.events });
}

function isAway(ctx: Context, state: EngineState, device: string, now: Millis): boolean {
  const { away } = deviceRecord(state, device);
  return away !== null && now - away >= 1_000 * ctx.rules.offlineAfter;
}

function forgetCars(state: EngineState, now: Millis): Step<EngineState> {
  let { vehicles } = state;
  for (const [vin, car] of entriesOf(state.vehicles)) {
    if (now - car.heard > KEEP_CARS_MS) vehicles = drop(vehicles, vin);
  }
  return nothing(vehicles === state.vehicles ? state : { ...state, vehicles });
}

/** The clock had been far ahead: evidence that is dated in the future is no evidence. The bays begin anew. */
function turnBack(ctx: Context, state: EngineState, at: Millis): Step<EngineState> {
  let next: EngineState = { ...state, tick: at };
  const events: EventBody[] = [];
  for (const device of ctx.devices) {
    const record = deviceRecord(next, device.id);
    const away = record.away === null ? null : Math.min(record.away, at);
    next = withDevice(next, device.id, { ...record, heard: 0, bay: null, dongle: null, away });
  }
  for (const id of ctx.bays) {
    const occupancy = { ...NOT_SEEN, bookedSince: at, rule: 'clock-set-back' };
    const { track } = bayState(next, id);
    next = withBay(next, id, { ...NEW_BAY, occupancy, ...(track ? { track: turnTrackBack(track, at) } : {}) });
    const data = {
      bay: id,
      state: 'unknown',
      since: at,
      stay: null,
      confidence: null,
      rule: 'clock-set-back',
    } as const;
    events.push(event('liftgate.bay.occupancy.v1', at, { ...data, evidence: [] }));
  }
  return { state: next, events };
}
