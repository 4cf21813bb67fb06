import type { Logger } from 'pino';
import { messageOf } from '../protocols/error.ts';
import { event } from '../protocols/event.ts';
import type { Clock, Millis } from '../protocols/time.ts';
import type { Board } from './board.ts';
import { every, type Round } from './rounds.ts';
import type { Store } from './store/store.ts';

const EVERY_MS = 30_000;
const HOUR_MS = 3_600_000;
const ALERT = 'store-full';

/** Keeps the store within its bounds, and raises an alert while it is so full that nothing may be dropped any more. */
export function keepHouse(
  store: Pick<Store<unknown, never>, 'retention' | 'journal' | 'note' | 'setNote'>,
  board: Pick<Board, 'save'>,
  clock: Clock,
  log: Logger,
  /** Called at each round; once an hour it may keep a snapshot. */
  each: (hourly: boolean) => void = () => {},
): Round {
  // A full disk fails each round alike; it is told once, until a round goes well.
  let troubled = false;
  let hour = -1;
  return every(EVERY_MS, async () => {
    try {
      const isNext = Math.floor(clock() / HOUR_MS) !== hour;
      hour = Math.floor(clock() / HOUR_MS);
      each(isNext);
      const unsaved = failureOf(() => board.save());
      // Also where the view could not be kept for want of room: this is what makes room.
      const swept = await store.retention.sweep(clock());
      if (unsaved !== null) throw unsaved;
      troubled = false;
      if (swept.inputs + swept.events > 0) log.debug(swept, 'old records removed');
      const since = store.note(ALERT);
      if (swept.full === (since !== null)) return;
      const at = clock();
      const told = alert(swept.full ? 'raised' : 'cleared', since === null ? at : Number(since), swept.bytes, at);
      await store.journal.record([told], () => store.setNote(ALERT, swept.full ? String(at) : null));
    } catch (e) {
      if (!troubled) log.error({ err: e }, `the store could not be tidied: ${messageOf(e)}`);
      troubled = true;
    }
  });
}

function failureOf(work: () => void): Error | null {
  try {
    work();
    return null;
  } catch (e) {
    return e as Error;
  }
}

function alert(state: 'raised' | 'cleared', since: Millis, bytes: number, at: Millis) {
  return event('liftgate.alert.v1', at, {
    alert: ALERT,
    kind: 'store-full',
    state,
    severity: 'severe',
    since,
    bay: null,
    device: null,
    vin: null,
    detail: { bytes },
  });
}
