import type { Millis } from '../../protocols/time.ts';
import { type AlertStep, type Concern, clear, raise, standingOf } from './alerts.ts';
import { type BayState, workFacts } from './bay.ts';
import { isOpen } from './calendar.ts';
import type { Context } from './context.ts';
import type { Step } from './engine.ts';
import { decideAlert, isNoisy, NO_WATCH, noteRaised, type Patience, type Watch } from './hysteresis.ts';
import { liftView } from './lift.ts';
import { type Order, orderById, orderForBay } from './orders.ts';
import { type Queue, queuedFor } from './queue.ts';
import { bayOfCar, bayState, type EngineState, isLiftFresh, withBay } from './state.ts';
import type { Stay } from './stay.ts';
import { isActive } from './work.ts';

/** The alerts of one bay: what is so is found each second, and told with patience. */

type Kind = Concern['kind'];

const AT_ONCE: Patience = { after: 0, rest: 0, quiet: 0 };
const SECOND = 1_000;
const MINUTE = 60_000;
/** A car that waits for a bay may not wait long for someone to see that one is free. */
const EMPTY_REST = 30 * SECOND;
/** Sensors of one bay may contradict each other while a car rolls in; after this it is a fault. */
const CONFLICT_AFTER = 5 * MINUTE;
/** Paperwork follows the car by some minutes. */
const NO_ORDER_AFTER = 5 * MINUTE;
/** One camera alone needs so long to see that a car has gone. */
const MOVED_AFTER = 4 * MINUTE;
/** A car under work may be on a road test. */
const NO_CAR_AFTER = 10 * MINUTE;
const QUIET = 10 * MINUTE;
const CALM: Patience = { after: 0, rest: MINUTE, quiet: QUIET };
const MOST_AN_HOUR = 12;

/** What the rules look at. */
interface Facts {
  readonly ctx: Context;
  readonly state: EngineState;
  readonly id: string;
  readonly bay: BayState;
  readonly queue: Queue;
  readonly open: boolean;
  readonly now: Millis;
  readonly stands: (kind: Kind) => boolean;
}

type Said = Omit<Concern, 'kind' | 'bay'>;

/** One kind of alert. It is asked each second whether its cause holds, and what to say only when there is something to say. */
interface Rule<F> {
  readonly kind: Kind;
  readonly patience: (f: F) => Patience;
  readonly holds: (f: F) => boolean;
  readonly concern: (f: F) => Said;
}

export function bayAlerts(ctx: Context, state: EngineState, id: string, queue: Queue, now: Millis): Step<EngineState> {
  const bay = bayState(state, id);
  const most = ctx.rules.alertsAnHour ?? MOST_AN_HOUR;
  const standing = standingOf(state.alerts).get(id);
  const stands = (kind: Kind) => standing?.has(kind) === true;
  const open = isOpen(ctx.calendar(now), now);
  const facts: Facts = { ctx, state, id, bay, queue, open, now, stands };
  const before = bay.watch ?? NO_WATCH;
  let told: Told = { watch: before, held: false, step: { alerts: state.alerts, events: [] } };
  const { stay, occupancy } = bay;
  // While it is not known whether the car is there, what stands about it stays.
  if (stay !== null && occupancy.booked === 'occupied') {
    const car: CarFacts = { ...facts, stay, order: bay.told?.order ? orderById(state.orders, bay.told.order) : null };
    for (const rule of OF_THE_CAR) told = judge(rule, car, told, most);
  }
  for (const rule of OF_THE_BAY) told = judge(rule, facts, told, most);
  const { watch, held } = told;
  const noisy = held || stands('bay-noisy');
  const step = noisy ? tellNoise(told.step, id, watch, held, most, now) : told.step;
  const next = watch === before ? state : withBay(state, id, { ...bay, watch });
  return { state: step.alerts === state.alerts ? next : { ...next, alerts: step.alerts }, events: step.events };
}

interface Told {
  readonly watch: Watch;
  /** An alert was held back, since the bay has raised too many. */
  readonly held: boolean;
  readonly step: AlertStep;
}

function judge<F extends Facts>(rule: Rule<F>, f: F, told: Told, most: number): Told {
  const { kind } = rule;
  const { id, now } = f;
  const holds = rule.holds(f);
  const stands = f.stands(kind);
  if (holds === stands && told.watch.since[kind] === undefined) return told;
  const { watch, act } = decideAlert(told.watch, kind, holds, stands, now, rule.patience(f));
  if (act === null) return watch === told.watch ? told : { ...told, watch };
  if (act === 'clear') return { ...told, watch, step: clear(told.step, kind, id, now) };
  if (isNoisy(watch, most, now)) return { ...told, watch, held: true };
  const step = raise(told.step, id, { ...rule.concern(f), kind, bay: id }, now);
  return { ...told, watch: noteRaised(watch, most, now), step };
}

/** One alert that stands for all that were held back; it ends when an hour has no more than half of them. */
function tellNoise(step: AlertStep, id: string, watch: Watch, held: boolean, most: number, now: Millis): AlertStep {
  if (held) return raise(step, id, { kind: 'bay-noisy', severity: 'warning', bay: id, detail: { limit: most } }, now);
  return isNoisy(watch, Math.ceil(most / 2), now) ? step : clear(step, 'bay-noisy', id, now);
}

interface CarFacts extends Facts {
  readonly stay: Stay;
  readonly order: Order | null;
}

const isNamed = ({ bay }: Facts) => bay.told !== null && bay.told.by !== 'nothing';
const vinOf = ({ bay }: Facts) => bay.told?.vin ?? null;
const minutesOf = ({ ctx, order }: CarFacts) => order?.standardMinutes ?? ctx.rules.overstay;
const atOnce = () => AT_ONCE;

const OF_THE_CAR: readonly Rule<CarFacts>[] = [
  {
    kind: 'bay-overstay',
    // Nobody can act on it while the shop is closed: a car that stays overnight is told in the morning.
    holds: (f) => (f.open || f.stands('bay-overstay')) && f.now - f.stay.since >= MINUTE * minutesOf(f),
    patience: atOnce,
    concern: (f) => {
      const detail = { minutes: minutesOf(f), ...(f.order ? { order: f.order.order } : {}) };
      return { severity: 'warning', vin: vinOf(f), detail };
    },
  },
  {
    kind: 'which-car',
    holds: (f) => !isNamed(f) && f.now - f.stay.openedAt >= SECOND * f.ctx.rules.whichCarAfter,
    patience: atOnce,
    concern: () => ({ severity: 'warning', detail: {} }),
  },
  {
    kind: 'identity-conflict',
    holds: (f) => f.bay.told?.conflict != null || movedCar(f) !== null,
    // A car that has just left for another bay is seen to be gone within minutes.
    patience: (f) => (movedCar(f) === null ? AT_ONCE : { ...AT_ONCE, after: MOVED_AFTER }),
    concern: (f): Said => {
      const moved = movedCar(f);
      const claimed = f.bay.told?.conflict ?? moved?.to;
      return { severity: 'warning', vin: vinOf(f) ?? moved?.vin ?? null, detail: claimed ? { claimed } : {} };
    },
  },
  {
    kind: 'wrong-car',
    holds: (f) => meantCar(f) !== null,
    patience: () => ({ after: MINUTE, rest: 0, quiet: QUIET }),
    concern: (f) => {
      const meant = meantCar(f);
      const detail: Said['detail'] = meant ? { order: meant.order, expected: meant.vin! } : {};
      return { severity: 'warning', vin: vinOf(f), detail };
    },
  },
  {
    kind: 'no-order',
    // A site that keeps no orders here is not told in every bay that there is none.
    holds: (f) => f.open && isNamed(f) && f.bay.told?.order == null && Object.keys(f.state.orders).length > 0,
    patience: () => ({ after: NO_ORDER_AFTER, rest: 0, quiet: QUIET }),
    concern: (f) => ({ severity: 'info', vin: vinOf(f), detail: {} }),
  },
  {
    kind: 'bay-idle',
    holds: ({ ctx, bay, queue, id, open, now, stay }) =>
      open &&
      (bay.toldLeaf === 'idle' || bay.toldLeaf === 'waiting') &&
      now - Math.max(stay.since, bay.work.signs?.last ?? 0) >= MINUTE * ctx.rules.idleAfter &&
      queuedFor(ctx, queue, id) > 0,
    patience: () => CALM,
    concern: (f) => {
      const detail = { idle: f.ctx.rules.idleAfter, waiting: queuedFor(f.ctx, f.queue, f.id) };
      return { severity: 'warning', vin: vinOf(f), detail };
    },
  },
  {
    kind: 'hold-stale',
    holds: (f) => {
      if (!f.open || f.bay.work.signs === null || holdOf(f) === null) return false;
      return isActive(f.bay.work, workFacts(f.bay, { ctx: f.ctx, now: f.now, orders: f.state.orders }));
    },
    patience: () => ({ ...CALM, after: MINUTE }),
    concern: (f) => ({ severity: 'info', vin: vinOf(f), detail: { hold: holdOf(f) ?? '' } }),
  },
];

function holdOf({ bay, order }: CarFacts): string | null {
  return bay.work.hold?.reason ?? order?.hold ?? null;
}

/** The bay was named for a car that is said to stand in another one now, and still something stands here. */
function movedCar({ bay }: Facts): NonNullable<BayState['moved']> | null {
  return bay.told?.vin == null ? (bay.moved ?? null) : null;
}

/** The order that another car than this one is meant for; null: all is well, or nobody knows. */
function meantCar({ state, id, bay }: Facts): Order | null {
  const { told, claims } = bay;
  if (told?.vin == null || (told.by !== 'scan' && told.by !== 'obd')) return null;
  const scanned = claims.findLast((c) => c.by === 'order' && !c.next)?.order ?? null;
  const meant = (scanned === null ? null : orderById(state.orders, scanned)) ?? orderForBay(state.orders, id);
  return meant?.vin != null && meant.vin !== told.vin ? meant : null;
}

const OF_THE_BAY: readonly Rule<Facts>[] = [
  {
    kind: 'bay-empty',
    holds: ({ ctx, state, id, bay, queue, open, stands }) => {
      if (bay.toldLeaf !== 'empty-queue' || !open) return false;
      // As many empty bays are told as cars wait: one car does not set off every free bay.
      const others = [...standingOf(state.alerts)].filter(([b, kinds]) => b !== id && kinds.has('bay-empty')).length;
      return stands('bay-empty') || others < queuedFor(ctx, queue, id);
    },
    patience: ({ ctx }) => ({ after: SECOND * (ctx.rules.emptyAfter ?? 60), rest: EMPTY_REST, quiet: 0 }),
    concern: ({ ctx, queue, id }) => ({ severity: 'warning', detail: { waiting: queuedFor(ctx, queue, id) } }),
  },
  {
    kind: 'no-car',
    holds: (f) => missingCar(f) !== undefined,
    patience: () => ({ after: NO_CAR_AFTER, rest: 0, quiet: QUIET }),
    concern: (f): Said => {
      const missing = missingCar(f);
      return { severity: 'info', vin: missing?.vin ?? null, detail: missing ? { order: missing.order } : {} };
    },
  },
  {
    kind: 'sensor-conflict',
    holds: (f) => conflictOf(f) !== null,
    patience: () => ({ after: CONFLICT_AFTER, rest: MINUTE, quiet: QUIET }),
    concern: (f) => ({ severity: 'warning', detail: { groups: [...(conflictOf(f) ?? [])] } }),
  },
];

/** An order is under work here, the bay is empty, and its car stands nowhere else. */
function missingCar({ ctx, state, id, bay, open }: Facts): Order | undefined {
  if (bay.occupancy.booked !== 'empty' || !open) return undefined;
  const away = (o: Order) => o.vin === null || bayOfCar(ctx, state, o.vin) === null;
  return Object.values(state.orders).find(
    (o) => o.bay === id && (o.state === 'in-progress' || o.state === 'quality-check') && o.hold === null && away(o),
  );
}

/** Two groups that are both sure, of opposite things; or a lift up without a load over a floor that is seen empty. */
function conflictOf({ ctx, state, bay, now }: Facts): readonly string[] | null {
  const { camera, floor } = bay.occupancy.levels;
  const { clamp } = ctx.fusion;
  if ((camera >= clamp && floor <= -clamp) || (camera <= -clamp && floor >= clamp)) return ['camera', 'floor'];
  if (camera > -clamp || bay.lift.raised !== true) return null;
  const lift = liftView(bay.lift, isLiftFresh(ctx, state, bay.lift, now));
  const parked = lift?.carries === false && bay.occupancy.booked === 'empty';
  return lift?.raised === true && !lift.loaded && !parked ? ['lift', 'camera'] : null;
}
