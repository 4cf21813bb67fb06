import type { EventData, WorkState } from '../../protocols/event.ts';
import type { Millis } from '../../protocols/time.ts';
import { type Day, openSeconds } from './calendar.ts';

/**
 * The sums of one bay's day. One leaf at a time, half-open spans, whole seconds of open time: the leaves add up to
 * `open` exactly. The recent past is kept as spans, so that a state which is dated back moves its seconds along.
 */
export interface Utilisation {
  readonly day: string;
  readonly from: Millis;
  /** Sums of [from, trail[0].from). */
  readonly base: Sums;
  /** Spans in order; the last one is still open. */
  readonly trail: readonly { readonly leaf: Leaf; readonly from: Millis }[];
  readonly visits: number;
  readonly toldAt: Millis;
  readonly toldLeaf: Leaf | null;
}

export const LEAVES = ['working', 'waiting', 'idle', 'blocked', 'empty', 'unknown'] as const;
export type Leaf = (typeof LEAVES)[number];
type Sums = Readonly<Record<Leaf, number>>;

const ZERO: Sums = { working: 0, waiting: 0, idle: 0, blocked: 0, empty: 0, unknown: 0 };
/** Longer ago than this nothing is dated back. */
const AMENDED_MS = 1_800_000;

export function leafOf(state: WorkState): Leaf {
  return state === 'none' ? 'empty' : state;
}

/** A day of which nothing was seen before now: what has passed of it is unknown. */
export function beginDay(day: Day, leaf: Leaf = 'unknown'): Utilisation {
  return {
    day: day.day,
    from: day.start,
    base: ZERO,
    trail: [{ leaf, from: day.start }],
    visits: 0,
    toldAt: 0,
    toldLeaf: null,
  };
}

/** The bay's time is spent on `leaf` since `since`, however that was booked before. */
export function turnTo(u: Utilisation, day: Day, leaf: Leaf, since: Millis, now: Millis): Utilisation {
  const last = u.trail.at(-1)!;
  if (last.leaf === leaf && since >= last.from) return u;
  const at = Math.max(since, u.trail[0]!.from);
  const kept = u.trail.filter((s) => s.from < at);
  const joined = kept.at(-1)?.leaf === leaf ? kept : [...kept, { leaf, from: at }];
  return foldOld({ ...u, trail: joined }, day, now);
}

/** Spans that nothing can amend any more become sums. */
function foldOld(u: Utilisation, day: Day, now: Millis): Utilisation {
  let base = u.base;
  let trail = u.trail;
  while (trail.length > 1 && trail[1]!.from < now - AMENDED_MS) {
    const [first, second] = trail as [Utilisation['trail'][0], Utilisation['trail'][0]];
    base = { ...base, [first.leaf]: base[first.leaf] + openSeconds(day, first.from, second.from) };
    trail = trail.slice(1);
  }
  return trail === u.trail ? u : { ...u, base, trail };
}

/** The running sums at `until`. */
export function sumsOf(bay: string, u: Utilisation, day: Day, until: Millis): EventData<'liftgate.bay.utilisation.v1'> {
  const sums = { ...u.base };
  u.trail.forEach((s, i) => {
    sums[s.leaf] += openSeconds(day, s.from, u.trail[i + 1]?.from ?? until);
  });
  return { bay, day: u.day, open: openSeconds(day, u.from, until), ...sums, visits: u.visits };
}
