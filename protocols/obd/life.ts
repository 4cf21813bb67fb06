import type { CodeStage } from './dialect.ts';

/**
 * The life of a trouble code over successive scans (13 CCR 1968.2): pending after the first failure, stored with the lamp
 * after a second cycle, permanent until its own monitor has passed. A pure fold: the caller keeps the result.
 */
export interface CodeLife {
  readonly code: string;
  /** Furthest of the stages in which the last scan saw it; `gone` when it saw it in none. */
  readonly stage: CodeStage | 'gone';
  /** ms of the scan that saw it first, and last. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Steps, oldest first; the last of them is the stage now. */
  readonly steps: readonly { readonly at: number; readonly stage: CodeStage | 'gone' }[];
  /** It went without the lamp's usual forty warm-ups: someone cleared the memory between two scans. */
  readonly cleared: boolean;
}

export interface ScanCodes {
  readonly at: number;
  readonly stored: readonly string[];
  readonly pending: readonly string[];
  readonly permanent: readonly string[];
  /** Warm-ups since the memory was cleared (parameter 30); null when the car does not tell. */
  readonly warmUps: number | null;
}

/** Steps kept of each code; the oldest are forgotten. */
const MOST_STEPS = 20;
/** A stored code leaves by itself only after so many warm-ups without a failure. */
const WARM_UPS_TO_ERASE = 40;

/** The lives after one more scan. A scan older than what is known changes nothing. */
export function afterScan(lives: readonly CodeLife[], scan: ScanCodes): CodeLife[] {
  const known = new Map(lives.map((l) => [l.code, l]));
  const codes = new Set([...known.keys(), ...scan.stored, ...scan.pending, ...scan.permanent]);
  return [...codes].sort().map((code) => {
    const before = known.get(code) ?? null;
    if (before !== null && scan.at < (before.steps.at(-1)?.at ?? 0)) return before;
    const stage = stageOf(code, scan);
    const last = before?.stage ?? null;
    const step = stage === last ? [] : [{ at: scan.at, stage }];
    return {
      code,
      stage,
      firstSeen: before?.firstSeen ?? scan.at,
      lastSeen: stage === 'gone' ? (before?.lastSeen ?? scan.at) : scan.at,
      steps: [...(before?.steps ?? []), ...step].slice(-MOST_STEPS),
      cleared: stage === 'gone' && (last === 'gone' ? before!.cleared : wasCleared(last, scan)),
    };
  });
}

/** Permanent says that it was cleared and has not passed yet; a stored one is worse than one that is only pending. */
function stageOf(code: string, scan: ScanCodes): CodeLife['stage'] {
  if (scan.stored.includes(code)) return 'stored';
  if (scan.permanent.includes(code)) return 'permanent';
  return scan.pending.includes(code) ? 'pending' : 'gone';
}

function wasCleared(last: CodeLife['stage'] | null, scan: ScanCodes): boolean {
  return last === 'stored' && scan.warmUps !== null && scan.warmUps < WARM_UPS_TO_ERASE;
}
