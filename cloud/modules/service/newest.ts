import type { LoggedEvent } from '../../store/events.ts';

/** Of several words on one thing in a batch the newest, by time and then by seq. */
export function newestOf<E extends LoggedEvent>(events: readonly E[], keyOf: (e: E) => string): E[] {
  const newest = new Map<string, E>();
  for (const e of events) {
    const known = newest.get(keyOf(e));
    if (!known || e.time > known.time || (e.time === known.time && e.seq > known.seq)) newest.set(keyOf(e), e);
  }
  return [...newest.values()];
}
