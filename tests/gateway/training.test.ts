import { beforeAll, expect, test } from 'vitest';
import { train } from '../../gateway/training.ts';
import { rowOf } from '../../gateway/vision/row.ts';
import { survey } from '../../gateway/vision/survey.ts';
import { type LabelledRow, trainBay } from '../../gateway/vision/train.ts';
import { CameraViewer } from '../../gateway/vision/viewer.ts';
import { createLiveView } from '../../simulators/camera/picture.ts';
import { OUTLINES } from '../tools/camera-site.ts';

const outline = OUTLINES.B1!;
const rows: LabelledRow[] = [];

beforeAll(async () => {
  const rules = ['B1', 'B2'].map((rule) => ({ rule, occupied: false, object: 0 }));
  const shoot = createLiveView(rules);
  let now = 1_000_000;
  const viewer = new CameraViewer('cam-1', ['B1', 'B2'], () => now);
  viewer.connect(() => shoot(now));
  for (let i = 0; i < 10; i += 1) {
    const occupied = i % 2 === 1;
    Object.assign(rules[0]!, { occupied, object: i });
    now += 60_000;
    const { cells } = survey(viewer.frame((await viewer.shoot()).id), [outline]);
    rows.push({ occupied, row: rowOf(outline, cells[0]!) });
  }
}, 60_000);

test('a classifier is made in a thread of its own, the same as in this one, while this one goes on', async () => {
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 1);
  const made = await train({ bay: 'B1', outline, rows }, new AbortController().signal);
  clearInterval(timer);
  expect(made).toEqual(trainBay('B1', outline, rows));
  expect(turns).toBeGreaterThan(3);
}, 60_000);

test('labels that teach nothing, and a stop in the middle, are told as what they are', async () => {
  const never = new AbortController().signal;
  const few = { bay: 'B1', outline, rows: rows.slice(0, 1) };
  await expect(train(few, never)).rejects.toMatchObject({ code: 'internal' });
  const stop = new AbortController();
  const training = train({ bay: 'B1', outline, rows }, stop.signal);
  stop.abort();
  await expect(training).rejects.toThrow(/it was stopped/);
}, 60_000);
