import type { Cells } from '../../gateway/vision/cells.ts';
import { readFrame } from '../../gateway/vision/frame.ts';
import { isTooDark, Looker } from '../../gateway/vision/look.ts';
import { calibrate, classify, type RegionModel, type Sample } from '../../gateway/vision/model.ts';
import type { Polygon } from '../../gateway/vision/region.ts';
import { createPhotographer, type Photographer } from '../../simulators/camera/picture.ts';
import {
  type BayScene,
  drawCarts,
  drawLight,
  drawLook,
  drawPeople,
  type Light,
} from '../../simulators/camera/scene.ts';
import { type Draw, seeded } from '../../simulators/fleet.ts';

/** Cameras watch two bays each; regions as a person would draw them. */
const BAYS = 2;
const REGIONS: readonly Polygon[] = [0, 1].map((i) => [
  [i / 2 + 0.06, 0.16],
  [i / 2 + 0.44, 0.16],
  [i / 2 + 0.48, 0.98],
  [i / 2 + 0.02, 0.98],
]);

const looker = new Looker();

export interface Station {
  readonly photographer: Photographer;
  readonly models: readonly RegionModel[];
}

export function bayOf(draw: Draw, occupied: boolean): BayScene {
  return {
    label: '',
    car: occupied ? drawLook(draw) : null,
    raised: draw() < 0.35 ? draw() : 0,
    people: draw() < 0.5 ? drawPeople(draw, 2) : [],
    carts: draw() < 0.5 ? drawCarts(draw, 2) : [],
  };
}

export async function measure(photographer: Photographer, bays: readonly BayScene[], light: Light, draw: Draw) {
  const noise = light.infrared ? 6 + 4 * draw() : 2 + 2 * draw();
  const { luma, cells } = looker.look(await readFrame(await photographer.shoot({ bays, light, noise })), REGIONS);
  return { dark: isTooDark(luma), cells };
}

/** The probability of "occupied" of each bay; null in the dark. */
export function judge(station: Station, seen: { dark: boolean; cells: readonly Cells[] }): (number | null)[] {
  return seen.cells.map((c, i) => (seen.dark ? null : classify(station.models[i]!, c).probability));
}

/**
 * A camera in its place, calibrated by a person with 20 frames of each bay: ten empty (lamps on and off, door open and
 * shut, people, carts, the lift up), ten with a car.
 */
export async function calibrated(seed: number): Promise<Station> {
  const draw = seeded(seed);
  const photographer = createPhotographer(seed, BAYS);
  const samples: Sample[][] = REGIONS.map(() => []);
  for (let i = 0; i < 20; i += 1) {
    const occupied = [i % 2 === 0, Math.floor(i / 2) % 2 === 0];
    // Both labels of a bay meet the same kinds of light.
    const light = { ...drawLight(draw), lamps: i % 8 < 6, infrared: i >= 16, door: i % 4 < 2 || i >= 16 ? 0 : draw() };
    const seen = await measure(
      photographer,
      occupied.map((o) => bayOf(draw, o)),
      light,
      draw,
    );
    for (const [b, cells] of seen.cells.entries()) samples[b]!.push({ occupied: occupied[b]!, cells });
  }
  const models = samples.map((s, b) =>
    calibrate(
      `bay ${b + 1}`,
      REGIONS[b]!.map(([x, y]) => [x, y]),
      s,
    ),
  );
  return { photographer, models };
}
