import type { Confidence } from '../protocols/api/camera.ts';
import type { Surveyor } from './surveyor.ts';
import { classify, type RegionModel, type Verdict } from './vision/model.ts';
import type { CameraViewer } from './vision/viewer.ts';

/**
 * What the classifiers of a bay say of one picture that was shown: the one in use, and the one that was trained last.
 * @throws LiftgateError `not-found` when the picture is no longer kept
 */
export async function confidenceOf(
  viewer: CameraViewer,
  bay: string,
  frame: string,
  trained: RegionModel | null,
  survey: Surveyor,
): Promise<Confidence> {
  const inUse = viewer.models.find((m) => m.region === bay) ?? null;
  const models = [inUse, trained].filter((m) => m !== null);
  const { dark, cells } = await survey(
    viewer.frame(frame),
    models.map((m) => m.polygon),
  );
  const say = (model: RegionModel | null): Verdict | null => {
    if (!model) return null;
    // Too dark to be told, as at work.
    return dark ? { occupied: null, probability: 0.5 } : classify(model, cells[models.indexOf(model)]!);
  };
  return { frame, inUse: say(inUse), trained: say(trained) };
}
