import type { Millis } from '../../protocols/time.ts';
import { type AlertStep, clearBay } from './alerts.ts';
import { type BayState, forgetBay, type Surroundings, settleBay } from './bay.ts';
import type { Context } from './context.ts';
import type { Step } from './engine.ts';
import { flagAlerts } from './flags.ts';
import { judgeNamed } from './late.ts';
import { queuedFor, queueOf } from './queue.ts';
import { bayState, type EngineState, isLiftFresh, trustOf, withBay } from './state.ts';
import { visitOf } from './visit.ts';

/** Bays in their surroundings: settles one and draws what follows for the site's alerts. */
export function settle(ctx: Context, state: EngineState, id: string, now: Millis, dt: number): Step<EngineState> {
  return follow(ctx, state, id, now, settleBay(id, bayState(state, id), dt, surroundings(ctx, state, now)));
}

/** Nobody watched the bays since `since`. */
export function forgetAll(ctx: Context, state: EngineState, since: Millis, now: Millis): Step<EngineState> {
  let step: Step<EngineState> = { state, events: [] };
  for (const id of ctx.bays) {
    const done = forgetBay(id, bayState(step.state, id), since, surroundings(ctx, step.state, now));
    step = join(step, follow(ctx, step.state, id, now, done));
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
    queued: (bay) => queuedFor(ctx, queueOf(ctx, state), bay) > 0,
    visitOf: (car) => visitOf(ctx, state, car, now),
    elsewhere: (vin, bay) =>
      ctx.bays.some((id) => {
        const { told } = id === bay ? { told: null } : bayState(state, id);
        // Another order is no better word than this one.
        return told?.vin === vin && told.by !== 'order';
      }),
  };
}

function follow(
  ctx: Context,
  state: EngineState,
  id: string,
  now: Millis,
  done: ReturnType<typeof settleBay>,
): Step<EngineState> {
  const before = bayState(state, id);
  if (done.bay === before) return { state, events: done.events };
  const next = withBay(state, id, done.bay);
  let step: AlertStep = { alerts: state.alerts, events: done.events };
  if (isOver(before, done.bay)) step = clearBay(step, id, now);
  const vin = done.bay.told?.vin ?? null;
  const { stay } = done.bay;
  if (vin === null || vin === before.told?.vin || !stay) return stepOf(state, next, step);
  const told = stepOf(state, next, flagAlerts(step, next, vin, id, now));
  return join(told, judgeNamed(ctx, told.state, id, { vin, since: stay.since }, now));
}

function stepOf(before: EngineState, next: EngineState, { alerts, events }: AlertStep): Step<EngineState> {
  return { state: alerts === before.alerts ? next : { ...next, alerts }, events };
}

/** The car that stood there is gone, or another has taken its place. */
function isOver(before: BayState, after: BayState): boolean {
  if (after.occupancy.booked === 'empty') return before.occupancy.booked !== 'empty';
  const { stay } = after;
  return stay !== null && stay.id !== before.stay?.id && stay.id !== before.past?.id;
}
