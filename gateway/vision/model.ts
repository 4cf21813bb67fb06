import { z } from 'zod';
import { LiftgateError } from '../../protocols/error.ts';
import { CELLS_VERSION, Cells } from './cells.ts';
import { FEATURES, featuresOf } from './features.ts';
import { type Logistic, predict, trainLogistic } from './logistic.ts';
import { Corners } from './row.ts';
import { Background } from './view.ts';

/** So many labelled frames are enough, and more are not kept. */
export const MOST_FRAMES = 20;
export const FEWEST_OF_A_LABEL = 2;
/** Between these probabilities the answer is "not known". */
export const EMPTY_BELOW = 0.2;
export const OCCUPIED_ABOVE = 0.8;

const Numbers = z.array(z.number()).max(200);

/** The classifier of one region. It holds measures and labels, never pictures. */
export const RegionModel = z.strictObject({
  region: z.string().max(512),
  polygon: Corners,
  logistic: z.strictObject({ mean: Numbers, scale: Numbers, weights: Numbers, bias: z.number() }),
  /** What the empty bay looks like, in each kind of light that was shown. */
  empty: z.array(Cells).max(MOST_FRAMES),
  /** Each frame judged by a model made of all the others, or, where `moments` is given, of those of other moments. */
  leaveOneOut: z.strictObject({
    frames: z.int(),
    accuracy: z.number().nullable(),
    unknown: z.number(),
    moments: z.int().optional(),
  }),
});
export type RegionModel = z.infer<typeof RegionModel>;

export const VisionModel = z.strictObject({
  kind: z.literal('liftgate-vision'),
  features: z.literal(CELLS_VERSION, `a model of the feature version ${CELLS_VERSION}; calibrate anew`),
  regions: z.array(RegionModel).min(1).max(64),
  /** What the camera saw around the bays when it was calibrated. */
  background: Background.optional(),
});
export type VisionModel = z.infer<typeof VisionModel>;

export interface Sample {
  readonly occupied: boolean;
  readonly cells: Cells;
  /** Samples of one number are nearly the same picture; left out: of no other is that known. */
  readonly moment?: number;
}

export interface Verdict {
  /** Null: not known. */
  readonly occupied: boolean | null;
  /** Of "occupied", 0 to 1. */
  readonly probability: number;
}

/**
 * Makes the classifier of one region from at most 20 labelled frames; of more, 20 spread evenly over both labels.
 * @throws LiftgateError `invalid` when a label has fewer than 2 frames.
 */
export function calibrate(region: string, polygon: RegionModel['polygon'], all: readonly Sample[]): RegionModel {
  const samples = spread(all);
  for (const label of [true, false]) {
    const count = samples.filter((s) => s.occupied === label).length;
    if (count < FEWEST_OF_A_LABEL)
      throw new LiftgateError(
        'invalid',
        `region ${region === '' ? '(whole picture)' : region}: expected at least ${FEWEST_OF_A_LABEL} frames labelled ` +
          `${label ? 'occupied' : 'empty'}, got ${count}; label more`,
      );
  }
  const { moments, others: strangersOf } = strangers(samples);
  const made = new Map<readonly Sample[], Logistic>();
  const judged = samples.map((s) => {
    const others = strangersOf(s);
    const logistic = made.get(others) ?? train(others);
    made.set(others, logistic);
    return { truth: s.occupied, verdict: judge(predict(logistic, featuresOf(s.cells, emptyOf(others)))) };
  });
  const known = judged.filter((j) => j.verdict.occupied !== null);
  const right = known.filter((j) => j.verdict.occupied === j.truth).length;
  return {
    region,
    polygon,
    logistic: train(samples) as RegionModel['logistic'],
    empty: structuredClone(emptyOf(samples)),
    leaveOneOut: {
      frames: judged.length,
      accuracy: known.length === 0 ? null : right / known.length,
      unknown: 1 - known.length / judged.length,
      ...(moments !== null && { moments }),
    },
  };
}

/**
 * Which samples may judge a sample: those of other moments, since a frame is known all too easily by its neighbours. Where
 * these would be too few of a label for one of the moments, or no moments are known, all the others.
 */
function strangers(samples: readonly Sample[]): {
  moments: number | null;
  others: (s: Sample) => readonly Sample[];
} {
  const numbers = new Set(samples.map((s) => s.moment));
  const folds = new Map([...numbers].map((m) => [m, samples.filter((s) => s.moment !== m)]));
  const teaches = (fold: readonly Sample[]) =>
    [true, false].every((label) => fold.filter((s) => s.occupied === label).length >= FEWEST_OF_A_LABEL);
  if (!numbers.has(undefined) && [...folds.values()].every(teaches))
    return { moments: numbers.size, others: (s) => folds.get(s.moment)! };
  return { moments: null, others: (s) => samples.filter((other) => other !== s) };
}

/** An empty frame is not its own reference, neither in training nor when it is judged: at work it never meets itself. */
function train(samples: readonly Sample[]): Logistic {
  const features = samples.map((s) => {
    const others = emptyOf(samples.filter((other) => other !== s));
    return featuresOf(s.cells, others.length > 0 ? others : [s.cells]);
  });
  return trainLogistic(
    features,
    samples.map((s) => s.occupied),
  );
}

function emptyOf(samples: readonly Sample[]): Cells[] {
  return samples.filter((s) => !s.occupied).map((s) => s.cells);
}

/** Is the region occupied? */
export function classify(model: RegionModel, cells: Cells): Verdict {
  return judge(predict(model.logistic, featuresOf(cells, model.empty)));
}

/** What a probability of "occupied" says: between 0.2 and 0.8 nothing. */
export function judge(probability: number): Verdict {
  const occupied = probability >= OCCUPIED_ABOVE ? true : probability <= EMPTY_BELOW ? false : null;
  return { occupied, probability };
}

function spread(all: readonly Sample[]): readonly Sample[] {
  if (all.length <= MOST_FRAMES) return all;
  const empty = all.filter((s) => !s.occupied);
  const occupied = all.filter((s) => s.occupied);
  const half = MOST_FRAMES / 2;
  const ofEmpty = Math.max(Math.min(empty.length, half), MOST_FRAMES - occupied.length);
  return [...every(empty, ofEmpty), ...every(occupied, MOST_FRAMES - ofEmpty)];
}

function every<T>(list: readonly T[], count: number): T[] {
  return Array.from({ length: Math.min(count, list.length) }, (_, i) => list[Math.floor((i * list.length) / count)]!);
}

/** Reads a model file. @throws LiftgateError `config` naming what is wrong with it. */
export function readModel(text: string, name: string): VisionModel {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    throw new LiftgateError('config', `${name}: expected a model as JSON, got something else; calibrate anew`);
  }
  const parsed = VisionModel.safeParse(raw);
  const wrong = parsed.success
    ? parsed.data.regions.find((r) => r.logistic.weights.length !== FEATURES.length) && 'another number of features'
    : parsed.error.issues[0]!.message;
  if (wrong) throw new LiftgateError('config', `${name}: expected a model of liftgate camera calibrate, got ${wrong}`);
  return parsed.data!;
}
