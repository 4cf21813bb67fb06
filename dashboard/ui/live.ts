import { useCallback, useEffect, useRef, useState } from 'react';

export interface Live<T> {
  /** The newest answer; kept while later calls fail, so that a cut never empties a screen. Null: none yet. */
  readonly data: T | null;
  /** Why the newest call failed; null when it did not. */
  readonly fault: unknown;
  /** When `data` came, by this browser's clock, ms; null: none yet. */
  readonly at: number | null;
  readonly reload: () => Promise<void>;
}

/**
 * Asks now, whenever `key` changes, and `everyMs` after each answer while the page is seen.
 * An answer to an older question is thrown away.
 */
export function useLive<T>(key: string, ask: (signal: AbortSignal) => Promise<T>, everyMs: number): Live<T> {
  const [state, setState] = useState<{ key: string; data: T | null; fault: unknown; at: number | null }>({
    key,
    data: null,
    fault: null,
    at: null,
  });
  const latest = useRef(ask);
  latest.current = ask;
  const run = useRef<() => Promise<void>>(async () => {});

  useEffect(() => {
    const life = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let turn = 0;

    const once = async () => {
      clearTimeout(timer);
      const mine = ++turn;
      let next: (old: { key: string; data: T | null; at: number | null }) => typeof state;
      try {
        const data = await latest.current(life.signal);
        next = () => ({ key, data, fault: null, at: Date.now() });
      } catch (fault) {
        next = (old) => ({ key, data: old.key === key ? old.data : null, fault, at: old.key === key ? old.at : null });
      }
      if (life.signal.aborted || mine !== turn) return;
      setState(next);
      timer = setTimeout(tick, everyMs);
    };
    const tick = () => {
      if (document.visibilityState === 'visible') void once();
    };

    run.current = once;
    document.addEventListener('visibilitychange', tick);
    void once();
    return () => {
      life.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', tick);
    };
  }, [key, everyMs]);

  const reload = useCallback(() => run.current(), []);
  const mine = state.key === key;
  return { data: mine ? state.data : null, fault: mine ? state.fault : null, at: mine ? state.at : null, reload };
}

/** The browser's time, anew every `everyMs`: what ages and countdowns are counted from. */
export function useNow(everyMs = 1_000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

export interface Act<A extends readonly unknown[] = []> {
  readonly busy: boolean;
  readonly fault: unknown;
  readonly run: (...what: A) => Promise<boolean>;
  readonly forget: () => void;
}

/** One action of a person: busy while it runs, and its failure kept for the words beside the button. */
export function useAct<A extends readonly unknown[]>(action: (...what: A) => Promise<unknown>): Act<A> {
  const [state, setState] = useState<{ busy: boolean; fault: unknown }>({ busy: false, fault: null });
  const latest = useRef(action);
  latest.current = action;
  const run = useCallback(async (...what: A) => {
    setState({ busy: true, fault: null });
    try {
      await latest.current(...what);
      setState({ busy: false, fault: null });
      return true;
    } catch (fault) {
      setState({ busy: false, fault });
      return false;
    }
  }, []);
  const forget = useCallback(() => setState({ busy: false, fault: null }), []);
  return { ...state, run, forget };
}
