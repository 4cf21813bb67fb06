import type { LoggedEvent } from '../../store/events.ts';

/** Which event said it: by its time, and its number within its log. */
export interface Mark {
  readonly time: number;
  readonly seq: number;
}

/** Before every event. */
export const NEVER: Mark = { time: 0, seq: 0 };

export function isLater(a: Mark, b: Mark): boolean {
  return a.time > b.time || (a.time === b.time && a.seq > b.seq);
}

/** Of several words on one thing in a batch the newest. */
export function newestOf<E extends LoggedEvent>(events: readonly E[], keyOf: (e: E) => string): E[] {
  const newest = new Map<string, E>();
  for (const e of events) {
    const known = newest.get(keyOf(e));
    if (!known || isLater(e, known)) newest.set(keyOf(e), e);
  }
  return [...newest.values()];
}
