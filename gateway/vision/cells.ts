import { z } from 'zod';
import type { Luma } from './luma.ts';
import { boxOf, isInside, type Polygon } from './region.ts';

/** The version of what is measured; a model made of another is refused. */
export const CELLS_VERSION = 'cells-1';

const ACROSS = 8;
const DOWN = 6;
/** A cell of which less than this lies in the region is left out. */
const LEAST_SHARE = 0.3;
const SMOOTH_EDGE = 0.02;

const Numbers = z.array(z.number()).max(200);
/**
 * A region on a coarse grid: three measures a cell. From 480 px no face and no plate survives this, and no picture can be
 * made of it again.
 */
export const Cells = z.strictObject({
  /** Density of edges, compressed: shape, whatever its paint. */
  edge: Numbers,
  /** Deviation of brightness inside the cell: glass, wheels and gaps against a plain floor. */
  texture: Numbers,
  /** Colour against grey concrete. */
  colour: Numbers,
});
export type Cells = z.infer<typeof Cells>;

/** Which cell each pixel of a region belongs to; worked out once per region and picture size. */
export interface Grid {
  readonly pixels: Uint32Array;
  readonly cells: Uint16Array;
  readonly count: number;
}

export function gridOf(polygon: Polygon, width: number, height: number): Grid {
  const box = boxOf(polygon);
  const byCell: number[][] = Array.from({ length: ACROSS * DOWN }, () => []);
  const sizes = new Array<number>(ACROSS * DOWN).fill(0);
  for (let y = Math.floor(box.top * height); y < Math.min(height, Math.ceil(box.bottom * height)); y += 1) {
    for (let x = Math.floor(box.left * width); x < Math.min(width, Math.ceil(box.right * width)); x += 1) {
      const u = (x + 0.5) / width;
      const v = (y + 0.5) / height;
      const column = Math.min(ACROSS - 1, Math.max(0, Math.floor(((u - box.left) / (box.right - box.left)) * ACROSS)));
      const row = Math.min(DOWN - 1, Math.max(0, Math.floor(((v - box.top) / (box.bottom - box.top)) * DOWN)));
      sizes[row * ACROSS + column]! += 1;
      if (isInside(polygon, u, v)) byCell[row * ACROSS + column]!.push(y * width + x);
    }
  }
  const kept = byCell.filter((list, i) => list.length >= Math.max(1, LEAST_SHARE * sizes[i]!));
  const pixels = Uint32Array.from(kept.flat());
  const cells = Uint16Array.from(kept.flatMap((list, i) => list.map(() => i)));
  return { pixels, cells, count: kept.length };
}

/** Measures a region of a frame. */
export function cellsOf({ log, edge, saturation, noise }: Luma, grid: Grid): Cells {
  const zero = () => new Float64Array(grid.count);
  const [n, sum, squares, edges, colours] = [zero(), zero(), zero(), zero(), zero()];
  for (let k = 0; k < grid.pixels.length; k += 1) {
    const i = grid.pixels[k]!;
    const c = grid.cells[k]!;
    const l = log[i]!;
    n[c]! += 1;
    sum[c]! += l;
    squares[c]! += l * l;
    edges[c]! += edge[i]!;
    colours[c]! += saturation[i]!;
  }
  const per = (of: (c: number) => number) => Array.from({ length: grid.count }, (_, c) => round(of(c)));
  return {
    edge: per((c) => Math.log1p(edges[c]! / n[c]! / SMOOTH_EDGE)),
    texture: per((c) => Math.sqrt(Math.max(0, squares[c]! / n[c]! - (sum[c]! / n[c]!) ** 2 - noise * noise))),
    colour: per((c) => colours[c]! / n[c]!),
  };
}

function round(n: number): number {
  return Math.round(n * 1_000) / 1_000;
}
