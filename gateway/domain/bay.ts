import { type EventBody, event, type Leaf } from '../../protocols/event.ts';
import type { Millis } from '../../protocols/time.ts';
import { isOpen } from './calendar.ts';
import { BY_WORD } from './confidence.ts';
import type { Context } from './context.ts';
import { evidenceOf, type Trust, weigh } from './fusion.ts';
import type { Watch } from './hysteresis.ts';
import { afterOrder, type Claims, keepClaims, type Named, nextClaims, resolve, sameCar } from './identity.ts';
import { type LiftState, liftView, NO_LIFT } from './lift.ts';
import { type Change, forget, NOT_SEEN, type OccupancyState, settle } from './occupancy.ts';
import { type Orders, orderById } from './orders.ts';
import { activityMs } from './settings.ts';
import { newStay, openStay, type PastStay, type Stay } from './stay.ts';
import { noteStay, type Track } from './track.ts';
import { CLOCK_ONLY, clearStay, judgeWork, leafOf, NO_WORK, type WorkFacts, type WorkRecord } from './work.ts';

/** All that is known of one bay. */
export interface BayState {
  readonly occupancy: OccupancyState;
  /** Of the occupancy, as it was last told. */
  readonly confidence?: number | null;
  readonly stay: Stay | null;
  readonly past: PastStay | null;
  readonly claims: Claims;
  /** The car as it was last told; null when nothing was told of this stay. */
  readonly told: Named | null;
  /** The car of this stay was named in another bay since, although nothing here has shown that it left. */
  readonly moved?: { readonly vin: string; readonly to: string } | null;
  readonly lift: LiftState;
  readonly work: WorkRecord;
  /** The stay that the work state was last told of. */
  readonly workStay: string | null;
  /** What was last told of the ledger's open piece. */
  readonly toldLeaf?: Leaf;
  readonly toldOpen?: boolean;
  /** Since when each kind of alert waits to be raised or cleared, and when each was raised or cleared last. */
  readonly watch?: Watch;
  /** The recent days, for the ledger; absent before the first tick. */
  readonly track?: Track;
}

export const NEW_BAY: BayState = {
  occupancy: NOT_SEEN,
  stay: null,
  past: null,
  claims: [],
  told: null,
  lift: NO_LIFT,
  work: NO_WORK,
  workStay: null,
};

/** What a bay has to know of the rest of the site to decide. */
export interface Surroundings {
  readonly ctx: Context;
  readonly now: Millis;
  readonly trust: Trust;
  readonly liftFresh: (lift: LiftState) => boolean;
  readonly orders: Orders;
  /** Is this car known to stand in a bay other than the named one? */
  readonly elsewhere: (vin: string, bay: string) => boolean;
  /** Do cars wait for this bay? */
  readonly queued: (bay: string) => boolean;
  /** The visit that this car is on already; null: none. */
  readonly visitOf: (car: Named) => string | null;
}

export interface BayStep {
  readonly bay: BayState;
  readonly events: EventBody[];
}

/** Decides all that follows from the evidence: occupancy, stay, car, work. `dt` in seconds; 0 when only a word was added. */
export function settleBay(id: string, bay: BayState, dt: number, s: Surroundings): BayStep {
  const { ctx, now } = s;
  const events: EventBody[] = [];
  const lift = liftView(bay.lift, s.liftFresh(bay.lift));
  const weighing = weigh(bay.occupancy, now, dt, lift, ctx.fusion, s.trust);
  const { next, change } = settle(bay.occupancy, weighing, now, dt, ctx.fusion);
  let b = next === bay.occupancy ? bay : { ...bay, occupancy: next };
  if (change) b = turn(id, bay, b, change, s, events);
  else b = nextByScan(id, b, s, events);
  b = name(id, b, s, events);
  return { bay: work(id, b, s, events), events };
}

/** Nobody watched since `since`: the bay is unknown from then on. */
export function forgetBay(id: string, bay: BayState, since: Millis, s: Surroundings): BayStep {
  const events: EventBody[] = [];
  const { next, change } = forget(bay.occupancy, since);
  const b = { ...bay, occupancy: next };
  return { bay: work(id, change ? turn(id, bay, b, change, s, events) : b, s, events), events };
}

/** What is shown has changed: the stay begins, goes on or ends. */
function turn(
  id: string,
  before: BayState,
  bay: BayState,
  change: Change,
  s: Surroundings,
  out: EventBody[],
): BayState {
  const { fusion } = s.ctx;
  const wasIn = before.occupancy.booked === 'occupied';
  let b = bay;
  let rule = change.rule;
  switch (change.state) {
    case 'entering':
    case 'occupied': {
      if (b.stay && (wasIn || before.occupancy.shown === 'entering')) {
        const since = wasIn ? b.stay.since : sinceOf(b.stay, change.since, before);
        b = { ...b, stay: { ...b.stay, since }, claims: keepClaims(b.claims) };
        break;
      }
      const opened = openStay(id, change.since, b.past, b.claims, fusion, s.now);
      const work = opened.rule === null ? clearStay(b.work) : b.work;
      b = { ...b, stay: opened.stay, told: null, work };
      rule = opened.rule ?? rule;
      break;
    }
    case 'leaving':
      break;
    case 'empty':
    case 'unknown': {
      if (b.stay && wasIn) {
        const { stay } = b;
        const until = Math.max(change.since, stay.since);
        if (change.state === 'empty' && until - stay.since < 1_000 * fusion.minimumStay) {
          rule = 'pass-through';
          if (b.track) b = { ...b, track: noteStay(b.track, stay.id, { short: true }) };
        }
        b = { ...b, past: { ...stay, until, ended: change.state, vin: b.told?.vin ?? null } };
        if (change.state === 'empty') b = { ...b, claims: nextClaims(b.claims) };
      } else if (change.state === 'empty' && before.occupancy.booked === 'unknown' && b.past?.ended === 'unknown') {
        b = { ...b, past: { ...b.past, ended: 'empty' } };
      }
      b = { ...b, stay: null, told: null, moved: null };
      break;
    }
  }
  out.push(tell(id, b, { ...change, rule }, s));
  return { ...b, confidence: change.confidence };
}

/** A stay that went on over a gap keeps its old start; a new one starts with the first evidence. */
function sinceOf(stay: Stay, since: Millis, before: BayState): Millis {
  return before.past?.id === stay.id ? stay.since : since;
}

function tell(id: string, b: BayState, change: Change, s: Surroundings): EventBody {
  return event('liftgate.bay.occupancy.v1', s.now, {
    bay: id,
    state: change.state,
    since: change.since,
    stay: b.stay?.id ?? null,
    confidence: change.confidence,
    rule: change.rule,
    evidence: evidenceOf(b.occupancy, s.trust),
  });
}

/** Where scans alone tell that a car is there, the scan of another car is the end of the one before. */
function nextByScan(id: string, b: BayState, s: Surroundings, out: EventBody[]): BayState {
  if (b.occupancy.rule !== 'scan-alone' || b.occupancy.booked !== 'occupied' || !b.stay || !b.told?.vin) return b;
  const scan = b.claims.findLast((c) => c.by === 'scan' && !c.next);
  if (!scan || scan.vin === b.told.vin || b.told.by !== 'scan') return b;
  const past: PastStay = { ...b.stay, until: Math.max(scan.at, b.stay.since), ended: 'empty', vin: b.told.vin };
  const since = Math.max(past.until, b.occupancy.bookedSince);
  const stay = newStay(id, since, s.now);
  const next: BayState = {
    ...b,
    past,
    stay,
    told: null,
    claims: [scan],
    work: clearStay(b.work),
    occupancy: { ...b.occupancy, bookedSince: since },
  };
  out.push(tell(id, next, { state: 'occupied', since, rule: 'next-scan', confidence: BY_WORD }, s));
  return next;
}

/** Who it is, told when it changes. That nobody is known is not news until somebody was. */
function name(id: string, b: BayState, s: Surroundings, out: EventBody[]): BayState {
  if (!b.stay) return b;
  const isElsewhere = (vin: string) => s.elsewhere(vin, id);
  const found = resolve(id, b.stay.since, b.claims, s.orders, isElsewhere);
  const named = afterOrder(id, found, b.told, s.orders, isElsewhere);
  if (b.told ? sameCar(b.told, named) : named.by === 'nothing') return b;
  const visit = b.stay.visit ?? s.visitOf(named) ?? b.stay.id;
  out.push(event('liftgate.bay.vehicle.v1', s.now, { bay: id, stay: b.stay.id, ...named, visit }));
  return { ...b, told: named, stay: { ...b.stay, visit } };
}

/** What the rules of work go by. */
export function workFacts(b: BayState, s: Pick<Surroundings, 'ctx' | 'now' | 'orders'>): WorkFacts {
  const { fusion, rules } = s.ctx;
  const order = b.told?.order ? orderById(s.orders, b.told.order) : null;
  return {
    occupancy: b.occupancy,
    staySince: b.stay?.since ?? null,
    orderHold: order?.hold ?? null,
    rework: order?.rework === true,
    now: s.now,
    confirmMs: 1_000 * fusion.activity,
    expiryMs: activityMs(rules),
    idleMs: 60_000 * rules.idleAfter,
    clockOnlyMs: 60_000 * (rules.clockOnlyAfter ?? 20),
  };
}

/** What the time is spent on: told when it changes. The ledger follows with the tick. */
function work(id: string, b: BayState, s: Surroundings, out: EventBody[]): BayState {
  const { ctx, now } = s;
  const view = judgeWork(b.work, workFacts(b, s));
  const stay = b.occupancy.booked === 'occupied' ? (b.stay?.id ?? null) : null;
  const { state, reason, rule } = view;
  const marked =
    (rule === CLOCK_ONLY) !== (b.work.rule === CLOCK_ONLY) || (rule === 'rework') !== (b.work.rule === 'rework');
  if (state === b.work.state && reason === b.work.reason && stay === b.workStay && !marked && b.work.since > 0)
    return b;
  const since = Math.min(view.since, now);
  const leaf = leafOf(view, state === 'none' && s.queued(id));
  const open = isOpen(ctx.calendar(now), now);
  out.push(event('liftgate.bay.work.v1', now, { bay: id, stay, state, reason, since, rule, leaf, open }));
  const from = Math.min(view.from, now);
  return {
    ...b,
    work: { ...b.work, state, reason, since, rule, from },
    workStay: stay,
    toldLeaf: leaf,
    toldOpen: open,
  };
}
