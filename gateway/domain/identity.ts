import type { EventData } from '../../protocols/event.ts';
import type { Millis } from '../../protocols/time.ts';
import { type Order, type Orders, orderById, orderForBay, orderOf, samePlate } from './orders.ts';
import { JOIN_WINDOW_MS } from './settings.ts';

/**
 * Which car is it? Identity belongs to a stay, never to a bay, and never guesses: all claims are kept with their source,
 * the strongest decides (a scanned VIN, then OBD, then the plate, then the work order), a contradiction is said.
 */
export interface Claim {
  readonly by: 'scan' | 'obd' | 'plate' | 'order';
  readonly vin: string | null;
  readonly plate: string | null;
  readonly order: string | null;
  readonly at: Millis;
  readonly device: string;
  /** Made while another car was leaving: it speaks of the next. */
  readonly next: boolean;
}

export type Claims = readonly Claim[];
export type Named = Omit<EventData<'liftgate.bay.vehicle.v1'>, 'bay' | 'stay'>;

const KEPT = 12;
/** A car may be named hours after it came. */
const KEPT_MS = 43_200_000;

/** Adds a claim; an older one of the same source about the same car gives way to it. */
export function addClaim(claims: Claims, claim: Claim): Claims {
  const others = claims.filter(
    (c) =>
      !(c.by === claim.by && c.vin === claim.vin && c.plate === claim.plate && c.order === claim.order) &&
      c.at >= claim.at - KEPT_MS,
  );
  return [...others, claim].slice(-KEPT);
}

/** A newer scan elsewhere: the car is not here. */
export function dropClaims(claims: Claims, vin: string, before: Millis): Claims {
  return claims.some((c) => c.vin === vin && c.at <= before)
    ? claims.filter((c) => c.vin !== vin || c.at > before)
    : claims;
}

/** The stay is over: what was said of it goes with it, what was said of the next car stays. */
export function nextClaims(claims: Claims): Claims {
  return claims.filter((c) => c.next).map((c) => ({ ...c, next: false }));
}

/** The car did not leave after all: what was said meanwhile was said of it. */
export function keepClaims(claims: Claims): Claims {
  return claims.some((c) => c.next) ? claims.map((c) => ({ ...c, next: false })) : claims;
}

const NOBODY: Named = {
  vin: null,
  plate: null,
  model: null,
  order: null,
  promisedAt: null,
  by: 'nothing',
  conflict: null,
};

/**
 * Who stands in a bay since `since`, by the claims of that stay.
 * @param elsewhere cars that are known to stand in another bay: an order cannot place them here
 */
export function resolve(
  bay: string,
  since: Millis,
  claims: Claims,
  orders: Orders,
  elsewhere: (vin: string) => boolean,
): Named {
  const mine = claims.filter((c) => !c.next && c.at >= since - JOIN_WINDOW_MS);
  const newest = (by: Claim['by']) => mine.findLast((c) => c.by === by) ?? null;
  const scan = newest('scan');
  const obd = newest('obd');
  const plate = newest('plate');
  if (scan ?? obd) {
    const vin = (scan ?? obd)!.vin;
    const ofPlate = plate ? (orderOf(orders, { vin: null, plate: plate.plate })?.vin ?? null) : null;
    const other = [scan && obd ? obd.vin : null, ofPlate].find((v) => v !== null && v !== vin);
    const conflict = other ?? null;
    const order = orderOf(orders, { vin, plate: null }) ?? scannedJob(newest('order'), orders, vin);
    const agreed = plate?.plate && (!order?.plate || samePlate(order.plate, plate.plate)) ? plate.plate : null;
    return named(vin, order, order?.plate ?? agreed, scan ? 'scan' : 'obd', conflict);
  }
  if (plate) {
    const order = orderOf(orders, { vin: null, plate: plate.plate });
    return named(order?.vin ?? null, order, plate.plate, 'plate', null);
  }
  const job = newest('order');
  const order = (job?.order ? orderById(orders, job.order) : null) ?? orderForBay(orders, bay);
  if (order && !(order.vin !== null && elsewhere(order.vin)))
    return named(order.vin, order, order.plate, 'order', null);
  return NOBODY;
}

/**
 * The paperwork may be over before the car has left: what its order told of the car holds until the stay ends, unless
 * something stronger says otherwise.
 * @param told what was told of this stay so far
 * @param isElsewhere the car is known to stand in another bay
 */
export function afterOrder(
  bay: string,
  named: Named,
  told: Named | null,
  orders: Orders,
  isElsewhere: (vin: string) => boolean,
): Named {
  if (told?.order == null || named.order !== null) return named;
  const order = orderById(orders, told.order);
  if (order && !(order.state === 'ready' && (order.bay === null || order.bay === bay))) return named;
  const { plate, model, promisedAt } = told;
  if (named.by === 'nothing')
    return told.by === 'order' && !(told.vin !== null && isElsewhere(told.vin)) ? told : named;
  if (named.vin !== told.vin) return named;
  return { ...named, plate: named.plate ?? plate, model, order: told.order, promisedAt };
}

/** A job that was scanned for this stay, unless it is another car's. */
function scannedJob(claim: Claim | null, orders: Orders, vin: string | null): Order | null {
  const order = claim?.order ? orderById(orders, claim.order) : null;
  return order && (order.vin === null || order.vin === vin) ? order : null;
}

function named(
  vin: string | null,
  order: Order | null,
  plate: string | null,
  by: Named['by'],
  conflict: string | null,
): Named {
  return {
    vin,
    plate,
    model: order?.model ?? null,
    order: order?.order ?? null,
    promisedAt: order?.promisedAt ?? null,
    by,
    conflict,
  };
}

export function sameCar(a: Named, b: Named): boolean {
  return (Object.keys(NOBODY) as (keyof Named)[]).every((k) => a[k] === b[k]);
}
