import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { GatewayConfig } from '../../config/schema.ts';
import { Desk } from '../../gateway/desk.ts';
import type { Store } from '../../gateway/store/store.ts';
import { Eyes } from '../../gateway/vision/eyes.ts';
import { type RegionModel, readModel } from '../../gateway/vision/model.ts';
import { survey } from '../../gateway/vision/survey.ts';
import { trainBay } from '../../gateway/vision/train.ts';
import { CameraViewer } from '../../gateway/vision/viewer.ts';
import { SiteBay, SiteCameras } from '../../protocols/api/camera.ts';
import { LiftgateError } from '../../protocols/error.ts';
import { createLiveView } from '../../simulators/camera/picture.ts';
import { OUTLINES } from '../tools/camera-site.ts';
import { NOON, openTally, type Sum, type Tally, tempFolder } from './store/fixture.ts';

const [B1, B2] = [OUTLINES.B1!, OUTLINES.B2!];
const RULES = [
  { rule: 'B1', bay: 'B1' },
  { rule: 'B2', bay: 'B2' },
];

let store: Store<Sum, Tally>;
let remove: () => void;
let ending: AbortController;
let now: number;
let cars: { rule: string; occupied: boolean; object: number }[];
let shoot: ReturnType<typeof createLiveView>;
let viewer: CameraViewer;
let desk: Desk;
let troubles: string[];

beforeEach(() => {
  const temp = tempFolder();
  remove = temp.remove;
  store = openTally(temp.folder);
  now = NOON;
  cars = RULES.map(({ rule }) => ({ rule, occupied: false, object: 0 }));
  shoot = createLiveView(cars);
  troubles = [];
  open();
});
afterEach(() => {
  ending.abort();
  store.close();
  remove();
});

/** As after a start of the gateway: all but the store is new. */
function open(file: readonly RegionModel[] = []): void {
  ending?.abort();
  ending = new AbortController();
  const pixels = file.length > 0 ? { model: 'cam-1.json', every: 5 } : { every: 5 };
  const camera = { kind: 'camera', id: 'cam-1', url: 'http://c', user: 'u', password: 'p', rules: RULES } as const;
  const devices = [
    { ...camera, pixels },
    { ...camera, id: 'cam-2', name: 'Gate' },
  ] as unknown as GatewayConfig['devices'];
  const online = { state: 'online', since: NOON, reason: null, detail: null } as const;
  const more = { life: 1, readings: 0, ageMs: 0, last: [] };
  desk = new Desk({
    config: { bays: [{ id: 'B1', name: 'Bay one', sort: 'lift' }], devices },
    calibrations: store.calibrations,
    devices: () => devices.map((d) => ({ device: d.id, ...online, ...more })),
    clock: () => now,
    survey: async (frame, outlines) => survey(frame, outlines),
    onTrouble: (what) => troubles.push(what),
    signal: ending.signal,
  });
  viewer = new CameraViewer('cam-1', ['B1', 'B2'], () => now);
  viewer.load(file);
  viewer.connect(() => shoot(now));
  desk.add(viewer);
}

const bayNow = (bay = 'B1') => SiteCameras.parse(desk.list()).items[0]!.bays.find((b) => b.bay === bay)!;

/** Shows a picture with or without a car and labels it with the truth. */
async function label(occupied: boolean, bay = 'B1'): Promise<SiteBay> {
  now += 60_000;
  const rule = cars.find((c) => c.rule === bay)!;
  Object.assign(rule, { occupied, object: rule.object + 1 });
  const { frame } = await desk.picture('cam-1');
  return SiteBay.parse(await desk.label('cam-1', bay, { frame, occupied, revision: bayNow(bay).revision }));
}
async function teach(each = 4, bay = 'B1'): Promise<SiteBay> {
  for (let i = 0; i < each; i += 1) for (const occupied of [false, true]) await label(occupied, bay);
  await vi.waitFor(() => expect(bayNow(bay).trained).not.toBe(null), { timeout: 20_000, interval: 20 });
  return bayNow(bay);
}
const draw = (bay = 'B1', outline = B1) => desk.draw('cam-1', bay, { outline, revision: bayNow(bay).revision });
const refused = (code: string, about: string | null = null) =>
  expect.objectContaining({ code, ...(about ? { about } : {}) }) as LiftgateError;
function thrown(call: () => unknown): unknown {
  try {
    return call();
  } catch (e) {
    return e;
  }
}

describe('a bay is taught', { timeout: 60_000 }, () => {
  test('outline, labels, a model judged on left-out frames, and the driver uses it at once', async () => {
    expect(bayNow()).toMatchObject({ name: 'Bay one', outline: null, outlineFrom: null, inUse: null, former: null });
    expect(draw()).toMatchObject({ outline: B1, outlineFrom: 'site', revision: 1 });
    const { trained, labels } = await teach();
    expect(labels).toHaveLength(8);
    expect(trained).toMatchObject({ empty: 4, occupied: 4, isInUse: false });
    expect(trained!.right + trained!.wrong + trained!.unknown).toBe(8);
    expect(viewer.models).toEqual([]);
    const used = desk.use('cam-1', 'B1', { use: 'trained', revision: bayNow().revision });
    expect(used).toMatchObject({ inUse: { from: 'site', empty: 4 }, former: 'none', trained: { isInUse: true } });
    expect(viewer.models.map((m) => m.region)).toEqual(['B1']);
    // What it says of a picture that it never saw.
    now += 60_000;
    cars[0]!.occupied = true;
    const { frame } = await desk.picture('cam-1');
    const says = await desk.confidence('cam-1', 'B1', frame);
    expect(says.inUse).toMatchObject({ occupied: true });
    expect(says.trained).toEqual(says.inUse);
  });

  test('everything is there after a restart, the model in use included; back and forth leads to what was before', async () => {
    draw();
    await teach();
    desk.use('cam-1', 'B1', { use: 'trained', revision: bayNow().revision });
    const before = bayNow();
    open();
    expect(viewer.models.map((m) => m.region)).toEqual(['B1']);
    await vi.waitFor(() => expect(bayNow().trained?.isInUse).toBe(true), { timeout: 20_000, interval: 20 });
    expect(bayNow()).toMatchObject({ outline: before.outline, labels: before.labels, inUse: before.inUse });
    expect(desk.use('cam-1', 'B1', { use: 'former', revision: bayNow().revision })).toMatchObject({
      inUse: null,
      former: 'site',
    });
    expect(viewer.models).toEqual([]);
    expect(desk.use('cam-1', 'B1', { use: 'former', revision: bayNow().revision }).inUse?.from).toBe('site');
    expect(viewer.models).toHaveLength(1);
  });

  test('a configured model rules until one of this page is put to use, and rules again after going back', async () => {
    draw();
    await teach();
    desk.use('cam-1', 'B1', { use: 'trained', revision: bayNow().revision });
    const made = viewer.models[0]!;
    desk.draw('cam-1', 'B1', { outline: null, revision: bayNow().revision });
    desk.use('cam-1', 'B1', { use: 'former', revision: bayNow().revision });
    // The same model, from a file.
    open([made]);
    expect(bayNow()).toMatchObject({ inUse: { from: 'config', at: null }, outlineFrom: 'config', outline: B1 });
    await teach();
    desk.use('cam-1', 'B1', { use: 'trained', revision: bayNow().revision });
    expect(viewer.models).toHaveLength(1);
    expect(viewer.models[0]).not.toBe(made);
    expect(bayNow()).toMatchObject({ inUse: { from: 'site' }, former: 'config' });
    desk.use('cam-1', 'B1', { use: 'former', revision: bayNow().revision });
    expect(viewer.models).toEqual([made]);
    expect(bayNow('B2').inUse).toBe(null);
  });

  test('few frames give no interval, and none below two of a kind', async () => {
    draw();
    await label(false);
    await label(true);
    await label(false);
    expect(bayNow()).toMatchObject({ trained: null, training: false });
    await label(true);
    await vi.waitFor(() => expect(bayNow().trained).not.toBe(null), { timeout: 20_000, interval: 20 });
    expect(bayNow().trained).toMatchObject({ empty: 2, occupied: 2, interval: null });
    expect(troubles).toEqual([]);
  });

  test('another outline drops the labels, and leaves the model in use as it is', async () => {
    draw();
    await teach();
    desk.use('cam-1', 'B1', { use: 'trained', revision: bayNow().revision });
    const [model] = viewer.models;
    const moved = B1.map(([x, y]): [number, number] => [x + 0.01, y]);
    expect(draw('B1', moved)).toMatchObject({ outline: moved, labels: [], trained: null, inUse: { from: 'site' } });
    expect(viewer.models).toEqual([model]);
  });
});

describe('what goes wrong is said and harmless', { timeout: 60_000 }, () => {
  test('of two who change the same bay, the second is told', async () => {
    const { revision } = bayNow();
    draw();
    const e = thrown(() => desk.draw('cam-1', 'B1', { outline: B2, revision }));
    expect(e).toEqual(refused('conflict', 'revision'));
    expect(bayNow().outline).toEqual(B1);
    const { frame } = await desk.picture('cam-1');
    await expect(desk.label('cam-1', 'B1', { frame, occupied: true, revision })).rejects.toEqual(refused('conflict'));
    expect(bayNow().labels).toEqual([]);
  });

  test('a second click on the same picture corrects the first; a label is taken back', async () => {
    draw();
    await label(true);
    const { frame } = await desk.picture('cam-1');
    await desk.label('cam-1', 'B1', { frame, occupied: false, revision: bayNow().revision });
    expect(bayNow().labels).toMatchObject([{ occupied: false }]);
    expect(desk.unlabel('cam-1', 'B1', bayNow().labels[0]!.label).labels).toEqual([]);
    expect(thrown(() => desk.unlabel('cam-1', 'B1', 1))).toEqual(refused('not-found'));
  });

  test('an outline that is none, a label without an outline, the 21st label, a picture that is gone', async () => {
    const { frame } = await desk.picture('cam-1');
    const give = (id: string) => desk.label('cam-1', 'B1', { frame: id, occupied: true, revision: bayNow().revision });
    await expect(give(frame)).rejects.toEqual(refused('conflict', 'outline'));
    const crossed = [B1[0]!, B1[2]!, B1[1]!, B1[3]!];
    expect(thrown(() => draw('B1', crossed))).toEqual(refused('invalid', 'outline'));
    expect(bayNow().outline).toBe(null);
    draw();
    await expect(give('no-such-frame')).rejects.toEqual(refused('not-found'));
    for (let i = 0; i < 20; i += 1) await label(i % 2 === 0);
    now += 5_000;
    await expect(give('another')).rejects.toEqual(refused('conflict', 'labels'));
    expect(thrown(() => desk.use('cam-1', 'B1', { use: 'former', revision: bayNow().revision }))).toEqual(
      refused('conflict', 'use'),
    );
  });

  test.each([
    ['unreachable', 'not-connected'],
    ['not-found', 'no-jpeg'],
    ['denied', 'refused'],
    ['invalid', 'unreadable'],
  ] as const)('a camera that fails with %s has no picture: %s', async (code, why) => {
    viewer.connect(async () => {
      throw new LiftgateError(code, 'no');
    });
    await expect(desk.picture('cam-1')).rejects.toEqual(refused('not-found', why));
  });

  test('a camera without the option pixels has no pictures and no bays to teach; one that is not there is not found', async () => {
    const [, second] = desk.list().items;
    expect(second).toMatchObject({ camera: 'cam-2', name: 'Gate', looks: false, bays: [] });
    await expect(desk.picture('cam-2')).rejects.toEqual(refused('not-found', 'off'));
    await expect(desk.picture('cam-9')).rejects.toEqual(refused('not-found'));
    expect(thrown(() => desk.draw('cam-2', 'B1', { outline: B1, revision: 0 }))).toEqual(refused('not-found'));
    expect(thrown(() => desk.draw('cam-1', 'B9', { outline: B1, revision: 0 }))).toEqual(refused('not-found'));
  });

  test('of measures of another version the outline alone stays', () => {
    draw();
    const { body } = store.calibrations.get('cam-1', 'B1');
    store.calibrations.put('cam-1', 'B1', 1, { ...JSON.parse(body!), features: 'cells-0', labels: [{ old: true }] });
    open();
    expect(bayNow()).toMatchObject({ outline: B1, labels: [], revision: 2, dropped: true });
    expect(troubles).toEqual([expect.stringMatching(/bay B1: its labels and models were made by another version/)]);
  });

  test('labels are judged by those of other moments, and it is said of how many', async () => {
    draw();
    for (let i = 0; i < 4; i += 1) {
      now += 3_600_000;
      for (const occupied of [false, true]) await label(occupied);
    }
    await vi.waitFor(() => expect(bayNow().trained).not.toBe(null), { timeout: 20_000, interval: 20 });
    expect(bayNow().trained).toMatchObject({ empty: 4, occupied: 4, moments: 4 });
    // All in one go: there are no others.
    draw('B2', B2);
    expect((await teach(2, 'B2')).trained).toMatchObject({ moments: null });
  });

  test('a camera that was turned while the gateway was off is noticed by what it saw when it was taught here', async () => {
    draw();
    await teach(2);
    expect(viewer.background).toBe(null);
    desk.use('cam-1', 'B1', { use: 'trained', revision: bayNow().revision });
    const taught = viewer.background!;
    expect(taught.edges.length).toBeGreaterThan(1_000);
    open();
    expect(viewer.background).toEqual(taught);
    const eyes = new Eyes();
    const still = await shoot(now);
    for (const at of [0, 40_000])
      expect((await eyes.look(still, viewer.models, at, viewer.background)).shifted).toBe(false);
    const { width, height } = await sharp(still).metadata();
    const aside = { left: Math.round(0.12 * width), top: 0, width: Math.round(0.88 * width), height };
    const turned = await sharp(still)
      .extract(aside)
      .extend({ right: width - aside.width, extendWith: 'mirror' })
      .jpeg()
      .toBuffer();
    const fresh = new Eyes();
    expect((await fresh.look(turned, viewer.models, 0, viewer.background)).shifted).toBe(false);
    expect((await fresh.look(turned, viewer.models, 40_000, viewer.background)).shifted).toBe(true);
    desk.use('cam-1', 'B1', { use: 'former', revision: bayNow().revision });
    expect(viewer.background).toBe(null);
  });

  test('what is kept is a model that the command line reads too', async () => {
    draw();
    await teach(2);
    const labels = JSON.parse(store.calibrations.get('cam-1', 'B1').body!).labels;
    const model = trainBay('B1', B1, labels);
    const text = JSON.stringify({ kind: 'liftgate-vision', features: labels[0].row.features, regions: [model] });
    expect(readModel(text, 'kept').regions).toHaveLength(1);
  });
});
