import { setTimeout as pause } from 'node:timers/promises';
import type { DeviceOf } from '../../../config/schema.ts';
import { isLiftgateError, LiftgateError } from '../../../protocols/error.ts';
import type { Clock } from '../../../protocols/time.ts';
import type { Driver, Emit } from '../driver.ts';
import { Health, type HealthCode } from './health.ts';
import { openPullPoint, type PullPoint, type Refusal } from './pull-point.ts';
import { Report } from './report.ts';
import { findServices, firstProfile, measureClock } from './services.ts';
import { createSnapshots, type Snapshots } from './snapshot.ts';
import { openSession, type Session } from './soap.ts';

const SKEW_MS = 5_000;
const SWEEP_MS = 10_000;
const SNAPSHOT_EVERY_MS = 60_000;
/** Batteries of camera clocks die, and daylight rules are set wrong. */
const CLOCK_EVERY_MS = 3_600_000;
const FULL_MS = 60_000;

/** One connect to one camera. */
interface Line {
  readonly session: Session;
  readonly health: Health;
  /** Says the health now, if it changed or 5 s went by. */
  readonly tell: () => Promise<void>;
}

/**
 * An ONVIF camera: clock, services, login, pull point, and then one long poll after the other until the line is lost.
 * Emits `camera.occupied` (part: the rule) after each connect and on change, `camera.motion`, and `device.health` with
 * every pull, at most every 5 s.
 *
 * `run` rejects with a LiftgateError: `denied` (wrong password), `config` (no event
 * service), `busy` (no free pull point, or still starting), `unreachable` (everything else). The named troubles are
 * emitted as `device.health` before it rejects.
 */
export function createCamera(config: DeviceOf<'camera'>, deps: { clock: Clock }): Driver {
  const { id, url, rules } = config;
  const report = new Report(id, [...new Set(rules.map((r) => r.rule))]);
  return {
    async run(emit, signal) {
      const health = new Health();
      const session = openSession(id, url, { user: config.user, password: config.password }, deps.clock);
      session.remeasure = (s) => measureClock(session, s);
      const tell = async () => {
        const readings = health.due(id, deps.clock());
        if (readings.length > 0) await emit(readings);
      };
      const line: Line = { session, health, tell };
      try {
        const { pullPoint, snapshots } = await connect(line, signal);
        await listen(line, pullPoint, snapshots, report, emit, signal);
      } catch (e) {
        if (signal.aborted) return;
        if (isLiftgateError(e) && e.code === 'denied') await tellTrouble(line, 'wrong-password');
        throw e;
      }
    },
  };
}

async function tellTrouble({ health, tell }: Line, code: HealthCode): Promise<void> {
  health.set(code, true);
  await tell();
}

async function connect(
  line: Line,
  signal: AbortSignal,
): Promise<{ pullPoint: PullPoint; snapshots: Snapshots | null }> {
  const { session, health } = line;
  await checkClock(line, signal);
  const services = await findServices(session, signal);
  const profile = await firstProfile(session, services, signal);
  health.set('no-profile', profile === null);
  const opened: PullPoint | Refusal =
    services.events.length === 0
      ? { refused: 'no-event-service', reason: 'it lists none' }
      : await openPullPoint(session, services.events, signal);
  if ('refused' in opened) {
    await tellTrouble(line, opened.refused);
    throw refusedError(session.device, opened);
  }
  return { pullPoint: opened, snapshots: profile === null ? null : createSnapshots(session, services, profile) };
}

function refusedError(device: string, { refused, reason }: Refusal): LiftgateError {
  if (refused === 'no-event-service')
    return new LiftgateError(
      'config',
      `device ${device}: expected an ONVIF event service, got none (${reason}); ` +
        'switch ONVIF events on in the camera, or update its firmware',
      { about: `device ${device}` },
    );
  return new LiftgateError(
    'busy',
    `device ${device}: the camera has no pull point left (${reason}); close other listeners, or wait until theirs end`,
    { about: `device ${device}`, retryAfterMs: FULL_MS },
  );
}

async function listen(
  line: Line,
  pullPoint: PullPoint,
  snapshots: Snapshots | null,
  report: Report,
  emit: Emit,
  signal: AbortSignal,
): Promise<void> {
  const { session, health } = line;
  const over = new AbortController();
  const checks = [
    repeat(SNAPSHOT_EVERY_MS, over.signal, () => checkSnapshot(line, snapshots, over.signal)),
    repeat(CLOCK_EVERY_MS, over.signal, () => checkClock(line, over.signal)),
  ];
  const start = performance.now();
  let swept = false;
  report.begin();
  try {
    await line.tell();
    while (!signal.aborted) {
      const notifications = await pullPoint.pull();
      const now = session.clock();
      const readings = report.take(notifications, health, now, session.offsetMs);
      if (!swept && performance.now() - start >= SWEEP_MS) {
        swept = true;
        readings.push(...report.sweep(now));
      }
      health.set('no-long-poll', !pullPoint.holdsPolls);
      readings.push(...health.due(session.device, now));
      // Waiting keeps at most one pull's worth in memory, however slow the store is.
      if (readings.length > 0) await emit(readings);
    }
  } finally {
    over.abort();
    await Promise.all(checks);
    // After a failure the subscription is left to end by itself.
    if (signal.aborted) await pullPoint.close();
  }
}

/** Runs a check again and again; what it finds goes to the health, what it throws is for the pull loop to meet. */
async function repeat(everyMs: number, signal: AbortSignal, check: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await check().catch(() => {});
    await pause(everyMs, undefined, { signal, ref: false }).catch(() => {});
  }
}

async function checkClock({ session, health }: Line, signal: AbortSignal): Promise<void> {
  await measureClock(session, signal);
  health.set('clock-skew', Math.abs(session.offsetMs) > SKEW_MS);
}

/** The picture is looked at for being whole, and let go. */
async function checkSnapshot(line: Line, snapshots: Snapshots | null, signal: AbortSignal): Promise<void> {
  const taken = await snapshots?.take(signal).then(
    () => true,
    () => false,
  );
  if (signal.aborted) return;
  line.health.set('no-snapshot', taken !== true);
  await line.tell();
}
