import { ORDER_NEXT, type OrderItem } from '../../../protocols/api/console.ts';
import { LiftgateError } from '../../../protocols/error.ts';
import { type EventBody, event } from '../../../protocols/event.ts';

type State = OrderItem['state'];

/** @throws LiftgateError `conflict` when an order in `from` may not become `to`; the message lists what it may. */
export function checkTransition(order: string, from: State, to: State): void {
  if (from === to || ORDER_NEXT[from].includes(to)) return;
  const may = ORDER_NEXT[from].join(', ') || 'nothing, it is final';
  throw new LiftgateError('conflict', `work order ${order} is ${from} and cannot become ${to}; it may become: ${may}`, {
    about: 'state',
  });
}

/** The state of an order once its car stands in a bay; null where that changes nothing. */
export function stateInBay(state: State): State | null {
  return state === 'expected' || state === 'checked-in' || state === 'approved' ? 'in-progress' : null;
}

/** Work stops for a reason only while there is work: an order that is done or gone is held up by nothing. */
export function holdIn(state: State, hold: OrderItem['hold']): OrderItem['hold'] {
  return state === 'ready' || state === 'closed' || state === 'cancelled' ? null : hold;
}

/** What the workshop is told of an order. */
export function orderEvent(o: OrderItem): EventBody {
  const { order, vin, plate, model, bay, state, hold, promisedAt, standardMinutes, job, rework, repaired = null } = o;
  return event('liftgate.order.v1', o.updatedAt, {
    order,
    vin,
    plate,
    model,
    bay,
    state,
    hold,
    promisedAt,
    standardMinutes,
    job,
    ...(rework ? { rework } : {}),
    ...(repaired === null ? {} : { repaired }),
  });
}
