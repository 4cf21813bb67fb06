import type { Millis } from '../../protocols/time.ts';
import { type AlertStep, clear, clearBay, raise } from './alerts.ts';
import { type BayState, forgetBay, type Surroundings, settleBay } from './bay.ts';
import { isOpen } from './calendar.ts';
import type { Context } from './context.ts';
import type { Step } from './engine.ts';
import { flagAlerts } from './flags.ts';
import { orderById } from './orders.ts';
import { isQueued } from './queue.ts';
import { bayState, type EngineState, isLiftFresh, trustOf, withBay } from './state.ts';
import { visitOf } from './visit.ts';

/** Bays in their surroundings: settles one and draws what follows for the site's alerts. */
export function settle(ctx: Context, state: EngineState, id: string, now: Millis, dt: number): Step<EngineState> {
  return follow(state, id, now, settleBay(id, bayState(state, id), dt, surroundings(ctx, state, now)));
}

/** Nobody watched the bays since `since`. */
export function forgetAll(ctx: Context, state: EngineState, since: Millis, now: Millis): Step<EngineState> {
  let step: Step<EngineState> = { state, events: [] };
  for (const id of ctx.bays) {
    const done = forgetBay(id, bayState(step.state, id), since, surroundings(ctx, step.state, now));
    step = join(step, follow(step.state, id, now, done));
  }
  return step;
}

export function join(a: Step<EngineState>, b: Step<EngineState>): Step<EngineState> {
  if (b.events.length === 0) return a.events === b.events ? b : { state: b.state, events: a.events };
  return { state: b.state, events: a.events.length === 0 ? b.events : [...a.events, ...b.events] };
}

function surroundings(ctx: Context, state: EngineState, now: Millis): Surroundings {
  return {
    ctx,
    now,
    trust: trustOf(ctx, state, now),
    liftFresh: (lift) => isLiftFresh(ctx, state, lift, now),
    orders: state.orders,
    queued: (bay) => isQueued(ctx, state, bay),
    visitOf: (car) => visitOf(ctx, state, car, now),
    elsewhere: (vin, bay) =>
      ctx.bays.some((id) => {
        const { told } = id === bay ? { told: null } : bayState(state, id);
        // Another order is no better word than this one.
        return told?.vin === vin && told.by !== 'order';
      }),
  };
}

function follow(state: EngineState, id: string, now: Millis, done: ReturnType<typeof settleBay>): Step<EngineState> {
  const before = bayState(state, id);
  if (done.bay === before) return { state, events: done.events };
  const next = withBay(state, id, done.bay);
  let step: AlertStep = { alerts: state.alerts, events: done.events };
  if (isOver(before, done.bay)) step = clearBay(step, id, now);
  const vin = done.bay.told?.vin ?? null;
  if (vin !== null && vin !== before.told?.vin) step = flagAlerts(step, next, vin, id, now);
  return { state: step.alerts === state.alerts ? next : { ...next, alerts: step.alerts }, events: step.events };
}

/** The car that stood there is gone, or another has taken its place. */
function isOver(before: BayState, after: BayState): boolean {
  if (after.occupancy.booked === 'empty') return before.occupancy.booked !== 'empty';
  const { stay } = after;
  return stay !== null && stay.id !== before.stay?.id && stay.id !== before.past?.id;
}

/** Alerts of a bay that come with time: too long, whose car, two cars. */
export function bayAlerts(ctx: Context, state: EngineState, id: string, now: Millis): Step<EngineState> {
  const { stay, told, occupancy } = bayState(state, id);
  let step: AlertStep = { alerts: state.alerts, events: [] };
  if (stay && occupancy.booked === 'occupied') {
    const order = told?.order ? orderById(state.orders, told.order) : null;
    const minutes = order?.standardMinutes ?? ctx.rules.overstay;
    const vin = told?.vin ?? null;
    if (now - stay.since < 60_000 * minutes) step = clear(step, 'bay-overstay', id, now);
    // Nobody can act on it while the shop is closed: a car that stays overnight is told in the morning.
    else if (isOpen(ctx.calendar(now), now)) {
      const detail = { minutes, ...(order ? { order: order.order } : {}) };
      step = raise(step, id, { kind: 'bay-overstay', severity: 'warning', bay: id, vin, detail }, now);
    }
    if (told && told.by !== 'nothing') step = clear(step, 'which-car', id, now);
    else if (now - stay.openedAt >= 1_000 * ctx.rules.whichCarAfter) {
      step = raise(step, id, { kind: 'which-car', severity: 'warning', bay: id, detail: {} }, now);
    }
    if (told?.conflict) {
      const detail = { claimed: told.conflict };
      step = raise(step, id, { kind: 'identity-conflict', severity: 'warning', bay: id, vin, detail }, now);
    } else step = clear(step, 'identity-conflict', id, now);
  }
  return { state: step.alerts === state.alerts ? state : { ...state, alerts: step.alerts }, events: step.events };
}
