import { setTimeout as pause } from 'node:timers/promises';
import { isLiftgateError } from '../../../protocols/error.ts';
import type { Health } from './health.ts';
import { measureClock } from './services.ts';
import type { Snapshots } from './snapshot.ts';
import type { Session } from './soap.ts';

const SKEW_MS = 5_000;
/** Cameras lock an account for minutes after a few refused logins, and pictures have a login of their own. */
const REFUSED_MS = 360_000;

/** One connect to one camera. */
export interface Line {
  readonly session: Session;
  readonly health: Health;
  /** Says the health now, if it changed or 5 s went by. */
  readonly tell: () => Promise<void>;
}

/**
 * Runs a check again and again, until aborted; what it throws is for the pull loop to meet.
 * @param check may give a longer wait until the next time, in ms
 */
export async function repeat(everyMs: number, signal: AbortSignal, check: () => Promise<number | null>): Promise<void> {
  while (!signal.aborted) {
    const longer = await check().catch(() => null);
    await pause(longer ?? everyMs, undefined, { signal, ref: false }).catch(() => {});
  }
}

export async function checkClock({ session, health }: Line, signal: AbortSignal): Promise<null> {
  const known = await measureClock(session, signal);
  health.set('clock-unknown', !known);
  health.set('clock-skew', known && Math.abs(session.offsetMs) > SKEW_MS);
  return null;
}

/** The picture is looked at, and let go. */
export async function checkPicture(
  line: Line,
  snapshots: Snapshots | null,
  signal: AbortSignal,
): Promise<number | null> {
  let taken: Buffer | null = null;
  let refused = false;
  try {
    taken = (await snapshots?.take(signal)) ?? null;
  } catch (e) {
    refused = isLiftgateError(e) && e.code === 'denied';
  }
  if (signal.aborted) return null;
  line.health.set('no-snapshot', taken === null);
  await line.tell();
  return refused ? REFUSED_MS * line.session.pace : null;
}
