import type { LedgerDay } from '../../../protocols/api/ledger.ts';
import { LEAVES, type Leaf } from '../../../protocols/event.ts';
import { type Interval, ledgerOf, lossTree, pieceByHand, seconds } from '../../../protocols/ledger.ts';
import type { Piece } from './spans.ts';

export interface Wanted {
  readonly bay: string;
  readonly from: number;
  readonly to: number;
  readonly leaf: Leaf | null;
  readonly vin: string | null;
  readonly order: string | null;
}

export interface Effect {
  readonly before: readonly Piece[];
  readonly after: readonly Piece[];
  /** Seconds of open time that each leaf wins or loses; those that stay the same are left out. */
  readonly moved: readonly { readonly leaf: Leaf; readonly seconds: number }[];
  /** Seconds of it outside of the opening hours. */
  readonly outside: number;
  /** Earlier corrections that it lies over. */
  readonly over: LedgerDay['corrections'];
}

/** What a correction would do to a day: the fold that cloud and gateway run, run before it is kept. */
export function effectOf(day: LedgerDay, wanted: Wanted): Effect {
  const { bay, from, to } = wanted;
  const pieces = day.bays.find((b) => b.bay === bay)?.pieces ?? [];
  const stands = pieces.map((p): Interval => ({ ...p, by: 'engine', day: day.day, removed: false }));
  const own = { ...wanted, correction: 'preview', who: 'preview', at: day.until, why: 'preview', withdrawn: false };
  const before = ledgerOf(stands, day.from, day.until) as Piece[];
  const after = ledgerOf([...stands, pieceByHand(own, day.day)], day.from, day.until) as Piece[];
  const [old, next] = [before, after].map((story) => lossTree(story, day.from, day.until).leaves);
  const inside = before.filter((p) => !p.open && p.from < to && p.to > from);
  return {
    before: clip(before, from, to),
    after: clip(after, from, to),
    moved: LEAVES.map((leaf) => ({ leaf, seconds: next![leaf] - old![leaf] })).filter((m) => m.seconds !== 0),
    outside: inside.reduce((n, p) => n + seconds(Math.max(p.from, from), Math.min(p.to, to)), 0),
    over: day.corrections.filter((c) => c.bay === bay && c.withdrawn === null && c.from < to && c.to > from),
  };
}

function clip(story: readonly Piece[], from: number, to: number): Piece[] {
  return story
    .map((p) => ({ ...p, from: Math.max(p.from, from), to: Math.min(p.to, to) }))
    .filter((p) => p.from < p.to);
}
