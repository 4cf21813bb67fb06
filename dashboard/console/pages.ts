import { useState } from 'react';
import { type Live, useLive } from '../ui/live.ts';
import type { Page } from './api.ts';

export interface Pages<T> extends Live<Page<T>> {
  /** From 1. */
  readonly number: number;
  readonly previous: (() => void) | null;
  readonly next: (() => void) | null;
}

/** One page of a list at a time, kept fresh; a new `key` (another filter) begins at the first page. */
export function usePages<T>(
  key: string,
  ask: (cursor: string | null, signal: AbortSignal) => Promise<Page<T>>,
  everyMs: number,
): Pages<T> {
  // The cursors of the pages before this one; the API only knows the way forward.
  const [way, setWay] = useState<{ key: string; cursors: readonly string[] }>({ key, cursors: [] });
  const cursors = way.key === key ? way.cursors : [];
  const cursor = cursors.at(-1) ?? null;
  const live = useLive(`${key} ${cursor ?? ''}`, (signal) => ask(cursor, signal), everyMs);
  const next = live.data?.next ?? null;
  return {
    ...live,
    number: cursors.length + 1,
    previous: cursors.length === 0 ? null : () => setWay({ key, cursors: cursors.slice(0, -1) }),
    next: next === null ? null : () => setWay({ key, cursors: [...cursors, next] }),
  };
}
