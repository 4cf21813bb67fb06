import type { BayTile } from '../../protocols/board.ts';

const LEAVES = ['working', 'waiting', 'blocked', 'idle', 'empty', 'unknown'] as const;

export interface Day {
  /** A car stood in the bay, as a share of the open hours (0 to 1). */
  readonly occupied: number;
  /** Work was done, as a share of the open hours (0 to 1). */
  readonly productive: number;
  /** Seconds of each leaf; they add up to the open hours. */
  readonly shares: Readonly<Record<(typeof LEAVES)[number], number>>;
}

/** Sums up the bays' day; null before the first open second. */
export function dayOf(tiles: readonly BayTile[]): Day | null {
  const days = tiles.flatMap((tile) => (tile.today ? [tile.today] : []));
  const sum = (leaf: (typeof LEAVES)[number] | 'open') => days.reduce((all, day) => all + day[leaf], 0);
  const open = sum('open');
  if (open === 0) return null;
  const shares = Object.fromEntries(LEAVES.map((leaf) => [leaf, sum(leaf)])) as Day['shares'];
  const taken = shares.working + shares.waiting + shares.blocked + shares.idle;
  return { occupied: taken / open, productive: shares.working / open, shares };
}
