import { type Cells, cellsOf, type Grid, gridOf } from './cells.ts';
import type { Frame } from './frame.ts';
import { type Luma, lumaOf } from './luma.ts';
import type { Polygon } from './region.ts';

/** Measures regions of frames; remembers which pixel lies in which cell. */
export class Looker {
  private readonly grids = new Map<string, Grid>();

  /** All the regions of one frame. */
  look(frame: Frame, regions: readonly Polygon[]): { luma: Luma; cells: Cells[] } {
    const luma = lumaOf(frame);
    return { luma, cells: regions.map((r) => cellsOf(luma, this.grid(r, frame.width, frame.height))) };
  }

  private grid(polygon: Polygon, width: number, height: number): Grid {
    const key = JSON.stringify([width, height, polygon]);
    const known = this.grids.get(key);
    if (known) return known;
    const grid = gridOf(polygon, width, height);
    this.grids.set(key, grid);
    return grid;
  }
}

/** Below this mean brightness (0 to 255) nothing is said of a picture. */
const DARK = 14;

export function isTooDark(luma: Luma): boolean {
  return luma.mean < DARK;
}
