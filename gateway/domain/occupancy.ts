import type { Occupancy } from '../../protocols/event.ts';
import type { Millis } from '../../protocols/time.ts';
import { confidenceOf } from './confidence.ts';
import { CALM, type FusionState, NO_EVIDENCE, sumOf, TWO_WAY, type TwoWay, type Weighing } from './fusion.ts';
import type { Fusion } from './settings.ts';

/**
 * Is a car in the bay? `booked` is what is confirmed; `entering` and `leaving` are shown as candidates and booked only
 * when confirmed. The reference filter: a fast lane for two groups that agree, a slow lane for one that insists.
 */
export interface OccupancyState extends FusionState {
  readonly booked: 'empty' | 'occupied' | 'unknown';
  readonly bookedSince: Millis;
  readonly shown: Occupancy;
  /** The rule that last spoke; null before the first tick. */
  readonly rule: string | null;
}

export const NOT_SEEN: OccupancyState = {
  ...NO_EVIDENCE,
  booked: 'unknown',
  bookedSince: 0,
  shown: 'unknown',
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
  const seen = follow(o, w, now, dt, fusion);
  const flip = flipOf(seen, w, now, fusion);
  if (flip) {
    const since = Math.min(now, Math.max(flip.since, o.bookedSince));
    const { timers, contrary } = CALM;
    const booked = { booked: flip.to, bookedSince: since, shown: flip.to, rule: flip.rule };
    const next: OccupancyState = { ...seen, ...booked, timers, contrary };
    return {
      next,
      change: { state: flip.to, since, rule: flip.rule, confidence: confidenceOf(flip.to, flip.rule, w) },
    };
  }
  const shown = candidate(seen, w, fusion);
  if (shown === seen.shown && seen.rule !== null) return { next: seen, change: null };
  const rule = seen.rule === null ? 'start-up' : shown === seen.booked ? 'calm-again' : 'leaning';
  const from = seen.rule === null ? now : seen.bookedSince;
  const since = shown === seen.booked ? from : (firstContrary(seen) ?? now);
  const next = { ...seen, shown, rule, bookedSince: from };
  return { next, change: { state: shown, since, rule, confidence: confidenceOf(shown, rule, w) } };
}

/** Nobody watched from `since` on: whatever was booked, it is not known any more. */
export function forget(o: OccupancyState, since: Millis): { next: OccupancyState; change: Change | null } {
  if (o.booked === 'unknown') return { next: { ...o, ...CALM }, change: null };
  const at = Math.max(since, o.bookedSince);
  const next: OccupancyState = { ...o, ...CALM, booked: 'unknown', bookedSince: at, shown: 'unknown', rule: 'gap' };
  return { next, change: { state: 'unknown', since: at, rule: 'gap', confidence: null } };
}

/** After a start every source speaks within this time. */
const FIRST_WORDS_MS = 10_000;
/** No timer has to remember more, in seconds. */
const MOST_TIMER = 3_600;

const against = (o: OccupancyState) => (o.booked === 'occupied' ? -1 : 1);

/** Levels, timers and first contrary words follow the votes. */
function follow(o: OccupancyState, w: Weighing, now: Millis, dt: number, f: Fusion): OccupancyState {
  const { levels } = w;
  // Out of UNKNOWN the timers count for "empty": "occupied" needs none there.
  const dir = o.booked === 'unknown' ? -1 : against(o);
  const glance = (g: TwoWay) => now - w.turned[g] < 1_000 * f.glance;
  const timerOf = (g: TwoWay, other: TwoWay) => {
    const vote = w.votes[g] * dir;
    if (vote > 0) return Math.min(MOST_TIMER, o.timers[g] + vote * dt);
    // One look to the contrary, while the other group goes on insisting, takes nothing back.
    if (o.timers[g] === 0 || (w.votes[other] * dir > 0 && glance(g))) return o.timers[g];
    return Math.max(0, o.timers[g] - dt);
  };
  const timers = { camera: timerOf('camera', 'floor'), floor: timerOf('floor', 'camera') };
  const contrary = {
    camera: contraryOf(o, w, 'camera', timers.camera),
    floor: contraryOf(o, w, 'floor', timers.floor),
  };
  const same = (g: TwoWay) => o.levels[g] === levels[g] && o.timers[g] === timers[g] && o.contrary[g] === contrary[g];
  return same('camera') && same('floor') ? o : { ...o, levels, timers, contrary };
}

function flipOf(o: OccupancyState, w: Weighing, now: Millis, f: Fusion): Flip | null {
  const { lift } = w;
  const seesBoth = sees(w, 'camera') || sees(w, 'floor');
  if (
    o.booked !== 'occupied' &&
    lift?.carries &&
    (lift.loaded || aloneUp(o, seesBoth, now) || wentUpWithCar(o, lift.at))
  ) {
    return { to: 'occupied', rule: 'lift-raised', since: firstContrary(o) ?? lift.at };
  }
  if (!seesBoth) return byWord(o, w, now, f);
  if (o.booked === 'unknown') return firstEvidence(o, w, now, f);
  if (o.booked === 'occupied') {
    if (lift?.raised && (lift.loaded || !wentUpWithCar(o, lift.at))) return null;
    // Old words of presence resist a departure, each by one step, but cannot veto two sensors that agree.
    const resist = Math.min(w.obd, 1) + Math.min(w.identity, 1);
    return lanes(o, w, -(w.levels.camera + w.levels.floor) - resist, 'empty', now, f);
  }
  // Under a lift that was sent up over an empty floor nothing can drive in: it takes one that insists for long.
  return lanes(o, w, lift?.raised ? null : sumOf(w, f.clamp), 'occupied', now, f);
}

/** Nothing but the lift tells of the bay. Right after a start the others may not have spoken yet. */
function aloneUp(o: OccupancyState, seesBoth: boolean, now: Millis): boolean {
  return !seesBoth && (o.booked === 'empty' || (o.rule !== null && now - o.bookedSince >= FIRST_WORDS_MS));
}

/** @param sum of the groups, for the change; null: there is no quick way to it */
function lanes(
  o: OccupancyState,
  w: Weighing,
  sum: number | null,
  to: Flip['to'],
  now: Millis,
  f: Fusion,
): Flip | null {
  const quick = sum !== null && (sum >= f.fast || bothInsist(o, w, f));
  const rule = quick ? 'two-agree' : slowLane(o, w, sum === null, f);
  if (rule === null) return null;
  return { to: rule === 'sensors-disagree' ? 'unknown' : to, rule, since: firstContrary(o) ?? now };
}

function sees(w: Weighing, g: TwoWay): boolean {
  return w.votes[g] !== 0 || w.levels[g] !== 0;
}

/**
 * The state had begun to change before the lift went up. While it is up no car comes or goes: what leans over only then
 * is an error, or a lift that is parked high.
 */
function wentUpWithCar(o: OccupancyState, raisedAt: Millis): boolean {
  const first = firstContrary(o);
  return first !== null && first < raisedAt;
}

/** No two-way source has a say: what people and cars said of themselves holds. */
function byWord(o: OccupancyState, w: Weighing, now: Millis, f: Fusion): Flip | null {
  const occupied = o.booked === 'occupied';
  if (w.lift?.carries) return null;
  if (w.goneAt > w.presentAt && w.lastWord === 0) {
    return occupied ? { to: 'empty', rule: 'said-gone', since: w.goneAt } : null;
  }
  const fresh = Math.max(w.obd, w.identity) >= f.counts;
  // Where nothing else will ever tell, the word holds until the next one, the end of the shift or its time.
  const holds = w.lastWord === 0 && w.presentAt > 0 && now - w.presentAt < 1_000 * f.wordHolds;
  if (occupied) {
    if (fresh ? w.lastWord > 0 || w.presentAt > 0 : holds) return null;
  } else if (fresh && w.presentAt >= Math.max(1, o.bookedSince)) {
    return { to: 'occupied', rule: w.identity >= w.obd ? 'scan-alone' : 'obd-alone', since: w.presentAt };
  }
  if (o.booked === 'unknown' || (o.booked === 'empty' && w.lastWord === 0)) return null;
  return { to: 'unknown', rule: w.lastWord === 0 ? 'word-too-old' : 'no-healthy-source', since: w.lastWord || now };
}

/**
 * Both groups speak against the state and have done so for a while. A car that comes or goes turns both at nearly the
 * same time. Errors overlap by chance: they begin at times of their own, and have to last longer.
 */
function bothInsist(o: OccupancyState, w: Weighing, f: Fusion): boolean {
  const least = Math.min(o.timers.camera, o.timers.floor);
  if (least < f.agree) return false;
  const dir = against(o);
  if (w.votes.camera * dir <= 0 || w.votes.floor * dir <= 0) return false;
  const { camera, floor } = o.contrary;
  return least >= f.apart || Math.abs((camera ?? 0) - (floor ?? 0)) <= 1_000 * f.together;
}

/** Out of UNKNOWN there is nothing to overturn: one group that has come to its clamp and meets no other will do. */
function firstEvidence(o: OccupancyState, w: Weighing, now: Millis, f: Fusion): Flip | null {
  const sum = sumOf(w, f.clamp);
  // Sources that contradicted each other agree since the last of them turned.
  const sinceOf = (dir: number) => {
    const leant = TWO_WAY.flatMap((g) => (w.votes[g] * dir > 0 ? [o.contrary[g] ?? 0] : []));
    return Math.max(0, ...leant) >= o.bookedSince ? Math.max(...leant) : now;
  };
  const ups = TWO_WAY.filter((g) => w.levels[g] >= f.clamp);
  const downs = TWO_WAY.filter((g) => w.levels[g] <= -f.clamp);
  const up = sum >= f.fast || (ups.length > 0 && TWO_WAY.every((g) => w.levels[g] > -f.counts));
  if (up) return { to: 'occupied', rule: sum >= f.fast ? 'two-agree' : 'first-evidence', since: sinceOf(1) };
  if (downs.length === 0 || ups.length > 0 || w.lift?.loaded) return null;
  // A raised lift may be parked high; it says so only by what is seen under it for a while.
  if (w.lift?.raised && downs.every((g) => o.timers[g] < f.slowAlone)) return null;
  const present = Math.max(w.obd, w.identity) >= f.counts || TWO_WAY.some((g) => w.levels[g] >= f.counts);
  if (!present) return { to: 'empty', rule: 'first-evidence', since: sinceOf(-1) };
  return downs.some((g) => o.timers[g] >= f.slowAgainst)
    ? { to: 'empty', rule: 'one-against', since: sinceOf(-1) }
    : null;
}

/**
 * One group that insists flips the state by itself; later, where another healthy group has only just begun to agree. Where
 * another goes on to disagree nobody knows which of them is right: neither is believed.
 */
function slowLane(
  o: OccupancyState,
  w: Weighing,
  underLift: boolean,
  f: Fusion,
): 'one-alone' | 'one-against' | 'sensors-disagree' | null {
  if (o.timers.camera < f.slowAlone && o.timers.floor < f.slowAlone) return null;
  const dir = against(o);
  const opposed = TWO_WAY.some((g) => w.votes[g] !== 0 && w.levels[g] * dir <= -f.counts);
  const wavers = (g: TwoWay) => w.votes[g] !== 0 && o.timers[g] < f.apart;
  const word = dir < 0 && Math.max(w.obd, w.identity) >= f.counts;
  const doubted = word || TWO_WAY.some(wavers);
  const limit = underLift || opposed ? f.slowAgainst : doubted ? f.slowDoubted : f.slowAlone;
  const insists = TWO_WAY.some((g) => w.votes[g] * dir > 0 && o.timers[g] >= limit);
  if (!insists) return null;
  return opposed ? 'sensors-disagree' : underLift || doubted ? 'one-against' : 'one-alone';
}

/** Entering or leaving is shown while a group that has turned since the last flip leans over. */
function candidate(o: OccupancyState, w: Weighing, f: Fusion): Occupancy {
  if (o.booked === 'unknown') return 'unknown';
  if (w.lift?.raised && !wentUpWithCar(o, w.lift.at)) return o.booked;
  if (o.contrary.camera === null && o.contrary.floor === null) return o.booked;
  const dir = against(o);
  const least = o.shown === o.booked ? 0 : -f.clamp / 2;
  const leans = TWO_WAY.some((g) => {
    const from = o.contrary[g];
    return from !== null && from >= o.bookedSince && w.votes[g] * dir > 0 && w.levels[g] * dir >= least;
  });
  if (!leans) return o.booked;
  return o.booked === 'occupied' ? 'leaving' : 'entering';
}

function contraryOf(o: OccupancyState, w: Weighing, g: TwoWay, timer: number): Millis | null {
  const vote = w.votes[g];
  const old = o.contrary[g];
  if (o.booked === 'unknown') {
    // Both ways are open: the evidence starts where the group began to lean the way it leans now.
    if (vote === 0) return old;
    const turned = old === null || Math.sign(o.levels[g]) * vote < 0;
    return turned ? Math.max(w.turned[g], w.turned[g] > o.bookedSince ? 0 : w.heard[g]) : old;
  }
  if (vote * against(o) > 0) return old ?? w.turned[g];
  return timer === 0 ? null : old;
}

/** The first contrary evidence since calm, of groups that turned after the last flip; null when there is none. */
function firstContrary(o: OccupancyState): Millis | null {
  const { camera, floor } = o.contrary;
  const since = o.bookedSince;
  const a = camera !== null && camera >= since ? camera : null;
  const b = floor !== null && floor >= since ? floor : null;
  return a === null ? b : b === null ? a : Math.min(a, b);
}
