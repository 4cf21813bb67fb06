import { LiftgateError } from '../../protocols/error.ts';
import type { Reading } from '../../protocols/reading.ts';
import type { SourceAges } from '../../protocols/sync.ts';
import { type Attempts, afterFailure, FRESH, type LineKind, waitBefore } from './backoff.ts';
import { troubleOf } from './condition.ts';
import type { Driver, Emit } from './driver.ts';
import { pause } from './pause.ts';
import { type DeviceInput, type DeviceStatus, Roster, type RosterDeps } from './roster.ts';

export type { DeviceInput } from './roster.ts';

/** One driver, with the devices that speak through it. */
export interface Line {
  /** The device's own id, or `mqtt` for the broker. */
  readonly id: string;
  readonly kind: LineKind;
  readonly driver: Driver;
  /** Ids of the devices that it feeds, its own among them. */
  readonly feeds: readonly string[];
}

export interface SuperviseDeps extends RosterDeps {
  readonly lines: readonly Line[];
  readonly emit: Emit;
  readonly onDevice: (change: DeviceInput) => void;
  /** 0 ≤ x < 1 */
  readonly random: () => number;
}

export interface Supervision {
  /** Resolves when, after the abort, all drivers have ended; gives the ids of those that had not after 10 s. */
  readonly done: Promise<readonly string[]>;
  /** How each device is, in the order of the lines. */
  status(): DeviceStatus[];
  /** How long ago each device was last heard, in ms. */
  ages(): SourceAges;
}

const TICK_MS = 1_000;
/** A line that was well for so long starts its back-off anew. */
const HEALTHY_MS = 30_000;
const GOODBYE_MS = 10_000;
/** Readings of one line that may wait for the store; a line that floods is refused more. */
const WAITING_MAX = 50_000;
/** A device with a normal silence that has been mute for ten times as long, and for 5 min, gets its line opened anew. */
const MUTE_TIMES = 10;
const MUTE_MS = 300_000;

/**
 * Runs every driver until aborted, each for itself: a failure of one never touches another. A driver that fails is run
 * again after a growing wait; what its devices go through is told by `onDevice`.
 */
export function supervise(deps: SuperviseDeps, signal: AbortSignal): Supervision {
  const roster = new Roster(
    deps.lines.flatMap((line) => line.feeds),
    deps,
  );
  roster.announce();
  const ticker = setInterval(() => roster.tick(), TICK_MS);
  const stuck: string[] = [];
  const lines = deps.lines.map(async (line) => {
    if (!(await endsInTime(keepRunning(line, roster, deps, signal), signal))) stuck.push(line.id);
  });
  const done = Promise.all(lines).then(() => {
    clearInterval(ticker);
    return stuck;
  });
  return { done, status: () => roster.status(), ages: () => roster.ages() };
}

/** Resolves with true when `running` has ended, with false when it has not some time after the abort. */
function endsInTime(running: Promise<void>, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const startTimer = () => {
      timer = setTimeout(() => resolve(false), GOODBYE_MS);
    };
    if (signal.aborted) startTimer();
    else signal.addEventListener('abort', startTimer, { once: true });
    void running.then(() => {
      clearTimeout(timer);
      signal.removeEventListener('abort', startTimer);
      resolve(true);
    });
  });
}

async function keepRunning(line: Line, roster: Roster, deps: SuperviseDeps, signal: AbortSignal): Promise<void> {
  let attempts: Attempts = FRESH;
  while (!signal.aborted) {
    const run = await runOnce(line, roster, deps, signal);
    if (signal.aborted) return;
    const { error, healthyMs } = run;
    attempts = afterFailure(healthyMs !== null && healthyMs >= HEALTHY_MS ? FRESH : attempts, error);
    roster.lost(line.feeds, troubleOf(error, healthyMs !== null));
    await pause(waitBefore(line.kind, attempts, error, deps.random()), signal);
  }
}

/** Runs a driver to its end; `healthyMs` = from its first reading on, null when it gave none. */
async function runOnce(
  line: Line,
  roster: Roster,
  deps: SuperviseDeps,
  signal: AbortSignal,
): Promise<{ error: unknown; healthyMs: number | null }> {
  const own = new AbortController();
  const stop = () => own.abort();
  signal.addEventListener('abort', stop, { once: true });
  let firstAt: number | null = null;
  let over = false;
  const emit = gate(line, deps.emit, (readings) => {
    if (over) throw new LiftgateError('internal', `${line.id} emits after its run has ended`, { about: line.id });
    firstAt ??= deps.mono();
    roster.heard(readings);
  });
  const startedAt = deps.mono();
  let mute: LiftgateError | null = null;
  const watchdog = setInterval(() => {
    if (!isMute(line.id, roster, deps, startedAt)) return;
    mute = new LiftgateError(
      'unreachable',
      `${line.id}: the line is open, but the device has gone silent; opened anew`,
    );
    clearInterval(watchdog);
    roster.lost(line.feeds, troubleOf(mute, true));
    stop();
  }, TICK_MS);
  try {
    await line.driver.run(emit, own.signal);
    return { error: mute ?? ended(line.id), healthyMs: since(firstAt, deps) };
  } catch (error) {
    return { error: mute ?? error, healthyMs: since(firstAt, deps) };
  } finally {
    over = true;
    clearInterval(watchdog);
    signal.removeEventListener('abort', stop);
    // A driver may have left work behind; nothing of it may run on beside the next try.
    stop();
  }
}

function since(firstAt: number | null, { mono }: SuperviseDeps): number | null {
  return firstAt === null ? null : mono() - firstAt;
}

function ended(id: string): LiftgateError {
  return new LiftgateError('internal', `${id}: the driver ended without being asked to and without a reason`);
}

function isMute(id: string, roster: Roster, { silence, mono }: SuperviseDeps, startedAt: number): boolean {
  const normal = silence[id] ?? null;
  if (normal === null) return false;
  const age = roster.ageMs(id);
  const limit = Math.max(MUTE_MS, MUTE_TIMES * normal);
  return age !== null && age > limit && mono() - startedAt > limit;
}

/** Lets a line speak for its own devices alone, and not more than can be stored. */
function gate(line: Line, emit: Emit, heard: (readings: readonly Reading[]) => void): Emit {
  const feeds = new Set(line.feeds);
  let waiting = 0;
  return (readings) => {
    const store = async () => {
      const stranger = readings.find((r) => !feeds.has(r.device));
      if (stranger) {
        throw new LiftgateError('invalid', `${line.id} may not speak for ${stranger.device}`, { about: line.id });
      }
      if (waiting > 0 && waiting + readings.length > WAITING_MAX) {
        throw new LiftgateError('busy', `${line.id}: ${waiting} readings wait for the store already`);
      }
      heard(readings);
      waiting += readings.length;
      try {
        await emit(readings);
      } finally {
        waiting -= readings.length;
      }
    };
    const stored = store();
    // A driver that has nothing to acknowledge does not wait; its readings may be lost then, the process may not.
    stored.catch(() => {});
    return stored;
  };
}
