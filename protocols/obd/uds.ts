import type { Message } from './frame.ts';
import { hex } from './hex.ts';

/** The few services of ISO 14229-1 that Liftgate uses: 10, 3E, 19 and 22. Never 27, 2E, 31 or 34: it only reads. */
export const uds = {
  /** Diagnostic level: 01 usual, 03 extended. */
  session: (level: 0x01 | 0x03) => `10${hex(level)}`,
  /** Tester present: every server of ISO 14229-1 answers it in every level, and it keeps a level alive. */
  present: '3E00',
  identifier: (did: number) => `22${did.toString(16).toUpperCase().padStart(4, '0')}`,
  /** Codes whose status has one of these bits. */
  codesByStatus: (mask: number) => `1902${hex(mask)}`,
} as const;

/** Response times of ISO 14229-2 in ms. */
export const UDS_TIMES = {
  p2: 50,
  /** Restarted by every answer `7F ss 78`. */
  p2Star: 5_000,
  /** However often a unit says "wait", after this it is given up. */
  mostWait: 30_000,
} as const;

/**
 * The last word of each control unit: an answer `7F ss 78` only announces the true one, and counts while nothing else
 * has come from the same unit.
 *
 * @returns messages without announcements, and the units that still owe an answer.
 */
export function settle(messages: readonly Message[]): {
  readonly messages: readonly Message[];
  readonly pending: readonly (string | null)[];
} {
  const final = messages.filter((m) => !isPending(m));
  const pending = messages.filter((m) => isPending(m) && !final.some((f) => f.source === m.source));
  return { messages: final, pending: [...new Set(pending.map((m) => m.source))] };
}

function isPending({ bytes }: Message): boolean {
  return bytes[0] === 0x7f && bytes[2] === 0x78;
}

/** How long to wait yet for an answer. `elapsedMs` since the request, `sincePendingMs` since the last `7F ss 78`. */
export function patience(elapsedMs: number, sincePendingMs: number | null): number {
  const own = sincePendingMs === null ? UDS_TIMES.p2 - elapsedMs : UDS_TIMES.p2Star - sincePendingMs;
  return Math.max(0, Math.min(own, UDS_TIMES.mostWait - elapsedMs));
}

/** A trouble code of three bytes with its status (ISO 14229-1, annex D.2). */
export interface StatusBits {
  readonly failed: boolean;
  readonly failedThisCycle: boolean;
  readonly pending: boolean;
  readonly confirmed: boolean;
  readonly notCompleteSinceClear: boolean;
  readonly failedSinceClear: boolean;
  readonly notCompleteThisCycle: boolean;
  readonly lamp: boolean;
}

export function statusBits(status: number): StatusBits {
  const has = (n: number) => ((status >> n) & 1) === 1;
  return {
    failed: has(0),
    failedThisCycle: has(1),
    pending: has(2),
    confirmed: has(3),
    notCompleteSinceClear: has(4),
    failedSinceClear: has(5),
    notCompleteThisCycle: has(6),
    lamp: has(7),
  };
}
