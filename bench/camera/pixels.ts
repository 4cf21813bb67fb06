import sharp from 'sharp';
import { createEngine } from '../../gateway/domain/create.ts';
import { Eyes } from '../../gateway/vision/eyes.ts';
import { BayMemory } from '../../gateway/vision/memory.ts';
import { judge as verdictOf } from '../../gateway/vision/model.ts';
import type { EventBody } from '../../protocols/event.ts';
import { reading } from '../../protocols/reading.ts';
import type { BayScene, Light } from '../../simulators/camera/scene.ts';
import { drawCarts, drawLight, drawPeople } from '../../simulators/camera/scene.ts';
import { type Draw, seeded } from '../../simulators/fleet.ts';
import type { Row } from '../section.ts';
import { bayOf, calibrated, judge, measure, type Station } from './scenes.ts';

const CAMERAS = 6;
const FRAMES = 50;
const DAYS = 2;
const HOURS = 5;
const FRAME_MS = 15_000;
const NINE = Date.parse('2026-03-03T08:00:00+08:00');

/** Rendered bays that calibration never saw: other cars, other light, another day. */
export async function pixelRows(): Promise<Row[]> {
  let [right, wrong, unknown] = [0, 0, 0];
  const stations: Station[] = [];
  for (let c = 0; c < CAMERAS; c += 1) {
    const station = await calibrated(3_100 + c);
    stations.push(station);
    const draw = seeded(83_100 + c);
    for (let i = 0; i < FRAMES; i += 1) {
      const truth = [draw() < 0.5, draw() < 0.5];
      const bays = truth.map((t) => bayOf(draw, t));
      const said = judge(station, await measure(station.photographer, bays, drawLight(draw), draw));
      for (const [b, p] of said.entries()) {
        const s = p === null ? null : verdictOf(p).occupied;
        if (s === null) unknown += 1;
        else if (s === truth[b]) right += 1;
        else wrong += 1;
      }
    }
  }
  const accuracy = (100 * right) / (right + wrong);
  const all = right + wrong + unknown;
  const day = await bayDays(stations.slice(0, DAYS));
  return [
    { name: 'pixels: unseen frames scored', value: all, unit: 'frames' },
    { name: 'pixels: right, of frames with an answer', value: accuracy, unit: '%', goal: '≥ 97', met: accuracy >= 97 },
    { name: 'pixels: frames without an answer', value: (100 * unknown) / all, unit: '%' },
    ...day,
    ...(await costRows(stations[0]!)),
  ];
}

interface DayScore {
  frames: number;
  raw: number;
  known: number;
  flipsRaw: number;
  smooth: number;
  booked: number;
  flipsSmooth: number;
}

/** Two bays of each camera for five hours, a frame every 15 s: two bay-days of ten hours. */
async function bayDays(stations: readonly Station[]): Promise<Row[]> {
  const scores: DayScore[] = [];
  for (const [i, s] of stations.entries()) scores.push(...(await bayDay(s, seeded(61_700 + i))));
  return dayRows(scores);
}

/** Smoothed by the gateway's own engine, with this camera alone. */
async function bayDay(station: Station, draw: Draw): Promise<DayScore[]> {
  const plans = [visits(draw), visits(draw)];
  const engine = createEngine({
    site: { timezone: 'Asia/Shanghai' },
    bays: [{ id: '1' }, { id: '2' }],
    devices: [{ id: 'cam', kind: 'camera', silence: 30, rules: ['1', '2'].map((n) => ({ rule: n, bay: n })) }],
    rules: {
      ...{ minimumStay: 180, minimumGap: 60, overstay: 180, idleAfter: 10, whichCarAfter: 60 },
      ...{ raisedAbove: 300, freeDistance: 1_500, offlineAfter: 60, pace: 1 },
    },
    shift: { days: ['tue'], open: '08:00', close: '18:00', breaks: [] },
  });
  let state = engine.initial();
  const events: EventBody[] = [];
  const feed = (input: Parameters<typeof engine.step>[1]) => {
    const step = engine.step(state, input);
    state = step.state;
    events.push(...step.events);
  };
  const raw: (boolean | null)[][] = [[], []];
  const told: (boolean | null)[] = [];
  const memories = [new BayMemory(), new BayMemory()];
  const stage = scenery(draw);
  for (let t = 0; t < HOURS * 3_600_000; t += FRAME_MS) {
    const { bays, light } = stage(plans.map((p) => p.find((v) => t >= v.from && t < v.to) ?? null));
    const seen = judge(station, await measure(station.photographer, bays, light, draw));
    const said = seen.map((p, b) => memories[b]!.take(p, t).occupied);
    const at = NINE + t;
    feed({ kind: 'reading', reading: reading('cam', 'device.health', 'ok', at) });
    for (const [b, s] of said.entries()) {
      if (s !== told[b] || t === 0)
        feed({ kind: 'reading', reading: reading('cam', 'camera.occupied', s, at, { part: `${b + 1}` }) });
      told[b] = s;
      raw[b]!.push(seen[b] === null ? null : verdictOf(seen[b]!).occupied);
    }
    for (let tick = 0; tick < FRAME_MS; tick += 5_000) feed({ kind: 'tick', at: at + tick });
  }
  return plans.map((p, b) => score(p, raw[b]!, booked(events, `${b + 1}`)));
}

function dayRows(scores: readonly DayScore[]): Row[] {
  const days = (scores.length * HOURS) / 10;
  const sum = (of: (s: DayScore) => number) => scores.reduce((total, s) => total + of(s), 0);
  const smooth = (100 * sum((s) => s.smooth)) / sum((s) => s.booked);
  const unknown = 100 - (100 * sum((s) => s.booked)) / sum((s) => s.frames);
  return [
    {
      name: 'pixels: a bay-day, right, of frames with an answer',
      value: (100 * sum((s) => s.raw)) / sum((s) => s.known),
      unit: '%',
    },
    {
      name: 'pixels: a bay-day, right, smoothed and dated back',
      value: smooth,
      unit: '%',
      goal: '≥ 99',
      met: smooth >= 99,
    },
    { name: 'pixels: a bay-day, unknown in the books', value: unknown, unit: '%' },
    { name: 'pixels: false flips a bay-day, raw', value: sum((s) => s.flipsRaw) / days, unit: 'flips' },
    {
      name: 'pixels: false flips a bay-day, smoothed',
      value: sum((s) => s.flipsSmooth) / days,
      unit: 'flips',
      goal: '≤ 1',
      met: sum((s) => s.flipsSmooth) / days <= 1,
    },
  ];
}

interface Visit {
  readonly from: number;
  readonly to: number;
  readonly scene: BayScene;
}

/** Stays of about 85 minutes, gaps of about 24. */
function visits(draw: Draw): Visit[] {
  const plan: Visit[] = [];
  for (let t = 1_200_000 * draw(); t < HOURS * 3_600_000; ) {
    const to = t + (40 + 90 * draw()) * 60_000;
    plan.push({ from: t, to, scene: bayOf(draw, true) });
    t = to + (8 + 32 * draw()) * 60_000;
  }
  return plan;
}

/** What changes slowly: light, people, carts, the lift. A burst of bad light lasts, as it does in a workshop. */
function scenery(draw: Draw) {
  let light: Light = drawLight(draw);
  let extras = [bayOf(draw, false), bayOf(draw, false)];
  return (here: readonly (Visit | null)[]): { bays: BayScene[]; light: Light } => {
    if (draw() < 0.02) light = { ...drawLight(draw), infrared: false };
    if (draw() < 0.15) extras = extras.map((e) => ({ ...e, people: drawPeople(draw, 2), carts: drawCarts(draw, 2) }));
    if (draw() < 0.02) extras = extras.map((e) => ({ ...e, raised: draw() < 0.4 ? draw() : 0 }));
    return { bays: extras.map((e, b) => ({ ...e, car: here[b]?.scene.car ?? null })), light };
  };
}

interface Booked {
  readonly since: number;
  readonly occupied: boolean | null;
}

/** What is in the books in the evening: candidates do not count, and a state holds from the time that it was dated back to. */
function booked(events: readonly EventBody[], bay: string): Booked[] {
  const book: Booked[] = [];
  for (const e of events) {
    if (e.type !== 'liftgate.bay.occupancy.v1' || e.data.bay !== bay) continue;
    const { state, since } = e.data;
    if (state === 'entering' || state === 'leaving') continue;
    while (book.length > 0 && book.at(-1)!.since >= since) book.pop();
    book.push({ since, occupied: state === 'unknown' ? null : state === 'occupied' });
  }
  return book;
}

const NEAR_MS = 120_000;

function score(plan: readonly Visit[], raw: readonly (boolean | null)[], book: readonly Booked[]): DayScore {
  const s: DayScore = { frames: 0, raw: 0, known: 0, flipsRaw: 0, smooth: 0, booked: 0, flipsSmooth: 0 };
  const changes = plan.flatMap((v) => [v.from, v.to]);
  const isTrue = (t: number) => changes.some((c) => Math.abs(c - t) <= NEAR_MS);
  let last: boolean | null = null;
  for (const [i, said] of raw.entries()) {
    const t = i * FRAME_MS;
    const truth = plan.some((v) => t >= v.from && t < v.to);
    s.frames += 1;
    if (said !== null) {
      s.known += 1;
      if (said === truth) s.raw += 1;
      if (last !== null && said !== last && !isTrue(t)) s.flipsRaw += 1;
      last = said;
    }
    const inBook = book.findLast((b) => b.since <= NINE + t)?.occupied ?? null;
    if (inBook !== null) s.booked += 1;
    if (inBook === truth) s.smooth += 1;
  }
  const known = book.filter((b) => b.occupied !== null);
  s.flipsSmooth = known.filter(
    (b, i) => i > 0 && b.occupied !== known[i - 1]!.occupied && !isTrue(b.since - NINE),
  ).length;
  return s;
}

const LOOKS = 150;
const BAYS = 16;
const EVERY_S = 5;

/** The price of a look at a 1080p picture with noise, as a share of a core for 16 bays at a frame every 5 s. */
async function costRows(station: Station): Promise<Row[]> {
  const draw = seeded(77);
  const pictures: Buffer[] = [];
  for (let i = 0; i < 4; i += 1) {
    const small = await station.photographer.shoot({
      bays: [bayOf(draw, true), bayOf(draw, false)],
      light: drawLight(draw),
      noise: 0,
    });
    const { data, info } = await sharp(small).resize(1920, 1080).raw().toBuffer({ resolveWithObject: true });
    for (let p = 0; p < data.length; p += 1) data[p] = Math.min(255, Math.max(0, data[p]! + (draw() - 0.5) * 16));
    const raw = { width: info.width, height: info.height, channels: info.channels };
    pictures.push(await sharp(data, { raw }).jpeg({ quality: 85 }).toBuffer());
  }
  // One bay a camera is the dear case: sixteen pictures, not eight.
  const eyes = new Eyes();
  const models = station.models.slice(0, 1);
  const look = (i: number) => eyes.look(pictures[i % pictures.length]!, models, i * EVERY_S * 1000);
  for (let i = 0; i < 20; i += 1) await look(i);
  const before = process.cpuUsage();
  const rss = process.memoryUsage().rss;
  for (let i = 20; i < 20 + LOOKS; i += 1) await look(i);
  const used = process.cpuUsage(before);
  const msEach = (used.user + used.system) / 1000 / LOOKS;
  const share = (100 * msEach * BAYS) / (EVERY_S * 1000);
  return [
    {
      name: `pixels: processor time of a look at 1080p, ${Math.round(pictures[0]!.length / 1000)} kB`,
      value: msEach,
      unit: 'ms',
    },
    { name: 'pixels: 16 bays at a frame every 5 s', value: share, unit: '% of a core', goal: '≤ 25', met: share <= 25 },
    {
      name: 'pixels: memory that 150 looks left behind',
      value: (process.memoryUsage().rss - rss) / 1_048_576,
      unit: 'MB',
    },
  ];
}
