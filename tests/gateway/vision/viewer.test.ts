import { describe, expect, test } from 'vitest';
import { Eyes } from '../../../gateway/vision/eyes.ts';
import { RegionModel } from '../../../gateway/vision/model.ts';
import type { Polygon } from '../../../gateway/vision/region.ts';
import { FeatureRow, rowOf } from '../../../gateway/vision/row.ts';
import { survey } from '../../../gateway/vision/survey.ts';
import { type LabelledRow, trainBay } from '../../../gateway/vision/train.ts';
import { CameraViewer } from '../../../gateway/vision/viewer.ts';
import { BRIGHT, createPhotographer } from '../../../simulators/camera/picture.ts';
import { type BayScene, drawLook } from '../../../simulators/camera/scene.ts';
import { seeded } from '../../../simulators/fleet.ts';

const EMPTY: BayScene = { label: '', car: null, raised: 0, people: [], carts: [] };
const REGION: Polygon = [
  [0.1, 0.15],
  [0.9, 0.15],
  [0.95, 0.98],
  [0.05, 0.98],
];

function rig() {
  const photographer = createPhotographer(5, 1);
  const draw = seeded(9);
  let now = 1_000_000;
  let occupied = false;
  let asked = 0;
  const viewer = new CameraViewer('cam-1', ['1', '2'], () => now);
  viewer.connect(async () => {
    asked += 1;
    return photographer.shoot({ bays: [{ ...EMPTY, car: occupied ? drawLook(draw) : null }], light: BRIGHT, noise: 3 });
  });
  return {
    viewer,
    photographer,
    asked: () => asked,
    wait: (ms: number) => {
      now += ms;
    },
    bay: (car: boolean) => {
      occupied = car;
    },
  };
}

describe('a camera’s pictures for the site page', () => {
  test('a person labels the frames that they saw; the model of them tells how good it is and is used at once', async () => {
    const { viewer, photographer, wait, bay } = rig();
    const rows: LabelledRow[] = [];
    for (let i = 0; i < 8; i += 1) {
      bay(i % 2 === 1);
      const shot = await viewer.shoot();
      expect(shot.jpeg.subarray(0, 3).toString('hex')).toBe('ffd8ff');
      // The car may have left before the click.
      bay(i % 2 === 0);
      const { cells } = survey(viewer.frame(shot.id), [REGION]);
      const row = FeatureRow.parse(JSON.parse(JSON.stringify(rowOf(REGION, cells[0]!))));
      rows.push({ row, occupied: i % 2 === 1 });
      wait(2_000);
    }
    const model = RegionModel.parse(JSON.parse(JSON.stringify(trainBay('1', REGION, rows))));
    expect(model.leaveOneOut).toMatchObject({ frames: 8, accuracy: 1 });
    const eyes = new Eyes();
    const picture = (car: boolean) =>
      photographer.shoot({ bays: [{ ...EMPTY, car: car ? drawLook(seeded(77)) : null }], light: BRIGHT, noise: 3 });
    expect((await eyes.look(await picture(true), viewer.models, 0)).bays).toEqual([]);
    viewer.use([model]);
    for (const car of [true, false]) {
      viewer.saw(await eyes.look(await picture(car), viewer.models, 1_000));
      expect(viewer.opinions).toMatchObject([{ bay: '1', occupied: car }]);
    }
    expect(trainBay.bind(null, '1', [...REGION].reverse(), rows)).toThrow(/at least 2 frames/);
  });

  test('screens that look at the same time cost one picture, and a shot is kept for a while only', async () => {
    const { viewer, asked, wait } = rig();
    const [a, b] = await Promise.all([viewer.shoot(), viewer.shoot()]);
    expect([a.id, asked()]).toEqual([b.id, 1]);
    wait(2_000);
    for (let i = 0; i < 4; i += 1) {
      await viewer.shoot();
      wait(2_000);
    }
    expect(asked()).toBe(5);
    expect(() => viewer.frame(a.id)).toThrow(/take a new one/);
    const last = await viewer.shoot();
    wait(700_000);
    expect(() => viewer.frame(last.id)).toThrow(/take a new one/);
  });

  test('a camera that is not connected, and a model for a bay that it does not watch, are said so', async () => {
    const { viewer } = rig();
    viewer.connect(null);
    await expect(viewer.shoot()).rejects.toMatchObject({ code: 'unreachable' });
    expect(() => viewer.use([{ region: '9' } as RegionModel])).toThrow(/its bays \(1, 2\), got one of "9"/);
  });
});
