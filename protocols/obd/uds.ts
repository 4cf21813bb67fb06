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
 * What to do with a refusal.
 *
 * - `park`: this unit does not know it; do not ask again.
 * - `session`: the wrong diagnostic level; once `10 03`, else park.
 * - `again`: busy; ask again a little later.
 * - `wait`: the answer is coming; do not ask, only wait.
 * - `conditions`: the car is in the wrong state (running, moving, voltage); tell the words, try much later.
 * - `locked`: a security gateway; stop.
 * - `report`: tell it, and go on.
 */
type RefusalAdvice = 'park' | 'session' | 'again' | 'wait' | 'conditions' | 'locked' | 'report';

interface Reason {
  readonly words: string;
  readonly advice: RefusalAdvice;
}

/** ISO 14229-1, annex A.1: negative response codes. */
const REASONS: Readonly<Record<number, Reason>> = {
  16: { words: 'general reject', advice: 'park' },
  17: { words: 'service not supported', advice: 'park' },
  18: { words: 'sub-function not supported', advice: 'park' },
  19: { words: 'wrong message length or format', advice: 'park' },
  20: { words: 'the answer would be too long', advice: 'report' },
  33: { words: 'busy, ask again', advice: 'again' },
  34: { words: 'conditions not right', advice: 'conditions' },
  36: { words: 'wrong order of requests', advice: 'conditions' },
  37: { words: 'no answer from a sub-net', advice: 'report' },
  38: { words: 'a failure prevents it', advice: 'report' },
  49: { words: 'request out of range', advice: 'park' },
  51: { words: 'access denied', advice: 'locked' },
  52: { words: 'authentication needed', advice: 'locked' },
  53: { words: 'wrong key', advice: 'locked' },
  54: { words: 'too many attempts', advice: 'locked' },
  55: { words: 'waiting time not over', advice: 'locked' },
  112: { words: 'upload or download not accepted', advice: 'report' },
  113: { words: 'transfer suspended', advice: 'report' },
  114: { words: 'programming failure', advice: 'report' },
  115: { words: 'wrong block number', advice: 'report' },
  120: { words: 'wait, the answer is coming', advice: 'wait' },
  126: { words: 'sub-function not in this diagnostic level', advice: 'session' },
  127: { words: 'service not in this diagnostic level', advice: 'session' },
  129: { words: 'engine speed too high', advice: 'conditions' },
  130: { words: 'engine speed too low', advice: 'conditions' },
  131: { words: 'engine is running', advice: 'conditions' },
  132: { words: 'engine is not running', advice: 'conditions' },
  133: { words: 'engine has not run long enough', advice: 'conditions' },
  134: { words: 'temperature too high', advice: 'conditions' },
  135: { words: 'temperature too low', advice: 'conditions' },
  136: { words: 'vehicle too fast', advice: 'conditions' },
  137: { words: 'vehicle too slow', advice: 'conditions' },
  138: { words: 'throttle or pedal too far', advice: 'conditions' },
  139: { words: 'throttle or pedal not far enough', advice: 'conditions' },
  140: { words: 'gearbox is not in neutral', advice: 'conditions' },
  141: { words: 'gearbox is not in gear', advice: 'conditions' },
  143: { words: 'brake is not pressed', advice: 'conditions' },
  144: { words: 'lever is not in park', advice: 'conditions' },
  145: { words: 'converter clutch is locked', advice: 'conditions' },
  146: { words: 'voltage too high', advice: 'conditions' },
  147: { words: 'voltage too low', advice: 'conditions' },
};

/** What a negative response code means; a code of the maker or of no table is told by its number. */
export function reasonOf(code: number): Reason {
  return REASONS[code] ?? { words: `refused with code ${hex(code)}`, advice: 'report' };
}

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
