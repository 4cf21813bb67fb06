import { calibrate, type RegionModel, type Sample } from './model.ts';
import type { Polygon } from './region.ts';
import type { FeatureRow } from './row.ts';

export interface LabelledRow {
  readonly row: FeatureRow;
  readonly occupied: boolean;
}

/**
 * Makes the model of one bay from labelled rows; of more than 20, 20 spread evenly over both labels. Rows of another polygon
 * are left out. The model is plain JSON (`RegionModel` reads it back) and tells how good it is: in `leaveOneOut` each frame
 * was judged by a model made of all the others: `accuracy` (0 to 1, of the frames with an answer; null when none had
 * one) and `unknown` (share of the frames without).
 * @throws LiftgateError `invalid` when a label has fewer than 2 rows of this polygon
 */
export function trainBay(bay: string, polygon: Polygon, rows: readonly LabelledRow[]): RegionModel {
  const drawn = JSON.stringify(polygon);
  const samples = rows
    .filter(({ row }) => JSON.stringify(row.polygon) === drawn)
    .map(({ row, occupied }): Sample => ({ occupied, cells: row.cells }));
  return calibrate(
    bay,
    polygon.map(([x, y]) => [x, y]),
    samples,
  );
}
