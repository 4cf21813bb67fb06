import type { Occupancy } from '../../protocols/event.ts';
import type { Millis } from '../../protocols/time.ts';
import { type FusionState, NO_EVIDENCE, sumOf, TWO_WAY, type TwoWay, type Weighing } from './fusion.ts';
import type { Fusion } from './settings.ts';

/**
 * Is a car in the bay? `booked` is what is confirmed; `entering` and `leaving` are shown as candidates and booked only
 * when confirmed. The reference filter: a fast lane for two groups that agree, a slow lane for one that insists.
 */
export interface OccupancyState extends FusionState {
  readonly booked: 'empty' | 'occupied' | 'unknown';
  readonly bookedSince: Millis;
  readonly shown: Occupancy;
  /** Seconds that one group has insisted, less twice the seconds that it did not. */
  readonly timer: number;
  /** The rule that last spoke; null before the first tick. */
  readonly rule: string | null;
}

export const NOT_SEEN: OccupancyState = {
  ...NO_EVIDENCE,
  booked: 'unknown',
  bookedSince: 0,
  shown: 'unknown',
  timer: 0,
  rule: null,
};

/** A change of what is shown. */
export interface Change {
  readonly state: Occupancy;
  readonly since: Millis;
  readonly rule: string;
  readonly confidence: number | null;
}

interface Flip {
  readonly to: OccupancyState['booked'];
  readonly rule: string;
  readonly since: Millis;
}

/** Time passes: weighs the evidence and decides. `dt` in seconds. */
export function settle(
  o: OccupancyState,
  w: Weighing,
  now: Millis,
  dt: number,
  fusion: Fusion,
): { next: OccupancyState; change: Change | null } {
  const contrary = contraryOf(o, w, fusion);
  const seen = sameLevels(o, w) && sameTimes(o.contrary, contrary) ? o : { ...o, levels: w.levels, contrary };
  const slow = slowLane(seen, w, dt, fusion);
  const flip = flipOf(seen, w, now, slow, fusion);
  if (flip) {
    const since = Math.min(now, Math.max(flip.since, o.bookedSince));
    const calm = { camera: null, floor: null };
    const next: OccupancyState = {
      ...seen,
      booked: flip.to,
      bookedSince: since,
      shown: flip.to,
      contrary: calm,
      timer: 0,
      rule: flip.rule,
    };
    return { next, change: { state: flip.to, since, rule: flip.rule, confidence: confidence(flip.to, w, fusion) } };
  }
  const shown = candidate(seen, w, fusion);
  const timed = slow.timer === seen.timer ? seen : { ...seen, timer: slow.timer };
  if (shown === seen.shown && seen.rule !== null) return { next: timed, change: null };
  const rule = seen.rule === null ? 'start-up' : shown === seen.booked ? 'calm-again' : 'leaning';
  const from = seen.rule === null ? now : seen.bookedSince;
  const since = shown === seen.booked ? from : (firstContrary(seen) ?? now);
  const next = { ...timed, shown, rule, bookedSince: from };
  return { next, change: { state: shown, since, rule, confidence: confidence(shown, w, fusion) } };
}

/** Nobody watched from `since` on: whatever was booked, it is not known any more. */
export function forget(o: OccupancyState, since: Millis): { next: OccupancyState; change: Change | null } {
  const levels = { camera: 0, floor: 0 };
  const contrary = { camera: null, floor: null };
  if (o.booked === 'unknown') return { next: { ...o, levels, contrary, timer: 0 }, change: null };
  const at = Math.max(since, o.bookedSince);
  const next: OccupancyState = {
    ...o,
    levels,
    contrary,
    timer: 0,
    booked: 'unknown',
    bookedSince: at,
    shown: 'unknown',
    rule: 'gap',
  };
  return { next, change: { state: 'unknown', since: at, rule: 'gap', confidence: null } };
}

const against = (o: OccupancyState) => (o.booked === 'occupied' ? -1 : 1);

function flipOf(o: OccupancyState, w: Weighing, now: Millis, slow: Slow, f: Fusion): Flip | null {
  // A lift can be parked high: without a measured load, a group that is sure of an empty floor stands against it.
  const carries = w.lift?.carries === true;
  const seesBoth = TWO_WAY.some((g) => w.votes[g] !== 0 || w.levels[g] !== 0);
  const absent = seesBoth && TWO_WAY.some((g) => w.levels[g] <= -f.clamp);
  if (carries && o.booked !== 'occupied' && (w.lift!.loaded || !absent)) {
    return { to: 'occupied', rule: 'lift-raised', since: firstContrary(o) ?? w.lift!.at };
  }
  if (!seesBoth) {
    if (carries) return null;
    const present = Math.max(w.obd, w.identity);
    if (o.booked === 'occupied' && present >= f.counts) return null;
    if (o.booked !== 'occupied' && present >= f.counts && w.presentAt >= o.bookedSince) {
      return { to: 'occupied', rule: w.identity >= w.obd ? 'scan-alone' : 'obd-alone', since: w.presentAt };
    }
    return o.booked === 'unknown' ? null : { to: 'unknown', rule: 'no-healthy-source', since: w.lastWord || now };
  }
  if (o.booked === 'unknown') return firstEvidence(o, w, now, slow, f);
  if (o.booked === 'occupied' && w.lift?.raised) return null;
  // Old words of presence resist a departure, each by one step, but cannot veto two sensors that agree.
  const sum =
    o.booked === 'empty'
      ? sumOf(w, f.clamp)
      : -(w.levels.camera + w.levels.floor) - Math.min(w.obd, 1) - Math.min(w.identity, 1);
  const to = o.booked === 'empty' ? 'occupied' : 'empty';
  const since = firstContrary(o) ?? now;
  if (sum >= f.fast) return { to, rule: 'two-agree', since };
  if (slow.timer >= slow.limit) return { to, rule: slow.opposed ? 'one-against' : 'one-alone', since };
  return null;
}

/** Out of UNKNOWN there is nothing to overturn: one group that has come to its clamp and meets no other will do. */
function firstEvidence(o: OccupancyState, w: Weighing, now: Millis, slow: Slow, f: Fusion): Flip | null {
  const sum = sumOf(w, f.clamp);
  const since = firstContrary(o) ?? now;
  const ups = TWO_WAY.filter((g) => w.levels[g] >= f.clamp);
  const downs = TWO_WAY.filter((g) => w.levels[g] <= -f.clamp);
  const up = sum >= f.fast || (ups.length > 0 && TWO_WAY.every((g) => w.levels[g] > -f.counts));
  if (up) return { to: 'occupied', rule: sum >= f.fast ? 'two-agree' : 'first-evidence', since };
  if (downs.length === 0 || w.lift?.raised || ups.length > 0) return null;
  const present = Math.max(w.obd, w.identity) >= f.counts || TWO_WAY.some((g) => w.levels[g] >= f.counts);
  if (!present) return { to: 'empty', rule: 'first-evidence', since };
  return slow.timer >= f.slowAgainst ? { to: 'empty', rule: 'one-against', since } : null;
}

interface Slow {
  readonly timer: number;
  readonly limit: number;
  readonly opposed: boolean;
}

/**
 * One group at its clamp fills the timer. Against a group that disagrees it may do so only if it was the last to turn:
 * of two that are stuck opposite each other, neither moves the state for ever to and fro.
 */
function slowLane(o: OccupancyState, w: Weighing, dt: number, f: Fusion): Slow {
  const dir = o.booked === 'unknown' ? -1 : against(o);
  const opposing = TWO_WAY.filter((g) => w.votes[g] !== 0 && w.levels[g] * dir <= -f.counts);
  const insisting = TWO_WAY.some(
    (g) => w.levels[g] * dir >= f.clamp && opposing.every((other) => w.turned[g] > w.turned[other]),
  );
  const opposed = opposing.length > 0 || (dir < 0 && Math.max(w.obd, w.identity) >= f.counts);
  const timer = insisting ? o.timer + dt : Math.max(0, o.timer - 2 * dt);
  return { timer, limit: opposed ? f.slowAgainst : f.slowAlone, opposed };
}

/** Entering or leaving is shown while a group that has turned since the last flip leans over. */
function candidate(o: OccupancyState, w: Weighing, f: Fusion): Occupancy {
  if (o.booked === 'unknown' || w.lift?.raised) return o.booked;
  const dir = against(o);
  const least = o.shown === o.booked ? 0 : -f.clamp / 2;
  const leans = TWO_WAY.some((g) => {
    const from = o.contrary[g];
    return from !== null && from >= o.bookedSince && w.votes[g] * dir > 0 && w.levels[g] * dir >= least;
  });
  if (!leans) return o.booked;
  return o.booked === 'occupied' ? 'leaving' : 'entering';
}

function contraryOf(o: OccupancyState, w: Weighing, f: Fusion): OccupancyState['contrary'] {
  const one = (g: TwoWay): Millis | null => {
    const vote = w.votes[g];
    const old = o.contrary[g];
    if (o.booked === 'unknown') {
      // Both ways are open: the evidence starts where the group began to lean the way it leans now.
      if (vote === 0) return old;
      const turned = old === null || Math.sign(o.levels[g]) * vote < 0;
      return turned ? Math.max(w.turned[g], w.turned[g] > o.bookedSince ? 0 : w.heard[g]) : old;
    }
    if (vote * against(o) > 0) return old ?? w.turned[g];
    return w.levels[g] * against(o) <= -f.clamp || vote === 0 ? null : old;
  };
  return { camera: one('camera'), floor: one('floor') };
}

/** The first contrary evidence since calm, of groups that turned after the last flip; null when there is none. */
function firstContrary(o: OccupancyState): Millis | null {
  const times = TWO_WAY.map((g) => o.contrary[g]).filter((t) => t !== null && t >= o.bookedSince) as Millis[];
  return times.length === 0 ? null : Math.min(...times);
}

function confidence(state: Occupancy, w: Weighing, f: Fusion): number | null {
  if (state === 'unknown') return null;
  const present = 1 / (1 + Math.exp(-sumOf(w, f.clamp)));
  const p = state === 'occupied' || state === 'entering' ? present : 1 - present;
  return Math.round(1_000 * Math.min(0.999, Math.max(0.01, p))) / 1_000;
}

function sameLevels(o: OccupancyState, w: Weighing): boolean {
  return o.levels.camera === w.levels.camera && o.levels.floor === w.levels.floor;
}

function sameTimes(a: OccupancyState['contrary'], b: OccupancyState['contrary']): boolean {
  return a.camera === b.camera && a.floor === b.floor;
}
