import { z } from 'zod';
import { type Luma, ORIENTATIONS } from './luma.ts';
import { boxOf, isInside, type Polygon } from './region.ts';

/** The version of what is measured; a model made of another is refused. */
export const CELLS_VERSION = 'cells-2';

const ACROSS = 16;
const DOWN = 12;
/** A cell of which less than this lies in the region is left out. */
const LEAST_SHARE = 0.3;

const Numbers = z.array(z.number()).max(ACROSS * DOWN * ORIENTATIONS);
/**
 * A region on a coarse grid. No face and no plate survives this: of each cell are left the mean strength of its edges by
 * direction, and its mean colour; no picture can be made of it again.
 */
export const Cells = z.strictObject({
  /** Which cells of the grid lie in the region, row by row. */
  places: z.array(z.int()).max(ACROSS * DOWN),
  /** Mean edge strength, four directions a cell: shape, whatever its paint. */
  edge: Numbers,
  /** Share of pixels that are on an edge, however faint, four directions a cell: shape, whatever the haze. */
  line: Numbers,
  /** Two colour ratios a cell: paint, whatever the light. */
  colour: Numbers,
});
export type Cells = z.infer<typeof Cells>;

/** Which cell each pixel of a region belongs to; worked out once per region and picture size. */
export interface Grid {
  readonly pixels: Uint32Array;
  readonly cells: Uint16Array;
  readonly places: readonly number[];
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
  const places = byCell.flatMap((list, i) => (list.length >= Math.max(1, LEAST_SHARE * sizes[i]!) ? [i] : []));
  const pixels = Uint32Array.from(places.flatMap((p) => byCell[p]!));
  const cells = Uint16Array.from(places.flatMap((p, i) => byCell[p]!.map(() => i)));
  return { pixels, cells, places };
}

/** Measures a region of a frame. */
export function cellsOf(luma: Luma, { pixels, cells, places }: Grid): Cells {
  const count = places.length;
  const edge = new Float64Array(count * ORIENTATIONS);
  const line = new Float64Array(count * ORIENTATIONS);
  const colour = new Float64Array(count * 2);
  const sizes = new Float64Array(count);
  for (let k = 0; k < pixels.length; k += 1) {
    const i = pixels[k]!;
    const c = cells[k]!;
    const at = c * ORIENTATIONS + luma.direction[i]!;
    sizes[c]! += 1;
    edge[at]! += luma.edge[i]!;
    line[at]! += luma.line[i]!;
    colour[2 * c]! += luma.redness[i]!;
    colour[2 * c + 1]! += luma.blueness[i]!;
  }
  const per = (sums: Float64Array, each: number) =>
    Array.from(sums, (s, i) => Math.round((10_000 * s) / sizes[Math.floor(i / each)]!) / 10_000);
  return { places: [...places], edge: per(edge, ORIENTATIONS), line: per(line, ORIENTATIONS), colour: per(colour, 2) };
}

/** How far the cell in this place is from the middle of the region: 1 there, towards 0 at its rim. */
export function middleness(place: number): number {
  const x = ((place % ACROSS) + 0.5) / ACROSS - 0.5;
  const y = (Math.floor(place / ACROSS) + 0.5) / DOWN - 0.5;
  return Math.exp(-((x / 0.25) ** 2) - (y / 0.35) ** 2);
}

/** The longest row of neighbouring cells that fit, as a share of the grid's width. */
export function longestRow(places: readonly number[], fits: (i: number) => boolean): number {
  let longest = 0;
  let run = 0;
  for (const [i, place] of places.entries()) {
    const goesOn = place % ACROSS !== 0 && places[i - 1] === place - 1;
    run = fits(i) ? (goesOn ? run + 1 : 1) : 0;
    longest = Math.max(longest, run);
  }
  return longest / ACROSS;
}
