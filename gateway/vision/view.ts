import { z } from 'zod';
import type { Luma } from './luma.ts';
import { isInside, type Polygon } from './region.ts';

/** The edges of what does not move, on a coarse grid; null where a bay is, and where nothing was measured. */
export const Background = z.strictObject({
  across: z.int().positive(),
  down: z.int().positive(),
  edges: z.array(z.number().nullable()).max(40_000),
  /** Mean brightness when it was taken, 0 to 255. */
  mean: z.number(),
});
export type Background = z.infer<typeof Background>;

/** Cells of 4 px of 480: 3 % of the width is 3.6 of them. */
const CELL = 4;
const FURTHEST_X = 10;
const FURTHEST_Y = 8;

/** The fixed background of a view, bays left out: cars come and go there. */
export function backgroundOf(luma: Luma, bays: readonly Polygon[]): Background {
  const across = Math.floor(luma.width / CELL);
  const down = Math.floor(luma.height / CELL);
  const edges = Array.from({ length: across * down }, (_, i) => {
    const cx = i % across;
    const cy = Math.floor(i / across);
    if (bays.some((b) => isInside(b, (cx + 0.5) / across, (cy + 0.5) / down))) return null;
    let sum = 0;
    for (let y = 0; y < CELL; y += 1)
      for (let x = 0; x < CELL; x += 1) sum += luma.edge[(cy * CELL + y) * luma.width + cx * CELL + x]!;
    // Strong edges must not outvote many faint ones.
    return Math.round(100 * Math.log1p(sum / (CELL * CELL) / 0.02)) / 100;
  });
  return { across, down, edges, mean: luma.mean };
}

/**
 * What stays the same in all of these pictures of one view, cell by cell the median: people and carts come and go, each
 * light adds and takes. Null where the pictures are not of one size.
 */
export function backgroundFrom(views: readonly Background[]): Background | null {
  const [first] = views;
  if (!first || views.some((v) => v.across !== first.across || v.down !== first.down)) return null;
  const middle = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;
  const edges = first.edges.map((_, i) => {
    const seen = views.flatMap((v) => v.edges[i] ?? []);
    return seen.length === 0 ? null : middle(seen);
  });
  return { ...first, edges, mean: middle(views.map((v) => v.mean)) };
}

/**
 * The measure of a view after one more picture of it: a running mean, of which nobody who stood there once is left to be seen.
 * Begins anew where pictures have another size.
 * @param before the measure of `count` pictures; null: of none
 */
export function blended(before: Background | null, count: number, seen: Background): Background {
  if (!before || before.across !== seen.across || before.down !== seen.down) return seen;
  const share = 1 / (count + 1);
  const between = (a: number, b: number) => Math.round(100 * (a + share * (b - a))) / 100;
  const edges = seen.edges.map((e, i) => (e === null ? null : between(before.edges[i] ?? e, e)));
  return { ...seen, edges, mean: between(before.mean, seen.mean) };
}

interface Drift {
  /** How well the two fit where they fit best: 1 the same, 0 nothing in common. */
  readonly fit: number;
  /** How far the view has moved, as a share of the width. */
  readonly distance: number;
}

/** How far `now` has moved from `then`; null when they cannot be compared (another size, nothing left outside the bays). */
function driftOf(then: Background, now: Background): Drift | null {
  if (then.across !== now.across || then.down !== now.down) return null;
  const here = fitAt(then, now, 0, 0);
  if (here === null) return null;
  if (here > 0.8) return { fit: here, distance: 0 };
  let best = { fit: here, x: 0, y: 0 };
  for (let y = -FURTHEST_Y; y <= FURTHEST_Y; y += 1) {
    for (let x = -FURTHEST_X; x <= FURTHEST_X; x += 1) {
      const fit = fitAt(then, now, x, y);
      if (fit !== null && fit > best.fit + 0.02) best = { fit, x, y };
    }
  }
  return { fit: best.fit, distance: Math.hypot(best.x, best.y) / then.across };
}

/** Pearson's correlation of the cells that both know, `now` moved back by (x, y). */
function fitAt(then: Background, now: Background, x: number, y: number): number | null {
  let n = 0;
  let a = 0;
  let b = 0;
  let aa = 0;
  let bb = 0;
  let ab = 0;
  for (let row = Math.max(0, -y); row < Math.min(then.down, then.down - y); row += 1) {
    for (let column = Math.max(0, -x); column < Math.min(then.across, then.across - x); column += 1) {
      const p = then.edges[row * then.across + column];
      const q = now.edges[(row + y) * then.across + column + x];
      if (p == null || q == null) continue;
      n += 1;
      a += p;
      b += q;
      aa += p * p;
      bb += q * q;
      ab += p * q;
    }
  }
  if (n < 100) return null;
  const spread = (aa - (a * a) / n) * (bb - (b * b) / n);
  return spread > 1e-9 ? (ab - (a * b) / n) / Math.sqrt(spread) : 0;
}

const MOVED = 0.03;
const POOR_FIT = 0.25;
const SHIFTED_MS = 30_000;
/** In so little of its former light a view cannot be compared: lights off is not a shift. */
const DIM = 0.4;

/** Notices that a camera looks elsewhere than before. One bad picture proves nothing: somebody may stand before it. */
export class ViewWatch {
  private readonly bays: readonly Polygon[];
  private reference: Background | null;
  private since: number | null = null;
  private shifted = false;

  /** @param reference of the calibration; left out: the first picture that shows anything */
  constructor(bays: readonly Polygon[], reference: Background | null = null) {
    this.bays = bays;
    this.reference = reference;
  }

  /** @param now on the monotonic clock, ms. @returns true while the view has been elsewhere for half a minute. */
  look(luma: Luma, now: number): boolean {
    const seen = backgroundOf(luma, this.bays);
    if (this.reference === null) {
      this.reference = seen;
      return false;
    }
    if (luma.mean < DIM * this.reference.mean) return this.shifted;
    const drift = driftOf(this.reference, seen);
    const elsewhere = drift !== null && (drift.fit < POOR_FIT || drift.distance > MOVED);
    if (!elsewhere) this.since = null;
    else this.since ??= now;
    this.shifted = this.since !== null && now - this.since >= SHIFTED_MS;
    return this.shifted;
  }
}
