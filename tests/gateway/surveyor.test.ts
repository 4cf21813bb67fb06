import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSurveyor } from '../../gateway/surveyor.ts';
import { readFrame } from '../../gateway/vision/frame.ts';
import { survey } from '../../gateway/vision/survey.ts';
import { createLiveView } from '../../simulators/camera/picture.ts';
import { OUTLINES } from '../tools/camera-site.ts';

let ending: AbortController;
beforeEach(() => {
  ending = new AbortController();
});
afterEach(() => ending.abort());

const outlines = [OUTLINES.B1!, OUTLINES.B2!];
const frame = async () => readFrame(await createLiveView([{ rule: 'B1', occupied: true, object: 1 }])(1_000_000));

test('a frame is measured in a thread of its own, the same as in this one, while this one goes on', async () => {
  const measure = createSurveyor(ending.signal);
  const seen = await frame();
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 1);
  const surveys = await Promise.all([measure(seen, outlines), measure(seen, [outlines[1]!])]);
  clearInterval(timer);
  expect(surveys).toEqual([survey(seen, outlines), survey(seen, [outlines[1]!])]);
  expect(turns).toBeGreaterThan(3);
}, 60_000);

test('what cannot be measured, and a stop in the middle, are told; the next frame is measured all the same', async () => {
  const measure = createSurveyor(ending.signal);
  const seen = await frame();
  await expect(measure({ ...seen, rgb: undefined as never }, outlines)).rejects.toThrow(
    /could not be measured.*take a new one/,
  );
  expect((await measure(seen, outlines)).dark).toBe(false);
  const cut = measure(seen, outlines);
  ending.abort();
  await expect(cut).rejects.toMatchObject({ code: 'internal' });
  await expect(measure(seen, outlines)).rejects.toThrow(/is ending/);
}, 60_000);
