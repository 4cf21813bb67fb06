import { z } from 'zod';
import type { ModelCard } from '../protocols/api/camera.ts';
import { Millis } from '../protocols/time.ts';
import { CELLS_VERSION } from './vision/cells.ts';
import { MOST_FRAMES, RegionModel } from './vision/model.ts';
import { Corners, FeatureRow } from './vision/row.ts';
import { Background } from './vision/view.ts';

const Label = z.strictObject({
  label: z.int(),
  at: Millis,
  /** Which picture it was: a second click on the same one corrects the first. */
  frame: z.string(),
  occupied: z.boolean(),
  row: FeatureRow,
});

/** What is kept of one bay of a camera: outline, measures with their labels, models. Numbers alone, no pictures. */
const Calibration = z.strictObject({
  features: z.literal(CELLS_VERSION),
  outline: Corners.nullable(),
  labels: z.array(Label).max(MOST_FRAMES),
  /** What the camera saw while these labels were given. */
  view: Background.optional(),
  /** The number of the next label. */
  next: z.int(),
  use: z.strictObject({ model: RegionModel, at: Millis, view: Background.optional() }).nullable(),
  /** What ruled before; its model is null where that was the configuration's. Null: nothing has changed yet. */
  former: z.strictObject({ model: RegionModel.nullable(), at: Millis, view: Background.optional() }).nullable(),
});
export type Calibration = z.infer<typeof Calibration>;

const NOTHING: Calibration = {
  features: CELLS_VERSION,
  outline: null,
  labels: [],
  next: 1,
  use: null,
  former: null,
};

/**
 * Reads what was kept; of measures that another version made, which cannot be compared with ours, only the outline stays,
 * and `isWhole` is false.
 */
export function readCalibration(body: string | null): { kept: Calibration; isWhole: boolean } {
  if (body === null) return { kept: NOTHING, isWhole: true };
  const raw: unknown = JSON.parse(body);
  const whole = Calibration.safeParse(raw);
  if (whole.success) return { kept: whole.data, isWhole: true };
  const drawn = z.object({ outline: Corners }).safeParse(raw);
  return { kept: drawn.success ? { ...NOTHING, outline: drawn.data.outline } : NOTHING, isWhole: false };
}

/** Fewer judged frames than this, or fewer of one kind, tell nothing about how often it will be right. */
const FEWEST_JUDGED = 8;
const FEWEST_OF_A_KIND = 3;
/** Frames of one moment err together. */
const FEWEST_MOMENTS = 4;
/** 95 % */
const Z = 1.96;

/** How good a model is, in counts. */
export function cardOf({ empty: { length: empty }, leaveOneOut }: RegionModel, at: Millis | null): ModelCard {
  const occupied = leaveOneOut.frames - empty;
  const unknown = Math.round(leaveOneOut.frames * leaveOneOut.unknown);
  const known = leaveOneOut.frames - unknown;
  const right = Math.round(known * (leaveOneOut.accuracy ?? 0));
  const { moments = null } = leaveOneOut;
  const tells =
    known >= FEWEST_JUDGED &&
    Math.min(empty, occupied) >= FEWEST_OF_A_KIND &&
    (moments === null || moments >= FEWEST_MOMENTS);
  const interval = tells ? wilson(right, known) : null;
  return { at, empty, occupied, right, wrong: known - right, unknown, moments, interval };
}

/** Wilson's score interval of a share (E. B. Wilson, 1927): honest for few trials and near 100 %. */
function wilson(hits: number, trials: number): [number, number] {
  const p = hits / trials;
  const middle = p + Z ** 2 / (2 * trials);
  const half = Z * Math.sqrt((p * (1 - p)) / trials + Z ** 2 / (4 * trials ** 2));
  const scale = 1 + Z ** 2 / trials;
  return [Math.max(0, (middle - half) / scale), Math.min(1, (middle + half) / scale)];
}
