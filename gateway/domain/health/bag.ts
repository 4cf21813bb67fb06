import { quantile } from '../detect/robust.ts';

/** Some values of many, evenly over all that came: for the median of a drive in bounded room. Plain JSON. */
export interface Bag {
  /** One in so many is kept. */
  readonly every: number;
  readonly seen: number;
  readonly values: readonly number[];
}

export const NO_VALUES: Bag = { every: 1, seen: 0, values: [] };
const MOST = 48;

/** Keeps every n-th value; when there are 48, every second is dropped and n doubles. */
export function put(bag: Bag, value: number): Bag {
  if (bag.seen % bag.every !== 0) return { every: bag.every, seen: bag.seen + 1, values: bag.values };
  if (bag.values.length < MOST) return { every: bag.every, seen: bag.seen + 1, values: [...bag.values, value] };
  const half = bag.values.filter((_, i) => i % 2 === 0);
  const every = bag.every * 2;
  return { every, seen: bag.seen + 1, values: bag.seen % every === 0 ? [...half, value] : half };
}

/** Quantile of what was kept; NaN for an empty bag. */
export function within(bag: Bag, p: number): number {
  return quantile(bag.values, p);
}
