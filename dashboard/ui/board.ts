import { createContext, useCallback, useContext, useSyncExternalStore } from 'react';
import type { Board, BoardLink } from './link.ts';

const TICK_MS = 500;
const tickers = new Set<() => void>();
let ticking: ReturnType<typeof setInterval> | undefined;

/** One timer for all that ages on a page. */
function onTick(listener: () => void): () => void {
  tickers.add(listener);
  ticking ??= setInterval(() => {
    for (const each of tickers) each();
  }, TICK_MS);
  return () => {
    tickers.delete(listener);
    if (tickers.size > 0) return;
    clearInterval(ticking);
    ticking = undefined;
  };
}

export const LinkContext = createContext<BoardLink | null>(null);

/**
 * A part of the board, or something told from it and the monotonic time (ms). The component renders anew only when the
 * part changed: so give a primitive, or a part of the view as it is.
 */
export function useBoard<T>(select: (board: Board, now: number) => T): T {
  const link = useContext(LinkContext);
  if (!link) throw new Error('useBoard needs a LinkContext around it');
  const subscribe = useCallback(
    (listener: () => void) => {
      const leave = [link.subscribe(listener), onTick(listener)];
      return () => {
        for (const each of leave) each();
      };
    },
    [link],
  );
  return useSyncExternalStore(subscribe, () => select(link.board, performance.now()));
}
