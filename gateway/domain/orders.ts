import type { EventData } from '../../protocols/event.ts';

export type Order = EventData<'liftgate.order.v1'>;
/** Work orders that are not over, by id. */
export type Orders = Readonly<Record<string, Order>>;

/** Takes in what the cloud said last of an order; one that is over is forgotten. */
export function foldOrder(orders: Orders, order: Order): Orders {
  if (order.state !== 'closed' && order.state !== 'cancelled') return { ...orders, [order.order]: order };
  const { [order.order]: _over, ...rest } = orders;
  return rest;
}

export function orderById(orders: Orders, id: string): Order | null {
  return Object.hasOwn(orders, id) ? orders[id]! : null;
}

export function orderOf(orders: Orders, car: { vin: string | null; plate: string | null }): Order | null {
  const all = Object.values(orders);
  return (
    (car.vin !== null && all.find((o) => o.vin === car.vin)) ||
    (car.plate !== null && all.find((o) => o.plate !== null && samePlate(o.plate, car.plate!))) ||
    null
  );
}

const UNDER_WORK = ['checked-in', 'approved', 'in-progress', 'quality-check'];

/** The one order that is assigned to a bay and under work there; null where there is none, or more than one. */
export function orderForBay(orders: Orders, bay: string): Order | null {
  const there = Object.values(orders).filter((o) => o.bay === bay && UNDER_WORK.includes(o.state));
  return there.length === 1 ? there[0]! : null;
}

/** Plates are written with and without blanks, dashes and the middle dot. */
export function samePlate(a: string, b: string): boolean {
  return bare(a) === bare(b);
}

function bare(plate: string): string {
  return plate.replace(/[\s·.-]/g, '').toUpperCase();
}
