import { LiftgateError } from '../../../protocols/error.ts';
import { type Reading, reading } from '../../../protocols/reading.ts';
import type { Millis } from '../../../protocols/time.ts';
import type { Sight } from '../../vision/eyes.ts';
import { loadModel } from '../../vision/file.ts';
import type { VisionModel } from '../../vision/model.ts';

/**
 * The classifiers of a camera's bays.
 * @param bays the bays that the camera watches; each region of the model must be one of them
 * @throws LiftgateError `config`
 */
export async function openModels(device: string, path: string, bays: readonly string[]): Promise<VisionModel> {
  const model = await loadModel(path);
  const { regions } = model;
  const stranger = regions.find((r) => !bays.includes(r.region));
  if (stranger)
    throw new LiftgateError(
      'config',
      `device ${device}: ${path} has a region "${stranger.region}", expected one of the bays of its rules ` +
        `(${bays.join(', ')}); write BAY=corners in the column region of the label file`,
      { about: `device ${device}` },
    );
  return model;
}

/** Tells what pixels say of each bay: a second opinion beside the camera's own rules, of the same group of evidence. */
export class PixelReport {
  private readonly device: string;
  private readonly said = new Map<string, boolean | null>();

  constructor(device: string) {
    this.device = device;
  }

  /** What changed; all of it the first time. `sight` null: there was no picture to look at. */
  take(sight: Sight | null, now: Millis): Reading[] {
    const seen = new Map((sight?.bays ?? []).map((b) => [b.bay, b.verdict.occupied]));
    // A bay whose model is gone, or whose picture, is unknown: what was said of it must not stand for ever.
    return [...new Set([...this.said.keys(), ...seen.keys()])].flatMap((bay) => {
      const occupied = seen.get(bay) ?? null;
      if (this.said.has(bay) && this.said.get(bay) === occupied) return [];
      this.said.set(bay, occupied);
      return [reading(this.device, 'camera.occupied', occupied, now, { part: `pixels/${bay}` })];
    });
  }
}
