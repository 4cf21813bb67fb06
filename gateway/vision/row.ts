import { z } from 'zod';
import { CELLS_VERSION, Cells } from './cells.ts';
import type { Polygon } from './region.ts';

export const Corners = z
  .array(z.tuple([z.number().min(0).max(1), z.number().min(0).max(1)]))
  .min(3)
  .max(64);

/**
 * What was measured of a region in one frame: all that is ever kept of a labelled picture but its part in the mean of the view
 * (`blended` of view.ts). At most 1,920 coarse numbers,
 * of which no picture can be made again. Plain JSON; read it back with `FeatureRow.safeParse`: a row of another version of the features
 * fails there and is of no use any more.
 */
export const FeatureRow = z.strictObject({
  features: z.literal(CELLS_VERSION),
  /** Rows of another polygon cannot be compared. */
  polygon: Corners,
  cells: Cells,
});
export type FeatureRow = z.infer<typeof FeatureRow>;

export function rowOf(polygon: Polygon, cells: Cells): FeatureRow {
  return { features: CELLS_VERSION, polygon: polygon.map(([x, y]) => [x, y]), cells };
}
