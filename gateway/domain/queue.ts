import type { Context } from './context.ts';
import type { Order } from './orders.ts';
import { bayState, type EngineState } from './state.ts';

/**
 * Cars that wait for a bay: they have come (`checked-in`, or `approved`), stand in no bay, and nothing else holds them up.
 * An order that is given to a bay waits for that one, any other for all.
 */
export function isQueued(ctx: Context, state: EngineState, bay: string): boolean {
  return Object.values(state.orders).some(
    (o) =>
      isReady(o) && (o.bay === null || o.bay === bay || !ctx.bays.includes(o.bay)) && !standsSomewhere(ctx, state, o),
  );
}

function isReady(o: Order): boolean {
  return (o.state === 'checked-in' || o.state === 'approved') && o.hold === null;
}

function standsSomewhere(ctx: Context, state: EngineState, o: Order): boolean {
  return ctx.bays.some((id) => {
    const { told } = bayState(state, id);
    return told !== null && (told.order === o.order || (o.vin !== null && told.vin === o.vin));
  });
}
