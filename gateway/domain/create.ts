import type { WorkshopEvent } from '../../protocols/event.ts';
import { type Reading, valueFault } from '../../protocols/reading.ts';
import { SIGNALS } from '../../protocols/signal.ts';
import type { Millis } from '../../protocols/time.ts';
import { type Context, contextOf } from './context.ts';
import { onCorrection } from './corrections.ts';
import { noteDevice } from './devices.ts';
import type { Engine, Step } from './engine.ts';
import { onFlagAction, onRepair } from './flags.ts';
import { foldFleet } from './fleet.ts';
import { onLate } from './late.ts';
import { onLateObd, onObd } from './obd.ts';
import { foldOrder } from './orders.ts';
import { onPlate, onScan } from './scans.ts';
import { onSensor } from './sense.ts';
import type { DeviceSetting, EngineSettings } from './settings.ts';
import { join, settle } from './site.ts';
import { bayState, deviceRecord, EMPTY_STATE, type EngineState, nothing, revive, withDevice } from './state.ts';
import { onTick } from './tick.ts';

/**
 * Makes the engine of one site: readings, device states, orders and the passing of time in, events out. It decides and
 * does nothing else; the caller journals inputs and events. Its time is that of the ticks: it starts with the first, and
 * what is read before has no effect.
 *
 * Readings of devices that are not configured, and values that cannot be, are let pass without effect.
 */
export function createEngine(settings: EngineSettings): Engine<EngineState> {
  const ctx = contextOf(settings);
  return {
    initial: () => EMPTY_STATE,
    revive,
    step: (state, input) => {
      switch (input.kind) {
        case 'reading':
          return onReading(ctx, state, input.reading);
        case 'tick':
          return onTick(ctx, state, input.at);
        case 'device': {
          const { record, event } = noteDevice(deviceRecord(state, input.device), input);
          return event ? { state: withDevice(state, input.device, record), events: [event] } : nothing(state);
        }
        case 'down':
          return onFact(ctx, state, input.event, input.at);
        case 'correction':
          return onCorrection(ctx, state, input.correction, 'site', input.at);
        case 'flag-action':
          return onFlagAction(ctx, state, input.action, 'site', Math.max(input.at, state.tick));
      }
    },
  };
}

function onFact(ctx: Context, state: EngineState, fact: WorkshopEvent, at: Millis): Step<EngineState> {
  if (fact.type === 'liftgate.order.v1') return onOrder(ctx, state, fact.data, at);
  if (fact.type === 'liftgate.bay.correction.v1') return onCorrection(ctx, state, fact.data, 'cloud', at);
  if (fact.type === 'liftgate.flag.action.v1')
    return onFlagAction(ctx, state, fact.data, 'cloud', Math.max(at, state.tick));
  if (fact.type === 'liftgate.fleet.prior.v1')
    return nothing({ ...state, fleet: foldFleet(state.fleet ?? {}, fact.data) });
  return nothing(state);
}

/** A reading may be this far ahead of the ticks before its time is doubted. */
const AHEAD_MS = 5_000;
const TICK_MS = 1_000;

function onReading(ctx: Context, state: EngineState, r: Reading): Step<EngineState> {
  const device = ctx.device(r.device);
  if (state.tick === 0 || !device || !Object.hasOwn(SIGNALS, r.signal) || valueFault(r.signal, r.value) !== null)
    return nothing(state);
  const { tick } = state;
  const at = Math.min(r.at, tick + AHEAD_MS);
  // Events are dated within the tick, so that none stands before or after its neighbours by a device's clock.
  const now = Math.min(Math.max(r.at, tick), tick + TICK_MS - 1);
  if (r.late && r.at <= tick + AHEAD_MS) return onPast(ctx, state, r, device, at, now);
  if (r.signal.startsWith('scan.')) return onScan(ctx, state, r, device, at, now);
  // A record of the future is a wrong clock.
  if (r.late) return nothing(state);
  if (r.signal.startsWith('obd.') || r.signal.startsWith('measure.')) return onObd(ctx, state, r, device, at, now);
  if (r.signal === 'camera.plate') return onPlate(ctx, state, r, device, at, now);
  return onSensor(ctx, state, r, device, at, now);
}

/** What is late is of the past: it is told, learnt from, and may amend the ledger; it never moves what is live. */
function onPast(
  ctx: Context,
  state: EngineState,
  r: Reading,
  device: DeviceSetting,
  at: Millis,
  now: Millis,
): Step<EngineState> {
  const step = r.signal.startsWith('scan.')
    ? onScan(ctx, state, r, device, at, now)
    : r.signal.startsWith('obd.')
      ? onLateObd(state, r, device)
      : nothing(state);
  return join(step, onLate(ctx, step.state, r, device, now));
}

/** An order says which car is expected where, and what it waits for: bays that stand open to it are judged anew. */
function onOrder(
  ctx: Context,
  state: EngineState,
  order: Parameters<typeof foldOrder>[1],
  at: Millis,
): Step<EngineState> {
  const now: Millis = Math.max(at, state.tick);
  let step = nothing(onRepair({ ...state, orders: foldOrder(state.orders, order) }, order, now));
  for (const id of ctx.bays) {
    if (bayState(step.state, id).stay) step = join(step, settle(ctx, step.state, id, now, 0));
  }
  return step;
}
