import type { BayTile, BoardAlert, BoardView } from '../../protocols/board.ts';
import type { Severity } from '../../protocols/event.ts';
import type { Millis } from '../../protocols/time.ts';

/** What a tile says about its bay, in one word: where the car is, and else what its time is spent on. */
export type Look =
  | 'free'
  | 'entering'
  | 'leaving'
  | 'occupied'
  | 'working'
  | 'waiting'
  | 'idle'
  | 'blocked'
  | 'unknown';

export function lookOf({ occupancy, work }: BayTile): Look {
  switch (occupancy) {
    case 'empty':
      return 'free';
    case 'entering':
    case 'leaving':
    case 'unknown':
      return occupancy;
    case 'occupied':
      return work.state === 'none' || work.state === 'unknown' ? 'occupied' : work.state;
  }
}

/** The key of a look's word among the shared codes. */
export const WORD_OF = {
  free: 'occupancy.empty',
  entering: 'occupancy.entering',
  leaving: 'occupancy.leaving',
  occupied: 'occupancy.occupied',
  unknown: 'occupancy.unknown',
  working: 'work.working',
  waiting: 'work.waiting',
  idle: 'work.idle',
  blocked: 'work.blocked',
} as const satisfies Record<Look, string>;

/** When the state that the tile names began; null where that is not known. */
export function sinceOf(tile: BayTile): Millis | null {
  const look = lookOf(tile);
  return look === 'working' || look === 'waiting' || look === 'idle' || look === 'blocked'
    ? tile.work.since
    : tile.since;
}

/** A promise counts as tight when this share of the time from the car's arrival to it has passed. */
const TIGHT_SHARE = 0.9;
export type Promised = 'in-time' | 'tight' | 'late';

/** Null where nothing was promised. */
export function promiseOf({ promisedAt, since }: BayTile, now: Millis | null): Promised | null {
  if (promisedAt === null) return null;
  if (now === null) return 'in-time';
  if (now > promisedAt) return 'late';
  return since !== null && now - since >= TIGHT_SHARE * (promisedAt - since) ? 'tight' : 'in-time';
}

const WEIGHT: Record<Severity, number> = { severe: 2, warning: 1, info: 0 };

/** Gravest first, then oldest first. */
export function byGravity(a: BoardAlert, b: BoardAlert): number {
  return WEIGHT[b.severity] - WEIGHT[a.severity] || a.since - b.since || (a.alert < b.alert ? -1 : 1);
}

/** Does somebody have to look at this bay? Such tiles stand on every page. */
export function isAlarming(tile: BayTile, view: BoardView, now: Millis | null): boolean {
  if (lookOf(tile) === 'blocked') return true;
  if (promiseOf(tile, now) === 'late') return true;
  return Object.values(view.alerts).some((alert) => alert.bay === tile.bay && alert.severity !== 'info');
}
