import type { EventData } from '../../../protocols/event.ts';
import type { FlagName } from '../../../protocols/health/flag.ts';
import type { Millis } from '../../../protocols/time.ts';
import { forecast } from '../detect/bootstrap.ts';
import { calibrated, type Ended, LEAST_ENDED } from '../detect/conformal.ts';
import { condense, theilSen } from '../detect/theil-sen.ts';
import type { Verdict } from './judge.ts';
import type { Spec } from './spec.ts';
import { type Point, pointsOf, type Track } from './track.ts';

type FlagData = EventData<'liftgate.vehicle.flag.v1'>;

export interface Ahead {
  readonly forecast: FlagData['forecast'];
  readonly due: FlagData['due'];
  /** When the line alone reaches the limit, before what finished cases make of it. */
  readonly line: Millis | null;
  /** The trend is there, and reaches the limit only beyond what may be said. */
  readonly beyond: boolean;
  readonly by: 'bootstrap' | 'conformal' | null;
}

const DAY_MS = 86_400_000;
const POINTS = 12;
const REFITS = 300;
const MOST_FITTED = 40;
const LEAST_FITTED = 5;
const NOTHING: Ahead = { forecast: [], due: null, line: null, beyond: false, by: null };

/**
 * When the feature reaches `act`: a Theil–Sen line through what was measured since the change began, carried on at most
 * twice as far as that was observed. The window is the 5th to 95th percentile of a moving-block bootstrap; once nineteen
 * cases have come to their end, what such a forecast came to makes day and window instead (`calibrated`).
 *
 * @param seed the same seed gives the same numbers
 * @param ended cases that came to their end
 */
export function lookAhead(
  points: readonly Point[],
  spec: Spec,
  verdict: Verdict,
  seed: string,
  ended: readonly Ended[] = [],
): Ahead {
  const { act } = verdict;
  if (act === null || spec.bad * (verdict.level - act) >= 0) return NOTHING;
  const from = Math.max(verdict.from, Math.min(verdict.onset - 1, points.length - LEAST_FITTED));
  const since = points.slice(Math.max(0, from));
  const first = since[0]?.at ?? 0;
  const last = since.at(-1)?.at ?? 0;
  if (since.length < LEAST_FITTED || last - first < 3 * DAY_MS) return NOTHING;
  const now = (last - first) / DAY_MS;
  const horizon = 3 * now;
  const { t, y } = condense(
    since.map((p) => (p.at - first) / DAY_MS),
    since.map((p) => p.value),
    MOST_FITTED,
  );
  const at = Array.from({ length: POINTS }, (_, i) => now + ((horizon - now) * i) / (POINTS - 1));
  const f = forecast(t, y, { limit: act, at, seed, refits: REFITS });
  // An interval of the slope that holds zero: no due date.
  if (f === null || (spec.bad > 0 ? f.slope.low <= 0 : f.slope.high >= 0)) return NOTHING;
  const millis = (days: number) => Math.round(first + Math.max(days, now) * DAY_MS);
  const points_ = f.points.map((p) => ({
    at: millis(p.t),
    value: rounded(p.value),
    low: rounded(p.low),
    high: rounded(p.high),
  }));
  if (f.due.likely > horizon) return { forecast: points_, due: null, line: null, beyond: true, by: null };
  const line = millis(f.due.likely);
  const checked = calibrated(ended, Math.max(0, f.due.likely - now));
  const { early, likely, late } = checked ?? {
    early: f.due.early - now,
    likely: f.due.likely - now,
    late: f.due.late - now,
  };
  const due = {
    early: millis(now + early),
    likely: millis(now + likely),
    late: Number.isFinite(late) ? millis(now + late) : null,
  };
  return { forecast: points_, due, line, beyond: false, by: checked === null ? 'bootstrap' : 'conformal' };
}

/** Own use of the car: km a day, by Theil–Sen over odometer readings. Null: fewer than three, or less than 14 days. */
export function kmPerDay(odometer: Track | undefined): number | null {
  const points = pointsOf(odometer ?? []).slice(-60);
  if (points.length < 3 || points.at(-1)!.at - points[0]!.at < 14 * DAY_MS) return null;
  const line = theilSen(
    points.map((p) => p.at / DAY_MS),
    points.map((p) => p.value),
  );
  return line === null || line.slope < 0 ? null : line.slope;
}

/** The window in km from now on, by the car's own use. */
export function inKm(due: FlagData['due'], perDay: number | null, now: Millis): FlagData['dueKm'] {
  if (due === null || perDay === null) return null;
  const km = (at: Millis) => Math.round((perDay * Math.max(0, at - now)) / DAY_MS);
  return { early: km(due.early), likely: km(due.likely), late: due.late === null ? null : km(due.late) };
}

/** Finished cases to go by: of the flag itself once there are enough, else of all flags together. */
export function casesOf(
  cases: Readonly<Partial<Record<FlagName, readonly Ended[]>>>,
  flag: FlagName,
): readonly Ended[] {
  const own = cases[flag] ?? [];
  return own.length >= LEAST_ENDED ? own : Object.values(cases).flatMap((all) => all.slice(-OF_EACH));
}
/** The newest of each flag, where they are taken together. */
const OF_EACH = 14;

export function rounded(v: number): number {
  return Math.round(v * 1_000) / 1_000;
}
