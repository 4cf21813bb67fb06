import type { Millis } from '../../protocols/time.ts';
import { calibrate, type RegionModel, type Sample } from './model.ts';
import type { Polygon } from './region.ts';
import type { FeatureRow } from './row.ts';

export interface LabelledRow {
  readonly row: FeatureRow;
  readonly occupied: boolean;
  /** When the frame was labelled; left out where that is not known. */
  readonly at?: Millis;
}

/** Labels that are nearer to each other than this show the same car in the same light. */
const APART_MS = 600_000;

/**
 * Makes the model of one bay from labelled rows; of more than 20, 20 spread evenly over both labels. Rows of another polygon
 * are left out. The model is plain JSON (`RegionModel` reads it back) and tells how good it is: in `leaveOneOut` each frame
 * was judged by a model made of the frames of other moments, `moments` of which there are, or of all the others where the
 * labels are of too few moments for that: `accuracy` (0 to 1, of the frames with an answer; null when none had
 * one) and `unknown` (share of the frames without).
 * @throws LiftgateError `invalid` when a label has fewer than 2 rows of this polygon
 */
export function trainBay(bay: string, polygon: Polygon, rows: readonly LabelledRow[]): RegionModel {
  const drawn = JSON.stringify(polygon);
  const own = rows.filter(({ row }) => JSON.stringify(row.polygon) === drawn);
  const moments = momentsOf(own.flatMap((r) => r.at ?? []));
  const samples = own.map(
    ({ row, occupied, at }): Sample => ({
      occupied,
      cells: row.cells,
      ...(at !== undefined && { moment: moments.get(at)! }),
    }),
  );
  return calibrate(
    bay,
    polygon.map(([x, y]) => [x, y]),
    samples,
  );
}

/** Numbers the moments that these times are of. */
function momentsOf(times: readonly Millis[]): Map<Millis, number> {
  const sorted = times.toSorted((a, b) => a - b);
  let moment = 0;
  return new Map(
    sorted.map((at, i) => {
      if (i > 0 && at - sorted[i - 1]! > APART_MS) moment += 1;
      return [at, moment];
    }),
  );
}
