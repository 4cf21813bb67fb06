import type { Confidence } from '../protocols/api/camera.ts';
import { isLiftgateError } from '../protocols/error.ts';
import type { Cells } from './vision/cells.ts';
import { classify, type RegionModel, type Verdict } from './vision/model.ts';
import type { CameraViewer } from './vision/viewer.ts';

/**
 * What the classifiers of a bay say of one picture that was shown: the one in use, and the one that was trained last.
 * @throws LiftgateError `not-found` when the picture is no longer kept
 */
export function confidenceOf(
  viewer: CameraViewer,
  bay: string,
  frame: string,
  trained: RegionModel | null,
): Confidence {
  const inUse = viewer.models.find((m) => m.region === bay) ?? null;
  const measure = onceEach((corners) => measured(viewer, frame, corners));
  return { frame, inUse: say(inUse, measure), trained: say(trained, measure) };
}

type Measure = (corners: RegionModel['polygon']) => Cells | null;

function say(model: RegionModel | null, measure: Measure): Verdict | null {
  if (!model) return null;
  const cells = measure(model.polygon);
  return cells ? classify(model, cells) : { occupied: null, probability: 0.5 };
}

/** Null: too dark to be told, as at work. */
function measured(viewer: CameraViewer, frame: string, corners: RegionModel['polygon']): Cells | null {
  try {
    return viewer.measure(frame, corners).cells;
  } catch (e) {
    if (isLiftgateError(e) && e.code === 'invalid') return null;
    throw e;
  }
}

/** Two models mostly share an outline: it is measured once. */
function onceEach(measure: Measure): Measure {
  const known = new Map<string, Cells | null>();
  return (corners) => {
    const key = JSON.stringify(corners);
    if (!known.has(key)) known.set(key, measure(corners));
    return known.get(key)!;
  };
}
