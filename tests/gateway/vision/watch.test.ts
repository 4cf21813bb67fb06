import { describe, expect, test } from 'vitest';
import { Eyes } from '../../../gateway/vision/eyes.ts';
import { readFrame } from '../../../gateway/vision/frame.ts';
import { Looker } from '../../../gateway/vision/look.ts';
import type { RegionModel } from '../../../gateway/vision/model.ts';
import { type Background, backgroundFrom, backgroundOf } from '../../../gateway/vision/view.ts';
import { BRIGHT, createPhotographer } from '../../../simulators/camera/picture.ts';
import { type BayScene, drawLight, drawLook } from '../../../simulators/camera/scene.ts';
import { seeded } from '../../../simulators/fleet.ts';

const EMPTY: BayScene = { label: '', car: null, raised: 0, people: [], carts: [] };
const CAR: BayScene = { ...EMPTY, car: drawLook(seeded(3)) };
const SECOND = 1_000;
const NO_MODEL: RegionModel = {
  ...{ region: '1', polygon: [], empty: [], leaveOneOut: { frames: 0, accuracy: null, unknown: 1 } },
  logistic: { mean: [], scale: [], weights: [], bias: 0 },
};
const still = { bays: [EMPTY, CAR], light: BRIGHT, noise: 3 };

describe('a look at the pictures of one camera', () => {
  test('the same picture again and again is frozen within a minute; a clock in it changes nothing', async () => {
    const photographer = createPhotographer(1, 2);
    const eyes = new Eyes();
    const seen: boolean[] = [];
    for (let at = 0; at <= 60; at += 10) {
      // Without noise of its own: what a hung encoder sends, with the time still burnt in.
      const picture = await photographer.shoot({ ...still, noise: 0, clock: at * SECOND });
      seen.push((await eyes.look(picture, [], at * SECOND)).frozen);
    }
    expect(seen[0]).toBe(false);
    expect(seen.at(-2)).toBe(true);
    expect((await eyes.look(await photographer.shoot(still), [], 70 * SECOND)).frozen).toBe(false);
  });

  test('a quiet night is not frozen: the sensor has noise', async () => {
    const photographer = createPhotographer(1, 2);
    const eyes = new Eyes();
    const light = { ...BRIGHT, level: 0.5, infrared: true };
    for (let at = 0; at <= 120; at += 10)
      expect((await eyes.look(await photographer.shoot({ ...still, light }), [], at * SECOND)).frozen).toBe(false);
  });

  test('a camera that was pushed is noticed within a minute, and a car that drives in is no push', async () => {
    const photographer = createPhotographer(2, 2);
    const eyes = new Eyes();
    for (let at = 0; at < 60; at += 10) {
      const bays = at % 20 === 0 ? [EMPTY, CAR] : [CAR, EMPTY];
      expect((await eyes.look(await photographer.shoot({ ...still, bays }), [], at * SECOND)).shifted).toBe(false);
    }
    const after: boolean[] = [];
    for (let at = 60; at <= 120; at += 10) {
      const picture = await photographer.shoot({ ...still, pushed: { x: 44, y: 0 } });
      after.push((await eyes.look(picture, [], at * SECOND)).shifted);
    }
    expect(after[0]).toBe(false);
    expect(after.slice(0, 6)).toContain(true);
  });

  test('a camera that was pushed while nobody looked is noticed against its calibration, whatever the light now', async () => {
    const photographer = createPhotographer(3, 2);
    const regions = [0.03, 0.53].map(
      (x) =>
        [
          [x, 0.15],
          [x + 0.44, 0.15],
          [x + 0.44, 0.98],
          [x, 0.98],
        ] as const,
    );
    const draw = seeded(8);
    const views: Background[] = [];
    const read = async (picture: Buffer) => backgroundOf(new Looker().look(await readFrame(picture), []).luma, []);
    for (let i = 0; i < 8; i += 1)
      views.push(await read(await photographer.shoot({ ...still, light: { ...drawLight(draw), infrared: false } })));
    const background = backgroundFrom(views);
    const models = regions.map((polygon) => ({
      ...NO_MODEL,
      polygon: polygon.map(([x, y]) => [x, y] as [number, number]),
    }));
    for (const pushed of [
      { x: 0, y: 0 },
      { x: 44, y: 8 },
    ]) {
      const eyes = new Eyes();
      let shifted = false;
      // The time that is burnt in moves on, and is nothing of the view.
      for (let at = 0; at <= 50; at += 10) {
        const picture = await photographer.shoot({
          ...still,
          pushed,
          light: { ...BRIGHT, level: 0.7 },
          clock: at * SECOND,
        });
        shifted = (await eyes.look(picture, models, at * SECOND, background)).shifted;
      }
      expect(shifted).toBe(pushed.x > 0);
    }
  });

  test('lights off is too dark, not a shift, and nothing is said of the bays', async () => {
    const photographer = createPhotographer(2, 2);
    const eyes = new Eyes();
    await eyes.look(await photographer.shoot(still), [], 0);
    const light = { ...BRIGHT, level: 0.06, lamps: false };
    for (let at = 10; at <= 90; at += 10) {
      const sight = await eyes.look(await photographer.shoot({ ...still, light }), [], at * SECOND);
      expect(sight).toMatchObject({ tooDark: true, shifted: false });
    }
  });

  test('what is no picture is refused', async () => {
    await expect(new Eyes().look(Buffer.from('<html>'), [], 0)).rejects.toThrow();
  });
});
