import type { EventBody } from '../../protocols/event.ts';
import type { Millis } from '../../protocols/time.ts';
import { type AlertStep, type Concern, clear, raise } from './alerts.ts';
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

interface Cause {
  readonly holds: boolean;
  readonly patience: Patience;
  readonly concern: Omit<Concern, 'kind' | 'bay'>;
}

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
/** A car under work may be on a road test. */
const NO_CAR_AFTER = 10 * MINUTE;
const QUIET = 10 * MINUTE;
const MOST_AN_HOUR = 12;

export function bayAlerts(ctx: Context, state: EngineState, id: string, queue: Queue, now: Millis): Step<EngineState> {
  const bay = bayState(state, id);
  const most = ctx.rules.alertsAnHour ?? MOST_AN_HOUR;
  let watch = bay.watch ?? NO_WATCH;
  let step: AlertStep = { alerts: state.alerts, events: [] as EventBody[] };
  let held = false;
  for (const [kind, cause] of causesOf(ctx, state, id, bay, queue, now)) {
    const stands = Object.hasOwn(step.alerts, `${kind}/${id}`);
    const decided = decideAlert(watch, kind, cause.holds, stands, now, cause.patience);
    watch = decided.watch;
    if (decided.act === 'clear') step = clear(step, kind, id, now);
    else if (decided.act === 'raise' && isNoisy(watch, most, now)) held = true;
    else if (decided.act === 'raise') {
      step = raise(step, id, { ...cause.concern, kind, bay: id }, now);
      watch = noteRaised(watch, most, now);
    }
  }
  step = tellNoise(step, id, watch, held, most, now);
  const next = watch === (bay.watch ?? NO_WATCH) ? state : withBay(state, id, { ...bay, watch });
  return { state: step.alerts === state.alerts ? next : { ...next, alerts: step.alerts }, events: step.events };
}

/** One alert that stands for all that were held back; it ends when an hour has no more than half of them. */
function tellNoise(step: AlertStep, id: string, watch: Watch, held: boolean, most: number, now: Millis): AlertStep {
  if (held) return raise(step, id, { kind: 'bay-noisy', severity: 'warning', bay: id, detail: { limit: most } }, now);
  return isNoisy(watch, Math.ceil(most / 2), now) ? step : clear(step, 'bay-noisy', id, now);
}

function causesOf(
  ctx: Context,
  state: EngineState,
  id: string,
  bay: BayState,
  queue: Queue,
  now: Millis,
): [Kind, Cause][] {
  const { stay, occupancy } = bay;
  const occupied = stay !== null && occupancy.booked === 'occupied';
  const open = isOpen(ctx.calendar(now), now);
  return [
    // While it is not known whether the car is there, what stands about it stays.
    ...(occupied ? ofTheCar(ctx, state, id, bay, queue, stay, open, now) : []),
    ['bay-empty', emptyBay(ctx, state, id, bay, queue, open)],
    ['no-car', noCar(ctx, state, id, bay, open)],
    ['sensor-conflict', conflict(ctx, state, bay, now)],
  ];
}

function ofTheCar(
  ctx: Context,
  state: EngineState,
  id: string,
  bay: BayState,
  queue: Queue,
  { since, openedAt }: Stay,
  open: boolean,
  now: Millis,
): [Kind, Cause][] {
  const { told } = bay;
  const vin = told?.vin ?? null;
  const order = told?.order ? orderById(state.orders, told.order) : null;
  const named = told !== null && told.by !== 'nothing';
  const minutes = order?.standardMinutes ?? ctx.rules.overstay;
  const overdue = now - since >= MINUTE * minutes;
  const stood = Object.hasOwn(state.alerts, `bay-overstay/${id}`);
  const calm = { after: 0, rest: MINUTE, quiet: QUIET };
  const lastSign = Math.max(since, bay.work.signs?.last ?? 0);
  const idles = bay.toldLeaf === 'idle' || bay.toldLeaf === 'waiting';
  const waits = queuedFor(ctx, queue, id);
  const facts = workFacts(bay, { ctx, now, orders: state.orders });
  const hold = bay.work.hold?.reason ?? facts.orderHold;
  return [
    [
      'bay-overstay',
      {
        // Nobody can act on it while the shop is closed: a car that stays overnight is told in the morning.
        holds: overdue && (open || stood),
        patience: AT_ONCE,
        concern: { severity: 'warning', vin, detail: { minutes, ...(order ? { order: order.order } : {}) } },
      },
    ],
    [
      'which-car',
      {
        holds: !named && now - openedAt >= SECOND * ctx.rules.whichCarAfter,
        patience: AT_ONCE,
        concern: { severity: 'warning', detail: {} },
      },
    ],
    [
      'identity-conflict',
      {
        holds: told?.conflict != null,
        patience: AT_ONCE,
        concern: { severity: 'warning', vin, detail: told?.conflict ? { claimed: told.conflict } : {} },
      },
    ],
    ['wrong-car', wrongCar(state, id, bay)],
    [
      'no-order',
      {
        // A site that keeps no orders here is not told in every bay that there is none.
        holds: named && told?.order == null && open && Object.keys(state.orders).length > 0,
        patience: { after: NO_ORDER_AFTER, rest: 0, quiet: QUIET },
        concern: { severity: 'info', vin, detail: {} },
      },
    ],
    [
      'bay-idle',
      {
        holds: idles && waits > 0 && open && now - lastSign >= MINUTE * ctx.rules.idleAfter,
        patience: calm,
        concern: { severity: 'warning', vin, detail: { idle: ctx.rules.idleAfter, waiting: waits } },
      },
    ],
    [
      'hold-stale',
      {
        holds: hold !== null && open && isActive(bay.work, facts),
        patience: { ...calm, after: MINUTE },
        concern: { severity: 'info', vin, detail: { hold: hold ?? '' } },
      },
    ],
  ];
}

/** The car of another order stands where one is assigned, or where its job was scanned. */
function wrongCar(state: EngineState, id: string, { told, claims }: BayState): Cause {
  const scanned = claims.findLast((c) => c.by === 'order' && !c.next)?.order ?? null;
  const meant = (scanned === null ? null : orderById(state.orders, scanned)) ?? orderForBay(state.orders, id);
  const sure = told?.vin != null && (told.by === 'scan' || told.by === 'obd');
  const wrong = sure && meant?.vin != null && meant.vin !== told.vin;
  return {
    holds: wrong,
    patience: { after: MINUTE, rest: 0, quiet: QUIET },
    concern: {
      severity: 'warning',
      vin: told?.vin ?? null,
      detail: wrong ? { order: meant.order, expected: meant.vin! } : {},
    },
  };
}

/** As many empty bays are told as cars wait: one car does not set off every free bay. */
function emptyBay(ctx: Context, state: EngineState, id: string, bay: BayState, queue: Queue, open: boolean): Cause {
  const waiting = queuedFor(ctx, queue, id);
  const stands = Object.hasOwn(state.alerts, `bay-empty/${id}`);
  const others = Object.values(state.alerts).filter((a) => a.kind === 'bay-empty' && a.bay !== id).length;
  return {
    holds: bay.toldLeaf === 'empty-queue' && open && (stands || others < waiting),
    patience: { after: SECOND * (ctx.rules.emptyAfter ?? 60), rest: EMPTY_REST, quiet: 0 },
    concern: { severity: 'warning', detail: { waiting } },
  };
}

/** An order is under work here, the bay is empty, and its car stands nowhere else. */
function noCar(ctx: Context, state: EngineState, id: string, bay: BayState, open: boolean): Cause {
  const away = (o: Order) => o.vin === null || bayOfCar(ctx, state, o.vin) === null;
  const missing =
    bay.occupancy.booked === 'empty' && open
      ? Object.values(state.orders).find(
          (o) =>
            o.bay === id && (o.state === 'in-progress' || o.state === 'quality-check') && o.hold === null && away(o),
        )
      : undefined;
  return {
    holds: missing !== undefined,
    patience: { after: NO_CAR_AFTER, rest: 0, quiet: QUIET },
    concern: { severity: 'info', vin: missing?.vin ?? null, detail: missing ? { order: missing.order } : {} },
  };
}

/** Two groups that are both sure, of opposite things; or a lift up without a load over a floor that is seen empty. */
function conflict(ctx: Context, state: EngineState, bay: BayState, now: Millis): Cause {
  const { camera, floor } = bay.occupancy.levels;
  const { clamp } = ctx.fusion;
  const lift = liftView(bay.lift, isLiftFresh(ctx, state, bay.lift, now));
  const parked = lift?.carries === false && bay.occupancy.booked === 'empty';
  const opposite = (camera >= clamp && floor <= -clamp) || (camera <= -clamp && floor >= clamp);
  const lifted = lift?.raised === true && !lift.loaded && !parked && camera <= -clamp;
  const groups = opposite ? ['camera', 'floor'] : ['lift', 'camera'];
  return {
    holds: opposite || lifted,
    patience: { after: CONFLICT_AFTER, rest: MINUTE, quiet: QUIET },
    concern: { severity: 'warning', detail: { groups } },
  };
}
