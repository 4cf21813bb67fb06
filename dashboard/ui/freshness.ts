import type { BayTile } from '../../protocols/board.ts';
import type { Board } from './link.ts';

/** Worded levels of trust, best first. What is not known at all is a state of the tile, not of its freshness. */
export type Freshness = 'live' | 'stale' | 'no-link';

/** A server that has heard nothing from the workshop for longer than this shows the past, ms. */
const BEHIND_MS = 15_000;

/** Server time now, ms, carried on by this screen's monotonic clock; null while no server was heard. */
export function serverNow(board: Board, now: number): number | null {
  return board.heartbeat ? board.heartbeat.now + (now - board.heartbeatAt) : null;
}

/** Age of a source in ms; null: it was not heard since its gateway started. */
export function ageOf(device: string, board: Board, now: number): number | null {
  const age = board.heartbeat?.ages[device] ?? null;
  return age === null ? null : age + (now - board.heartbeatAt);
}

/** Is the server itself behind the workshop? Then everything is old. */
export function behindMs(board: Board): number {
  const behind = board.heartbeat?.behindMs ?? 0;
  return behind > BEHIND_MS ? behind : 0;
}

/** How far a tile can be trusted: it is old as soon as one of its sources is silent for longer than that one declared. */
export function freshnessOf(tile: BayTile, board: Board, now: number): Freshness {
  if (board.link !== 'live') return 'no-link';
  if (behindMs(board) > 0) return 'stale';
  const silent = tile.sources.some((device) => {
    const limit = board.view.devices[device]?.silenceMs ?? null;
    const age = ageOf(device, board, now);
    return limit !== null && (age === null || age > limit);
  });
  return silent ? 'stale' : 'live';
}

/** Age of the oldest source of a tile, ms; null when one was never heard, or none can tell. */
export function oldestAge(tile: BayTile, board: Board, now: number): number | null {
  const ages = tile.sources.map((device) => ageOf(device, board, now));
  return ages.length === 0 || ages.includes(null) ? null : Math.max(...(ages as number[]));
}
