import { setTimeout as pause } from 'node:timers/promises';
import type { Reading } from '../../../protocols/reading.ts';
import type { Eyes, Sight } from '../../vision/eyes.ts';
import type { CameraViewer } from '../../vision/viewer.ts';
import type { Health } from './health.ts';
import type { PixelReport } from './pixels.ts';
import { measureClock } from './services.ts';
import type { Snapshots } from './snapshot.ts';
import type { Session } from './soap.ts';

const SKEW_MS = 5_000;

/** One connect to one camera. */
export interface Line {
  readonly session: Session;
  readonly health: Health;
  /** Looks at its pictures; remembers what they showed from one connect to the next. */
  readonly eyes: Eyes;
  /** Its pictures for people, and the models in use. */
  readonly viewer: CameraViewer;
  /** What pixels say of the bays; null where the camera has no model. */
  readonly pixels: PixelReport | null;
  /** Says what there is, and the health now, if it changed or 5 s went by. */
  readonly tell: (more?: readonly Reading[]) => Promise<void>;
}

/** Lets somebody wait no longer. */
export class Nudge {
  private go = (): void => {};

  nudge(): void {
    this.go();
  }

  /** Resolves after `ms`, at a nudge, or when aborted. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const nudged = new Promise<void>((resolve) => {
      this.go = resolve;
    });
    const waited = pause(ms, undefined, { signal: AbortSignal.any([signal, over.signal]), ref: false }).catch(() => {});
    await Promise.race([nudged, waited]);
    over.abort();
  }
}

/** A nudge is not heard sooner than this after the last check. */
const LEAST_MS = 1_000;

/** Runs a check again and again, until aborted; what it throws is for the pull loop to meet. */
export async function repeat(
  everyMs: number,
  signal: AbortSignal,
  check: () => Promise<void>,
  nudge = new Nudge(),
): Promise<void> {
  const deaf = new Nudge();
  while (!signal.aborted) {
    await check().catch(() => {});
    const least = Math.min(LEAST_MS, everyMs);
    await deaf.wait(least, signal);
    if (everyMs > least) await nudge.wait(everyMs - least, signal);
  }
}

export async function checkClock({ session, health }: Line, signal: AbortSignal): Promise<void> {
  const known = await measureClock(session, signal);
  health.set('clock-unknown', !known);
  health.set('clock-skew', known && Math.abs(session.offsetMs) > SKEW_MS);
}

/** One picture is taken, looked at, and let go. */
export async function checkPicture(line: Line, snapshots: Snapshots | null, signal: AbortSignal): Promise<void> {
  const { health, eyes, session } = line;
  let sight: Sight | null = null;
  try {
    const picture = (await snapshots?.take(signal)) ?? null;
    // A time-lapse must not make ten seconds look like one.
    const { models, background } = line.viewer;
    if (picture !== null) sight = await eyes.look(picture, models, performance.now() / session.pace, background);
  } catch {
    // Said below: there is no picture.
  }
  if (signal.aborted) return;
  line.viewer.saw(sight);
  health.set('no-snapshot', sight === null);
  if (sight !== null) {
    health.set('frozen', sight.frozen, 'eyes');
    health.set('shifted', sight.shifted, 'eyes');
    health.set('too-dark', sight.tooDark, 'eyes');
  }
  await line.tell(line.pixels?.take(sight, session.clock()));
}
