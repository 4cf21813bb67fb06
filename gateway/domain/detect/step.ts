import { median } from './robust.ts';

/** The newest values that a step is looked for in. */
const SIDE = 3;
/** A step is at least this many spreads. */
const STEP = 4;

/**
 * Was the part repaired or replaced? The median of the last three values against that of the three before: a difference of
 * more than four spreads **towards health** begins a new segment. Returns the index at which that begins; null: no step.
 *
 * @param better +1 where greater values are healthier, −1 where smaller ones are
 * @param spread of the healthy values
 */
export function stepToHealth(values: readonly number[], better: 1 | -1, spread: number): number | null {
  const n = values.length;
  if (n < 2 * SIDE || !(spread > 0)) return null;
  const last = median(values.slice(n - SIDE));
  const before = median(values.slice(n - 2 * SIDE, n - SIDE));
  return better * (last - before) > STEP * spread ? n - SIDE : null;
}
