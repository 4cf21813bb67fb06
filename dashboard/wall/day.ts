import type { BayTile } from '../../protocols/board.ts';

const LEAVES = ['working', 'waiting', 'blocked', 'idle', 'empty', 'unknown'] as const;

export interface Day {
  /** A car stood in the bay, as a share of the open time that is known (0 to 1); null when nothing is known. */
  readonly occupied: number | null;
  /** Work was done, as a share of the same. */
  readonly productive: number | null;
  /** How much of the open time is known (0 to 1). The figures mean little where this is small, so it is shown. */
  readonly coverage: number;
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
  const known = open - shares.unknown;
  const share = (seconds: number) => (known > 0 ? seconds / known : null);
  return { occupied: share(taken), productive: share(shares.working), coverage: known / open, shares };
}
