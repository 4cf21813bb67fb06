import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contextOf } from '../../../../gateway/domain/context.ts';
import { CELLS_VERSION, type Cells } from '../../../../gateway/vision/cells.ts';
import { readFrame } from '../../../../gateway/vision/frame.ts';
import { Looker } from '../../../../gateway/vision/look.ts';
import { calibrate, type VisionModel } from '../../../../gateway/vision/model.ts';
import { createLiveView } from '../../../../simulators/camera/picture.ts';
import { settings } from '../../domain/kit.ts';
import { lastOf, openBench } from './rig.ts';

const QUIET = 60_000;
const CORNERS = [0, 0.5].map((x): [number, number][] => [
  [x + 0.03, 0.15],
  [x + 0.47, 0.15],
  [x + 0.47, 0.98],
  [x + 0.03, 0.98],
]);
let folder = '';
let model = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'liftgate-pixels-'));
  model = join(folder, 'model.json');
  const rules = ['Bay 1', 'Bay 2'].map((rule) => ({ rule, occupied: false, object: 0 }));
  const shoot = createLiveView(rules);
  const looker = new Looker();
  const frames: { occupied: boolean; cells: Cells }[][] = [];
  for (let i = 0; i < 12; i += 1) {
    for (const [b, r] of rules.entries()) Object.assign(r, { occupied: ((i >> b) & 1) === 1, object: 100 + i });
    const { cells } = looker.look(await readFrame(await shoot(Date.now())), CORNERS);
    frames.push(rules.map((r, b) => ({ occupied: r.occupied, cells: cells[b]! })));
  }
  const regions = ['1', '2'].map((bay, b) =>
    calibrate(
      bay,
      CORNERS[b]!,
      frames.map((f) => f[b]!),
    ),
  );
  const whole: VisionModel = { kind: 'liftgate-vision', features: CELLS_VERSION, regions };
  writeFileSync(model, JSON.stringify(whole));
});
afterAll(() => rmSync(folder, { recursive: true }));

test(
  'pictures tell of each bay beside the rules; motion wakes a look, and a lost picture leaves the bay unknown',
  async () => {
    const bench = await openBench({ settings: { pixels: { model, every: 60 } } });
    void bench.run();
    await bench.until('both bays', (r) => lastOf(r, 'pixels/1') === false && lastOf(r, 'pixels/2') === false);
    bench.camera.setOccupied('Bay 2', true);
    await new Promise((r) => setTimeout(r, 1_500));
    bench.camera.tell('tns1:VideoSource/MotionAlarm', [['Source', '1']], [['State', 'true']]);
    await bench.until('the car', (r) => lastOf(r, 'pixels/2') === true);
    expect(lastOf(bench.readings, 'pixels/1')).toBe(false);
    bench.camera.setFault('snapshot-404');
    await new Promise((r) => setTimeout(r, 1_500));
    bench.camera.tell('tns1:VideoSource/MotionAlarm', [['Source', '1']], [['State', 'true']]);
    await bench.until('unknown', (r) => lastOf(r, 'pixels/2') === null);
    await bench.stop();
  },
  QUIET,
);

test('a model with a region that is no bay of the camera, or no model at all, is a wrong configuration', async () => {
  for (const [path, says] of [
    [model, /region "1", expected one of the bays of its rules/],
    [join(folder, 'none.json'), /expected a model of liftgate camera calibrate/],
  ] as const) {
    const bench = await openBench({
      settings: { pixels: { model: path, every: 5 }, rules: [{ rule: 'a', bay: '7' }] },
    });
    const error = await bench.run();
    expect(error).toMatchObject({ code: 'config' });
    expect(String(error)).toMatch(says);
    await bench.stop();
  }
});

test('the engine takes what pixels say for the bay that they name, and for no other', () => {
  const ctx = contextOf(settings());
  const device = { id: 'cam', kind: 'camera', rules: [{ rule: 'r', bay: '1' }], pixels: {} } as const;
  expect(ctx.bayOf(device, 'pixels/2')).toBe('2');
  expect(ctx.bayOf(device, 'pixels/9')).toBe(null);
  expect(ctx.bayOf({ ...device, pixels: undefined }, 'pixels/2')).toBe(null);
});
