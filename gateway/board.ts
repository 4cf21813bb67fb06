import { randomBytes } from 'node:crypto';
import { type BoardView, EMPTY_BOARD, fold, foldAll } from '../protocols/board.ts';
import type { BoardSource } from '../protocols/feed.ts';
import type { Store } from './store/store.ts';

const NAME = 'board';

export interface Board extends BoardSource {
  /** Keeps the view, so that the next start need not fold the whole log. */
  save(): void;
}

type Log = Pick<Store<unknown, never>, 'epoch' | 'subscribe' | 'eventsAfter' | 'downAfter' | 'loadFold' | 'saveFold'>;

/** The board of this site, folded from what is committed: first from the log, then with each commit. */
export function openBoard(log: Log, status: BoardSource['status']): Board {
  const kept = log.loadFold<BoardView>(NAME);
  // A view that an earlier version kept may lack what was added since.
  let view: BoardView = { ...EMPTY_BOARD, ...kept?.value };
  view = foldAll(view, log.eventsAfter(kept?.seq ?? 0));
  view = foldAll(view, log.downAfter(kept?.down ?? 0));
  log.saveFold(NAME, view);
  let rev = 1;
  let unsaved = false;
  const listeners = new Set<() => void>();

  log.subscribe(({ events, down }) => {
    const before = view;
    for (const e of events) view = fold(view, e);
    for (const e of down) view = fold(view, e);
    if (events.length + down.length > 0) unsaved = true;
    if (view === before) return;
    rev++;
    for (const listener of listeners) listener();
  });

  return {
    from: 'gateway',
    stream: `${log.epoch}.${randomBytes(4).toString('hex')}`,
    current: () => ({ rev, view }),
    subscribe(onRevision) {
      listeners.add(onRevision);
      return () => listeners.delete(onRevision);
    },
    status,
    save() {
      if (unsaved) log.saveFold(NAME, view);
      unsaved = false;
    },
  };
}
