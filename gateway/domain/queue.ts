import type { Context } from './context.ts';
import type { Order } from './orders.ts';
import { bayState, type EngineState } from './state.ts';

/** Cars that wait for a bay: they have come (`checked-in`, or `approved`), stand in none, and nothing else holds them up. */
export type Queue = readonly Order[];

export function queueOf(ctx: Context, state: EngineState): Queue {
  const ready = Object.values(state.orders).filter(isReady);
  if (ready.length === 0) return ready;
  const told = ctx.bays.map((id) => bayState(state, id).told);
  const orders = new Set(told.map((t) => t?.order));
  const vins = new Set(told.map((t) => t?.vin));
  return ready.filter((o) => !orders.has(o.order) && (o.vin === null || !vins.has(o.vin)));
}

/** How many cars wait for a bay: an order that is given to a bay waits for that one, any other for all. */
export function queuedFor(ctx: Context, queue: Queue, bay: string): number {
  if (queue.length === 0) return 0;
  return queue.filter((o) => o.bay === null || o.bay === bay || !ctx.bays.includes(o.bay)).length;
}

function isReady(o: Order): boolean {
  return (o.state === 'checked-in' || o.state === 'approved') && o.hold === null;
}
