import type { DeviceOf } from '../../../config/schema/devices.ts';
import { isLiftgateError, LiftgateError } from '../../../protocols/error.ts';
import { type TopicSpec, topicPath } from '../../../protocols/onvif/topic.ts';
import type { Reading } from '../../../protocols/reading.ts';
import type { Clock } from '../../../protocols/time.ts';
import { Eyes } from '../../vision/eyes.ts';
import { CameraViewer } from '../../vision/viewer.ts';
import type { Driver, Emit } from '../driver.ts';
import { CreateBudget } from './budget.ts';
import { checkClock, checkPicture, type Line, Nudge, repeat } from './checks.ts';
import { Health, type HealthCode, isHealthCode } from './health.ts';
import { openModels, PixelReport } from './pixels.ts';
import { openPullPoint, Patience, type PullPoint, type Refusal } from './pull-point.ts';
import { Report, type RuleChange } from './report.ts';
import { findServices, firstProfile, measureClock } from './services.ts';
import { createSnapshots, type PictureLock, type Snapshots } from './snapshot.ts';
import { openSession } from './soap.ts';

const SWEEP_MS = 10_000;
/** Two pictures a minute apart tell a frozen camera; more of them tell it within that minute. */
const PICTURE_EVERY_MS = 10_000;
/** Batteries of camera clocks die, and daylight rules are set wrong. */
const CLOCK_EVERY_MS = 3_600_000;
const FULL_MS = 20_000;

export type CameraSettings = Omit<DeviceOf<'camera'>, 'rules'> & {
  /** Null: whatever rules the camera has. */
  readonly rules: DeviceOf<'camera'>['rules'] | null;
};

export interface CameraDeps {
  readonly clock: Clock;
  /** Factor on all waits and deadlines; 1 but for a time-lapse. */
  readonly pace?: number;
  /** Given the camera's pictures for the site page, before it runs; not for cameras without the option pixels. */
  readonly onViewer?: (viewer: CameraViewer) => void;
  /** Told of each change of a rule, with the message that made it. */
  readonly onChange?: (change: RuleChange) => void;
}

/**
 * An ONVIF camera: clock, services, login, pull point, and then one long poll after the other until the line is lost.
 * Emits `camera.occupied` (part: the rule, or `pixels/` and the bay, where it has a model) after each connect and on change, `camera.motion`, contacts that are wired to
 * the camera, and `device.health` with every pull, at most every 5 s.
 *
 * `run` rejects with a LiftgateError: `denied` (wrong password), `config` (no event service, wrong certificate), `busy`
 * (no free pull point, or still starting), `unreachable` (everything else). The named troubles are emitted as
 * `device.health` before it rejects.
 */
export function createCamera(config: CameraSettings, deps: CameraDeps): Driver {
  const { id, url, rules, fingerprint } = config;
  const { pace = 1 } = deps;
  const report = new Report(id, {
    rules: rules && [...new Set(rules.map((r) => r.rule))],
    topics: (config.topics ?? []).map(specOf),
    contacts: config.inputs ?? [],
    ...(deps.onChange && { onChange: deps.onChange }),
  });
  const budget = new CreateBudget(pace);
  const lock: PictureLock = { refused: null };
  const patience = new Patience();
  // Kept from run to run: what it saw before tells whether the camera was pushed meanwhile.
  const eyes = new Eyes();
  const pictureMs = config.pixels ? 1_000 * config.pixels.every : PICTURE_EVERY_MS;
  const viewer = new CameraViewer(
    id,
    (rules ?? []).map((r) => r.bay),
    deps.clock,
  );
  if (config.pixels) deps.onViewer?.(viewer);
  return {
    async run(emit, signal) {
      if (config.pixels?.model !== undefined) {
        const { regions, background } = await openModels(id, config.pixels.model, viewer.bays);
        viewer.load(regions, background);
      }
      const pixels = config.pixels ? new PixelReport(id) : null;
      const health = new Health();
      const login = { user: config.user, password: config.password };
      const session = openSession(id, url, login, deps.clock, { fingerprint, pace });
      session.remeasure = async (s) => void (await measureClock(session, s, false));
      const tell = async (more: readonly Reading[] = []) => {
        const readings = [...more, ...health.due(id, deps.clock())];
        if (readings.length > 0) await emit(readings);
      };
      const line: Line = { session, health, eyes, viewer, pixels, tell };
      try {
        const { pullPoint, snapshots } = await connect(line, { budget, lock, patience, filter: config.filter }, signal);
        await listen(line, { pullPoint, snapshots, report, pictureMs }, emit, signal);
      } catch (e) {
        if (signal.aborted) return;
        if (isLiftgateError(e) && isHealthCode(e.trouble) && health.code !== e.trouble)
          await tellTrouble(line, e.trouble);
        throw e;
      }
    },
  };
}

function specOf(t: NonNullable<DeviceOf<'camera'>['topics']>[number]): TopicSpec {
  const { topic, meaning, ...names } = t;
  const path = topicPath(topic);
  return isHealthCode(meaning) ? { path, meaning: 'trouble', health: meaning, ...names } : { path, meaning, ...names };
}

async function tellTrouble({ health, tell }: Line, code: HealthCode): Promise<void> {
  health.set(code, true);
  await tell();
}

async function connect(
  line: Line,
  { lock, ...how }: { lock: PictureLock; budget: CreateBudget; patience: Patience; filter: string | undefined },
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
      : await openPullPoint(session, services.events, signal, how);
  if ('refused' in opened) {
    await tellTrouble(line, opened.refused);
    throw refusedError(session.device, opened);
  }
  return { pullPoint: opened, snapshots: profile === null ? null : createSnapshots(session, services, profile, lock) };
}

function refusedError(device: string, { refused, reason }: Refusal): LiftgateError {
  if (refused === 'no-event-service')
    return new LiftgateError(
      'config',
      `device ${device}: expected an ONVIF event service, got none (${reason}); ` +
        'switch ONVIF events on in the camera, or update its firmware',
      { about: `device ${device}`, trouble: refused },
    );
  return new LiftgateError(
    'busy',
    `device ${device}: the camera has no pull point left (${reason}); close other listeners, or wait until theirs end`,
    { about: `device ${device}`, trouble: refused, retryAfterMs: FULL_MS },
  );
}

async function listen(
  line: Line,
  parts: { pullPoint: PullPoint; snapshots: Snapshots | null; report: Report; pictureMs: number },
  emit: Emit,
  signal: AbortSignal,
): Promise<void> {
  const { session, health } = line;
  const { pullPoint, snapshots, report, pictureMs } = parts;
  const moved = new Nudge();
  const over = new AbortController();
  const checks = [
    repeat(pictureMs * session.pace, over.signal, () => checkPicture(line, snapshots, over.signal), moved),
    repeat(CLOCK_EVERY_MS * session.pace, over.signal, () => checkClock(line, over.signal)),
  ];
  const start = performance.now();
  let swept = false;
  report.begin();
  line.viewer.connect(snapshots && ((asked) => snapshots.take(AbortSignal.any([asked, over.signal]))));
  try {
    await line.tell();
    while (!signal.aborted) {
      const notifications = await pullPoint.pull();
      const now = session.clock();
      const readings = report.take(notifications, health, now, session.offsetMs);
      if (readings.some((r) => r.signal === 'camera.motion' && r.value === true)) moved.nudge();
      if (!swept && performance.now() - start >= SWEEP_MS * session.pace) {
        swept = true;
        readings.push(...report.sweep(now));
      }
      health.set('no-long-poll', !pullPoint.holdsPolls);
      readings.push(...health.due(session.device, now));
      // Waiting keeps at most one pull's worth in memory, however slow the store is.
      if (readings.length > 0) await emit(readings);
    }
  } finally {
    line.viewer.connect(null);
    over.abort();
    await Promise.all(checks);
    // After a failure the subscription is left to end by itself.
    if (signal.aborted) await pullPoint.close();
  }
}
