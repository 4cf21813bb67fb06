import type { Millis } from '../../protocols/time.ts';
import type { Context } from './context.ts';
import type { Named } from './identity.ts';
import { bayState, type EngineState } from './state.ts';
import { BRIDGED_MS } from './stay.ts';

/**
 * The visit that a car is on already, from its stays of the last days in any bay: the same work order is the same visit;
 * without one, the same VIN is while no more than twelve hours lie between. Another order is another visit.
 */
export function visitOf(ctx: Context, state: EngineState, car: Named, now: Millis): string | null {
  if (car.vin === null && car.order === null) return null;
  let found: string | null = null;
  let latest = -1;
  for (const id of ctx.bays) {
    const track = bayState(state, id).track;
    if (!track) continue;
    for (const [stay, note] of Object.entries(track.stays)) {
      if (note.visit === null || !isSame(note, car)) continue;
      const last = track.marks.findLastIndex((m) => m.stay === stay);
      const until = last < 0 ? 0 : (track.marks[last + 1]?.from ?? now);
      const sameOrder = car.order !== null && note.order === car.order;
      if (until > latest && (sameOrder || now - until <= BRIDGED_MS)) [found, latest] = [note.visit, until];
    }
  }
  return found;
}

function isSame(note: { vin: string | null; order: string | null }, car: Named): boolean {
  if (note.order !== null && car.order !== null) return note.order === car.order;
  return car.vin !== null && note.vin === car.vin;
}
