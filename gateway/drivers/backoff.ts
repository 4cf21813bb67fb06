import { isLiftgateError, needsAPerson } from '../../protocols/error.ts';
import type { DEVICE_KINDS } from '../../protocols/event.ts';

export type LineKind = (typeof DEVICE_KINDS)[number];

/** How a line has fared lately; zeros after it has been well for a while. */
export interface Attempts {
  readonly failed: number;
  /** Of these, in a row, refused for a reason that only a person can cure. */
  readonly refused: number;
}

export const FRESH: Attempts = { failed: 0, refused: 0 };

const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;
/** A bay must be seen again within 30 s of its camera; how often a camera is asked for a subscription, its driver limits. */
const CAMERA_LONGEST_MS = 15_000;
/** A port on this machine or this network: a try costs nothing, and who plugs an adapter in waits for it. */
const LOCAL_LONGEST_MS = 2_000;
const SHORTEST_MS = 250;
const REFUSED_MS = 60_000;
/** Cameras lock an account for minutes after a few wrong passwords; each early try starts that time anew. */
const CAMERA_REFUSED_MS = 360_000;

const LONGEST: Partial<Record<LineKind, number>> = {
  camera: CAMERA_LONGEST_MS,
  elm327: LOCAL_LONGEST_MS,
  scanner: LOCAL_LONGEST_MS,
};

export function afterFailure(attempts: Attempts, error: unknown): Attempts {
  return { failed: attempts.failed + 1, refused: needsAPerson(error) ? attempts.refused + 1 : 0 };
}

/**
 * How long to wait before the next try, in ms: 1 to 60 s with full jitter, 2 s at most for an adapter or a scanner; at least a minute where a person must act,
 * six for a camera that refused twice; never less than the other side asked for.
 *
 * @param attempts including the failure just seen
 * @param random 0 ≤ x < 1
 */
export function waitBefore(kind: LineKind, attempts: Attempts, error: unknown, random: number): number {
  const asked = isLiftgateError(error) ? (error.retryAfterMs ?? 0) : 0;
  return Math.max(asked, ownWait(kind, attempts, isLiftgateError(error) && error.code === 'denied', random));
}

function ownWait(kind: LineKind, { failed, refused }: Attempts, denied: boolean, random: number): number {
  if (refused > 0) {
    const least = kind === 'camera' && denied && refused >= 2 ? CAMERA_REFUSED_MS : REFUSED_MS;
    return least * (1 + random / 2);
  }
  const longest = LONGEST[kind] ?? LONGEST_MS;
  const ceiling = Math.min(longest, FIRST_MS * 2 ** Math.min(failed - 1, 10));
  return Math.max(SHORTEST_MS, random * ceiling);
}
