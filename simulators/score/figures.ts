import type { Tally } from './measure.ts';

/** The figures of a score; null where there is nothing to tell of. Times in seconds, shares from 0 to 1. */
export interface Figures {
  readonly bayDays: number;
  readonly enterLatency: Quantiles;
  readonly leaveLatency: Quantiles;
  /** Changes of a bay that were never confirmed, or only after the next change. */
  readonly unfoundChanges: number | null;
  readonly startError: Quantiles;
  readonly falseFlipsPerBayDay: number;
  /** Of the worst bay. */
  readonly worstBayFalseFlips: number;
  readonly missedStaysPerBayDay: number;
  readonly occupiedTimeError: number | null;
  /** Of the time that is not unknown, in the history as it stands in the end. */
  readonly bayMinutesRight: number | null;
  /** The same of what was shown at the time. */
  readonly bayMinutesRightLive: number | null;
  readonly unknownShare: number | null;
  readonly identity: { readonly right: number | null; readonly named: number | null; readonly stays: number };
  readonly calibration: {
    readonly brier: number | null;
    readonly minutes: number;
    /** By told probability of a car, ten bins of equal width: what was told, and what was so. */
    readonly bins: readonly { readonly told: number | null; readonly was: number | null; readonly minutes: number }[];
  };
}

interface Quantiles {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly count: number;
}

export function figuresOf(t: Tally): Figures {
  return {
    bayDays: t.bayDays,
    enterLatency: quantilesOf(t.enter),
    leaveLatency: quantilesOf(t.leave),
    unfoundChanges: share(t.unfound, t.changes),
    startError: quantilesOf(t.startErrors),
    falseFlipsPerBayDay: t.bayDays === 0 ? 0 : t.falseFlips / t.bayDays,
    worstBayFalseFlips: t.worstFalseFlips,
    missedStaysPerBayDay: t.bayDays === 0 ? 0 : t.missed / t.bayDays,
    occupiedTimeError: share(t.offMs, t.trueMs),
    bayMinutesRight: share(t.rightMs, t.knownMs),
    bayMinutesRightLive: share(t.liveRightMs, t.liveKnownMs),
    unknownShare: share(t.allMs - t.knownMs, t.allMs),
    identity: { right: share(t.namedRight, t.named), named: share(t.named, t.tellable), stays: t.tellable },
    calibration: {
      brier: share(t.squares, t.told),
      minutes: t.told,
      bins: t.bins.map((b) => ({ told: share(b.sum, b.count), was: share(b.present, b.count), minutes: b.count })),
    },
  };
}

/** Nearest rank, in seconds. */
function quantilesOf(ms: readonly number[]): Quantiles {
  const sorted = ms.toSorted((a, b) => a - b);
  const at = (q: number) => {
    const value = sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)];
    return value === undefined ? null : value / 1_000;
  };
  return { p50: at(0.5), p95: at(0.95), count: sorted.length };
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
