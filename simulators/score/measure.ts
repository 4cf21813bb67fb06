import type { Millis } from '../../protocols/time.ts';
import { differenceOf, historyOf, type Spans, stateAt } from './history.ts';
import type { Telling, Track, Tracks } from './track.ts';
import type { TrueStay, Truth } from './truth.ts';

/** A change is found late when its confirmation comes after this, and a flip is false when no change lies within it. */
const LATE_MS = 240_000;
/** Observers' clocks and a door that opens first: a flip may stand this much before its change. */
const EARLY_MS = 10_000;
const NAMED_MS = 60_000;
const MINUTE = 60_000;
const BINS = 10;

/** Sums over bays, so that the sums of several days add up. Times in ms. */
export interface Tally {
  bayDays: number;
  enter: number[];
  leave: number[];
  startErrors: number[];
  /** True changes of a bay whose confirmation never came, or after the next change. */
  unfound: number;
  changes: number;
  falseFlips: number;
  worstFalseFlips: number;
  missed: number;
  stays: number;
  trueMs: number;
  offMs: number;
  rightMs: number;
  knownMs: number;
  allMs: number;
  /** Of the time that was told as known while it lasted: what was right at once. */
  liveRightMs: number;
  liveKnownMs: number;
  /** Stays of which something told the car; those named within 60 s of that; those named rightly. */
  tellable: number;
  named: number;
  namedRight: number;
  squares: number;
  told: number;
  bins: { sum: number; present: number; count: number }[];
}

function emptyTally(): Tally {
  return {
    ...{ bayDays: 0, enter: [], leave: [], startErrors: [], unfound: 0, changes: 0 },
    ...{ falseFlips: 0, worstFalseFlips: 0, missed: 0, stays: 0 },
    ...{ trueMs: 0, offMs: 0, rightMs: 0, knownMs: 0, allMs: 0, liveRightMs: 0, liveKnownMs: 0 },
    ...{ tellable: 0, named: 0, namedRight: 0, squares: 0, told: 0 },
    bins: Array.from({ length: BINS }, () => ({ sum: 0, present: 0, count: 0 })),
  };
}

export function addTally(a: Tally, b: Tally): Tally {
  const sum = emptyTally();
  for (const key of Object.keys(sum) as (keyof Tally)[]) {
    const [x, y] = [a[key], b[key]];
    if (typeof x === 'number') (sum[key] as number) = x + (y as number);
    else if (key !== 'bins') (sum[key] as number[]) = [...(x as number[]), ...(y as number[])];
  }
  sum.worstFalseFlips = Math.max(a.worstFalseFlips, b.worstFalseFlips);
  sum.bins = a.bins.map((bin, i) => {
    const other = b.bins[i]!;
    return { sum: bin.sum + other.sum, present: bin.present + other.present, count: bin.count + other.count };
  });
  return sum;
}

/** Holds what was told of the bays against what was so. The definitions stand in docs/bays-score.md. */
export function tallyOf(truth: Truth, tracks: Tracks): Tally {
  const tally = emptyTally();
  const days = Math.max(1, Math.ceil((truth.to - truth.from) / 86_400_000));
  for (const bay of truth.bays) {
    const stays = truth.stays.filter((s) => s.bay === bay && s.from < truth.to && s.to > truth.from);
    const track = tracks.get(bay) ?? { tellings: [], names: [] };
    tally.bayDays += days;
    scoreBay(tally, truth, stays, track);
  }
  return tally;
}

function scoreBay(t: Tally, truth: Truth, stays: readonly TrueStay[], track: Track): void {
  const live = liveOf(track.tellings);
  const history = historyOf(track.tellings);
  transitions(t, truth, stays, live);
  matches(t, truth, stays, history);
  const past = differenceOf(stays, history, truth.from, truth.to);
  t.trueMs += past.trueMs;
  t.offMs += Math.abs(past.saidMs - past.trueMs);
  t.rightMs += past.rightMs;
  t.knownMs += past.knownMs;
  t.allMs += truth.to - truth.from;
  const wall = differenceOf(stays, live, truth.from, truth.to);
  t.liveRightMs += wall.rightMs;
  t.liveKnownMs += wall.knownMs;
  names(t, truth, stays, track);
  calibration(t, truth, stays, track.tellings);
}

/** What was booked, by the time at which it was told. */
function liveOf(tellings: readonly Telling[]): Spans {
  const spans: { from: Millis; state: NonNullable<Telling['booked']>; stay: string | null }[] = [];
  for (const { at, booked, stay } of tellings) {
    if (booked !== null && (spans.at(-1)?.state !== booked || spans.at(-1)?.stay !== stay))
      spans.push({ from: at, state: booked, stay });
  }
  return spans;
}

function transitions(t: Tally, truth: Truth, stays: readonly TrueStay[], live: Spans): void {
  const changes = stays.flatMap((s) => [
    ...(s.from > truth.from ? [{ at: s.from, to: 'occupied' as const }] : []),
    ...(s.to < truth.to ? [{ at: s.to, to: 'empty' as const }] : []),
  ]);
  const flips = live.filter((s, i) => i > 0 && s.state !== live[i - 1]!.state);
  changes.forEach((change, i) => {
    const until = changes[i + 1]?.at ?? truth.to;
    // What happens just before the end of the watch may be confirmed after it.
    if (truth.to - change.at < LATE_MS && i === changes.length - 1) return;
    t.changes++;
    const before = stateAt(live, change.at - EARLY_MS)?.state;
    const found = flips.find((f) => f.state === change.to && f.from >= change.at - EARLY_MS && f.from < until);
    if (!found || before === change.to) t.unfound++;
    else t[change.to === 'occupied' ? 'enter' : 'leave'].push(Math.max(0, found.from - change.at));
  });
  let wrong = 0;
  for (const f of flips) {
    if (f.state === 'unknown' || f.from < truth.from || f.from >= truth.to) continue;
    const known = live[live.indexOf(f) - 1]!.state !== 'unknown';
    if (!known && isThere(stays, f.from) === (f.state === 'occupied')) continue;
    if (!changes.some((c) => f.from >= c.at - EARLY_MS && f.from - c.at <= LATE_MS)) wrong++;
  }
  t.falseFlips += wrong;
  t.worstFalseFlips = Math.max(t.worstFalseFlips, wrong);
}

/** Each stay of the history answers for one true stay: of those that share half of either, the one that began nearest. */
function matches(t: Tally, truth: Truth, stays: readonly TrueStay[], history: Spans): void {
  const spans = history.map((s, i) => ({ ...s, to: history[i + 1]?.from ?? truth.to }));
  const taken = new Map<number, number>();
  spans.forEach((span, i) => {
    if (span.state !== 'occupied') return;
    const alike = stays.flatMap((s, k) => {
      const overlap = Math.min(span.to, s.to) - Math.max(span.from, s.from);
      const half = Math.min(span.to - span.from, s.to - s.from) / 2;
      return overlap > 0 && overlap >= half && !taken.has(k) ? [{ k, off: Math.abs(s.from - span.from) }] : [];
    });
    const best = alike.reduce((a, b) => (b.off < a.off ? b : a), { k: -1, off: Number.POSITIVE_INFINITY });
    if (best.k >= 0) taken.set(best.k, i);
  });
  stays.forEach((s, k) => {
    const unknown = spans
      .filter((span) => span.state === 'unknown')
      .reduce((sum, span) => sum + Math.max(0, Math.min(span.to, s.to) - Math.max(span.from, s.from)), 0);
    const end = Math.min(s.to, truth.to);
    // Time that was told as unknown is scored as such, and so is a stay that has only just begun.
    if (unknown > (s.to - s.from) / 2 || truth.to - s.from < LATE_MS || end <= truth.from) return;
    t.stays++;
    const span = taken.get(k);
    if (span === undefined) t.missed++;
    // Out of UNKNOWN no start is claimed: the car may have come at any time before.
    else if (s.from > truth.from && spans[span - 1]?.state !== 'unknown')
      t.startErrors.push(Math.abs(spans[span]!.from - s.from));
  });
}

/** Which car: right within 60 s of the first word that could tell it, of those that were named at all by then. */
function names(t: Tally, truth: Truth, stays: readonly TrueStay[], track: Track): void {
  for (const s of stays) {
    const due = Math.max(s.from, s.told ?? s.from) + NAMED_MS;
    if (s.vin === null || due >= Math.min(s.to, truth.to) || s.from < truth.from) continue;
    t.tellable++;
    const stay = track.tellings.findLast((x) => x.at <= due && x.stay !== null)?.stay;
    const name = track.names.findLast((x) => x.at <= due && x.stay === stay);
    if (name?.vin == null) continue;
    t.named++;
    if (name.vin === s.vin) t.namedRight++;
  }
}

function calibration(t: Tally, truth: Truth, stays: readonly TrueStay[], tellings: readonly Telling[]): void {
  let i = -1;
  for (let at = truth.from + MINUTE / 2; at < truth.to; at += MINUTE) {
    while (i + 1 < tellings.length && tellings[i + 1]!.at <= at) i++;
    const p = tellings[i]?.present;
    if (p == null) continue;
    const there = isThere(stays, at) ? 1 : 0;
    t.squares += (p - there) ** 2;
    t.told++;
    const bin = t.bins[Math.min(BINS - 1, Math.floor(p * BINS))]!;
    bin.sum += p;
    bin.present += there;
    bin.count++;
  }
}

function isThere(stays: readonly TrueStay[], at: Millis): boolean {
  return stays.some((s) => at >= s.from && at < s.to);
}
