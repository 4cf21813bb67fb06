import type { Millis } from '../../../protocols/time.ts';
import { type Bag, NO_VALUES, put } from './bag.ts';

/** Values of drives that had too few of them for a feature, by feature, and when the first came. Plain JSON. */
export type Waiting = Readonly<Record<string, { readonly from: Millis; readonly values: readonly number[] }>>;

/** Longer apart, values are not of one state of the car. */
const TOGETHER_MS = 7 * 86_400_000;

/** What waited, in the order of time, before the values of this drive. */
export function gathered(waiting: Waiting, name: string, bag: Bag, at: Millis): Bag {
  const before = waiting[name];
  if (before === undefined || at < before.from || at - before.from > TOGETHER_MS) return bag;
  return bag.values.reduce(put, before.values.reduce(put, NO_VALUES));
}

/** Few values wait for those of the next drives; what became a feature waits no more. */
export function kept(waiting: Waiting, name: string, bag: Bag, at: Millis, least: number): Waiting {
  const { [name]: before, ...others } = waiting;
  if (bag.seen === 0 || bag.seen >= least) return before === undefined || bag.seen === 0 ? waiting : others;
  const goesOn = before !== undefined && at >= before.from && at - before.from <= TOGETHER_MS;
  return { ...others, [name]: { from: goesOn ? before.from : at, values: bag.values } };
}
