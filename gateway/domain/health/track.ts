import type { Millis } from '../../../protocols/time.ts';
import { median } from '../detect/robust.ts';

/**
 * A feature over time, packed as `[at, value, at, value, …]` in order of time: 16 bytes a point, so that years of a car
 * stay small. Plain JSON.
 */
export type Track = readonly number[];

export const NO_TRACK: Track = [];
/** Points kept of a feature. */
const MOST = 200;
/** Of these the newest stay as they are, and the first, from which the baseline is made. */
const FIRST = 12;
const NEWEST = 100;
const WEEK_MS = 7 * 86_400_000;

export interface Point {
  readonly at: Millis;
  readonly value: number;
}

export function pointsOf(track: Track, since: Millis = Number.NEGATIVE_INFINITY): Point[] {
  const out: Point[] = [];
  for (let i = 0; i < track.length; i += 2) {
    if (track[i]! >= since) out.push({ at: track[i]!, value: track[i + 1]! });
  }
  return out;
}

/**
 * Puts a point in its place; the same array where the very point stands there already. Of one time the later word counts.
 * Beyond 200 points, old neighbours are joined to their mean: the span stays, the room is bounded.
 */
export function addPoint(track: Track, at: Millis, value: number): Track {
  let i = track.length;
  while (i > 0 && track[i - 2]! > at) i -= 2;
  if (i > 0 && track[i - 2] === at) {
    if (track[i - 1] === value) return track;
    return [...track.slice(0, i - 1), value, ...track.slice(i)];
  }
  const next = [...track.slice(0, i), at, value, ...track.slice(i)];
  return next.length <= 2 * MOST ? next : joined(next);
}

function joined(track: Track): Track {
  const from = 2 * FIRST;
  const to = track.length - 2 * NEWEST;
  const out = track.slice(0, from);
  let i = from;
  for (; i + 3 < to; i += 4) out.push((track[i]! + track[i + 2]!) / 2, (track[i + 1]! + track[i + 3]!) / 2);
  return [...out, ...track.slice(i)];
}

/** One value a week, its median: what a trend test may take as independent. */
export function weekly(points: readonly Point[]): number[] {
  const out: number[] = [];
  let week: number | null = null;
  let values: number[] = [];
  for (const p of points) {
    const w = Math.floor(p.at / WEEK_MS);
    if (w !== week && values.length > 0) {
      out.push(median(values));
      values = [];
    }
    week = w;
    values.push(p.value);
  }
  if (values.length > 0) out.push(median(values));
  return out;
}
