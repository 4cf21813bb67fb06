import type { Logger } from 'pino';
import { messageOf } from '../protocols/error.ts';
import { event } from '../protocols/event.ts';
import type { Clock, Millis } from '../protocols/time.ts';
import type { Board } from './board.ts';
import { every, type Round } from './rounds.ts';
import type { Store } from './store/store.ts';

const EVERY_MS = 30_000;
const ALERT = 'store-full';

/** Keeps the store within its bounds, and raises an alert while it is so full that nothing may be dropped any more. */
export function keepHouse(
  store: Pick<Store<unknown, never>, 'retention' | 'journal' | 'note' | 'setNote'>,
  board: Pick<Board, 'save'>,
  clock: Clock,
  log: Logger,
): Round {
  return every(EVERY_MS, async () => {
    try {
      board.save();
      const swept = await store.retention.sweep(clock());
      if (swept.inputs + swept.events > 0) log.debug(swept, 'old records removed');
      const since = store.note(ALERT);
      if (swept.full === (since !== null)) return;
      const at = clock();
      const told = alert(swept.full ? 'raised' : 'cleared', since === null ? at : Number(since), swept.bytes, at);
      await store.journal.record([told], () => store.setNote(ALERT, swept.full ? String(at) : null));
    } catch (e) {
      log.error({ err: e }, `the store could not be tidied: ${messageOf(e)}`);
    }
  });
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
