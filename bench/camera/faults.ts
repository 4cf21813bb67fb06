import { setTimeout as pause } from 'node:timers/promises';
import { type Attempts, afterFailure, FRESH, waitBefore } from '../../gateway/drivers/backoff.ts';
import { createCamera } from '../../gateway/drivers/camera/driver.ts';
import type { Reading } from '../../protocols/reading.ts';
import { type CameraFault, type CameraSimulator, createCameraSimulator } from '../../simulators/camera/camera.ts';
import { MANNERS } from '../../simulators/camera/manners.ts';
import { type Draw, seeded } from '../../simulators/fleet.ts';
import { quantile, type Row } from '../section.ts';

/**
 * A time-lapse: the driver's own deadlines, long polls, back-off and budget all run at a tenth, so that 1 s here stands
 * for 10 s; the sockets, the simulator and the decisions are the real ones. What a request costs counts tenfold, so the
 * figures err on the side of slow.
 */
const PACE = 0.1;
const CAMERAS = 40;
const FAULTS = 1_000;
/** Of the camera's time: not well by then, the loop counts as dead. */
const DEAD_MS = 180_000;
const MINUTE_MS = 60_000;

/** All that may come and go by itself; a refused password is measured apart, because there silence is the cure. */
const KINDS: readonly CameraFault[] = [
  'busy-on-create',
  'error-on-pull',
  'drop-subscription',
  'reboot',
  'full',
  'black-hole',
  'reset',
  'refuse',
  'garbage',
  'html',
  'half-answer',
  'no-long-poll',
  'local-times',
  'no-clock',
  'no-profiles',
  'snapshot-404',
];

interface Outcome {
  readonly recoveries: number[];
  readonly dead: CameraFault[];
  readonly mostCreates: number;
  readonly mostPulls: number;
}

/** 1,000 seeded faults on 40 cameras of all makers' manners. */
export async function faultRows(): Promise<Row[]> {
  const lock = lockOut();
  const outcomes = await Promise.all(Array.from({ length: CAMERAS }, (_, i) => oneCamera(i, FAULTS / CAMERAS)));
  const recoveries = outcomes.flatMap((o) => o.recoveries);
  const dead = outcomes.flatMap((o) => o.dead);
  const p95 = quantile(recoveries, 0.95) / 1000;
  const creates = Math.max(...outcomes.map((o) => o.mostCreates));
  const pulls = Math.max(...outcomes.map((o) => o.mostPulls));
  const logins = await lock;
  if (dead.length > 0) process.stderr.write(`not well again after: ${dead.join(', ')}\n`);
  return [
    { name: 'camera: faults injected', value: FAULTS, unit: 'faults' },
    { name: 'camera: dead loops', value: dead.length, unit: 'loops', goal: '0', met: dead.length === 0 },
    { name: 'camera: well again after the fault, p50', value: quantile(recoveries, 0.5) / 1000, unit: 's' },
    { name: 'camera: well again after the fault, p95', value: p95, unit: 's', goal: '≤ 30', met: p95 <= 30 },
    { name: 'camera: well again after the fault, worst', value: quantile(recoveries, 1) / 1000, unit: 's' },
    { name: 'camera: most creates in a minute', value: creates, unit: '', goal: '≤ 6', met: creates <= 6 },
    { name: 'camera: most pulls in flight', value: pulls, unit: '', goal: '1', met: pulls === 1 },
    { name: 'camera: most refused logins in 5 min', value: logins, unit: '', goal: '≤ 2', met: logins <= 2 },
  ];
}

interface Watched {
  readonly camera: CameraSimulator;
  /**
   * Drives a car in, and resolves when the gateway's side says it; false when it never does. A car, because cameras that
   * tell objects apart say nothing of an empty bay.
   */
  seesCar(): Promise<boolean>;
  stop(): Promise<void>;
}

async function watched(index: number, draw: Draw): Promise<Watched> {
  const account = { user: 'bench', password: 'bench' };
  const camera = await createCameraSimulator({
    ...account,
    host: '127.0.0.1',
    port: 0,
    rules: ['bay'],
    clock: Date.now,
    manner: MANNERS[index % MANNERS.length]!,
    login: (['token', 'digest', 'digest-sha256'] as const)[index % 3]!,
    // What pictures cost is measured elsewhere.
    picture: async () => Buffer.from('ffd8ffd9ffd9', 'hex'),
  });
  const settings = { kind: 'camera', id: `cam-${index}`, url: camera.url, ...account } as const;
  const driver = createCamera({ ...settings, rules: [{ rule: 'bay', bay: '1' }] }, { clock: Date.now, pace: PACE });
  const stop = new AbortController();
  let last: Reading['value'] = null;
  let heard = () => {};
  const running = keepRunning(driver, stop.signal, draw, (readings) => {
    for (const r of readings) if (r.signal === 'camera.occupied') last = r.value;
    heard();
  });
  return {
    camera,
    async seesCar() {
      camera.setOccupied('bay', false);
      last = null;
      camera.setOccupied('bay', true);
      const end = performance.now() + DEAD_MS * PACE;
      while (last !== true && performance.now() < end)
        await Promise.race([new Promise<void>((resolve) => (heard = resolve)), pause(100)]);
      return last === true;
    },
    async stop() {
      stop.abort();
      await running;
      await camera.close();
    },
  };
}

/** As the supervisor does it, with its own back-off, at the pace of the time-lapse. */
async function keepRunning(
  driver: ReturnType<typeof createCamera>,
  signal: AbortSignal,
  draw: Draw,
  heard: (readings: readonly Reading[]) => void,
): Promise<void> {
  let attempts: Attempts = FRESH;
  while (!signal.aborted) {
    let firstAt: number | null = null;
    try {
      await driver.run(async (readings) => {
        firstAt ??= performance.now();
        heard(readings);
      }, signal);
    } catch (e) {
      const wasWell = firstAt !== null && performance.now() - firstAt >= 30_000 * PACE;
      attempts = afterFailure(wasWell ? FRESH : attempts, e);
      const wait = waitBefore('camera', attempts, e, draw()) * PACE;
      await pause(wait, undefined, { signal }).catch(() => {});
    }
  }
}

async function oneCamera(index: number, faults: number): Promise<Outcome> {
  const draw = seeded(4_000 + index);
  const w = await watched(index, draw);
  const recoveries: number[] = [];
  const dead: CameraFault[] = [];
  await w.seesCar();
  for (let i = 0; i < faults; i += 1) {
    const kind = KINDS[Math.floor(draw() * KINDS.length)]!;
    await pause((500 + 8_000 * draw()) * PACE);
    w.camera.setFault(kind);
    // From a hiccup to half a minute.
    await pause((500 + 30_000 * draw() ** 2) * PACE);
    w.camera.setFault(null);
    const back = performance.now();
    if (await w.seesCar()) recoveries.push((performance.now() - back) / PACE);
    else dead.push(kind);
  }
  const { createdAt, mostPullsAtOnce } = w.camera.counts;
  await w.stop();
  return { recoveries, dead, mostCreates: mostWithin(createdAt, MINUTE_MS * PACE), mostPulls: mostPullsAtOnce };
}

/** How often a refused password is tried, by a camera that refuses it for ten minutes. */
async function lockOut(): Promise<number> {
  const w = await watched(1, seeded(7));
  await w.seesCar();
  w.camera.setFault('wrong-password');
  await pause(600_000 * PACE);
  const { refusedAt } = w.camera.counts;
  await w.stop();
  return mostWithin(refusedAt, 5 * MINUTE_MS * PACE);
}

function mostWithin(times: readonly number[], ms: number): number {
  return Math.max(0, ...times.map((from) => times.filter((t) => t >= from && t < from + ms).length));
}
