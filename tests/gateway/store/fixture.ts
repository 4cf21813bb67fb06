import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Decider } from '../../../gateway/store/journal.ts';
import { openStore, type Store, type StoreOptions } from '../../../gateway/store/store.ts';
import { event } from '../../../protocols/event.ts';

/** A reading of a made-up counter; every tenth value becomes an event. */
export interface Tally {
  readonly at: number;
  readonly n: number;
  readonly note?: string;
}
export interface Sum {
  readonly count: number;
  readonly sum: number;
  readonly raised: boolean;
}

export const decider: Decider<Sum, Tally> = {
  initial: () => ({ count: 0, sum: 0, raised: false }),
  step(state, { at, n }) {
    if (n < 0) throw new Error('negative');
    const raised = n % 10 === 0 ? !state.raised : state.raised;
    const next = { count: state.count + 1, sum: state.sum + n, raised };
    if (raised === state.raised) return { state: next, events: [] };
    return { state: next, events: [event('liftgate.bay.lift.v1', at, { bay: 'B1', raised, heightMm: n })] };
  },
  timeOf: (i) => i.at,
  rankOf: (i) => (i.n % 10 === 0 ? 0 : 5),
};

export const NOON = Date.UTC(2026, 4, 4, 12);

export function tempFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'liftgate-store-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export function openTally(folder: string, more: Partial<StoreOptions<Sum, Tally>> = {}): Store<Sum, Tally> {
  return openStore({
    folder,
    site: 'north',
    gateway: 'gw-1',
    decider,
    clock: () => NOON,
    boot: { id: 'boot-1', mono: () => 1_000 },
    onTrouble: () => {},
    keepDays: 30,
    budgetBytes: 256 * 1_048_576,
    ...more,
  });
}

export const tallies = (from: number, to: number): Tally[] =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ at: NOON + from + i, n: from + i }));
