import type { LedgerDay } from '../../../protocols/api/ledger.ts';
import { timeUtil } from '../../../protocols/figures.ts';
import { lossTree, shares, sumTrees } from '../../../protocols/ledger.ts';
import type { Span } from './spans.ts';

/** The tree and shares of a part of a day, of one bay or (null) all: by the fold that gateway and cloud run as well. */
export function partOf(day: LedgerDay, bay: string | null, span: Span) {
  const end = Math.max(span.from, Math.min(span.to, day.until));
  const trees = day.bays
    .filter((b) => bay === null || b.bay === bay)
    .map(({ pieces }) => {
      const inside = pieces
        .map((p) => ({ ...p, from: Math.max(p.from, span.from), to: Math.min(p.to, end) }))
        .filter((p) => p.from < p.to);
      return lossTree(inside, span.from, end);
    });
  const tree = sumTrees(trees);
  return { tree, percent: shares(tree.leaves), timeUtil: timeUtil(tree) };
}
