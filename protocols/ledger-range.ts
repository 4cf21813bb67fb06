import { type Figures, type FiguresOf, figuresOf, type Visit, visitsOf } from './figures.ts';
import { type LossTree, lossTree, type Piece, sumTrees } from './ledger.ts';
import type { Millis } from './time.ts';

/** The ledger of a site over some days, put together in one way on site and in the cloud. */
export interface RangeParts {
  readonly bays: readonly string[];
  /** Whole site-local days, in order. */
  readonly days: readonly { readonly day: string; readonly from: Millis; readonly to: Millis }[];
  /** Up to here the ledger is told. */
  readonly until: Millis;
  /** A bay's story in [from, to). */
  readonly story: (bay: string, from: Millis, to: Millis) => Piece[];
  /** Standard time of these orders together, in seconds; null: none is known. */
  readonly sold: (orders: ReadonlySet<string>) => number | null;
  readonly labour: FiguresOf['labour'];
}

interface RangeFigures {
  readonly bays: {
    readonly bay: string;
    readonly figures: Figures;
    readonly days: { readonly day: string; readonly figures: Figures }[];
  }[];
  readonly figures: Figures;
}

/** A stay may have begun days before it ended, and what follows on its end tells that it ended. */
export const AROUND_MS = 4 * 86_400_000;

/** Figures of each bay and day, of each bay, and of all. Labour sales are the site's: only the whole has its ratio. */
export function rangeOf(parts: RangeParts): RangeFigures {
  const { bays, days, until, story, sold, labour } = parts;
  const [first, last] = [days[0]!, days.at(-1)!];
  const all = bays.map((bay) => {
    const visits = visitsOf(story(bay, first.from - AROUND_MS, Math.min(until, last.to + AROUND_MS)));
    const trees = days.map(({ from, to }) => {
      const end = Math.max(from, Math.min(to, until));
      return lossTree(story(bay, from, end), from, end);
    });
    return { bay, visits, trees };
  });
  const figures = (
    trees: readonly LossTree[],
    ended: readonly Visit[],
    count: number,
    openDays: number,
    whole: boolean,
  ) => {
    const orders = new Set(ended.filter((v) => v.completed).flatMap((v) => v.order ?? []));
    return figuresOf({
      tree: sumTrees(trees),
      ended,
      bays: count,
      openDays,
      soldSeconds: sold(orders),
      labour: whole ? labour : null,
    });
  };
  const endedIn = (visits: readonly Visit[], from: Millis, to: Millis) =>
    visits.filter((v) => v.to > from && v.to <= to);
  const isOpenDay = (n: number) => all.some(({ trees }) => trees[n]!.open > 0);
  const openDays = days.filter((_, n) => isOpenDay(n)).length;
  return {
    bays: all.map(({ bay, visits, trees }) => ({
      bay,
      figures: figures(trees, endedIn(visits, first.from, last.to), 1, openDays, false),
      days: days.map(({ day, from, to }, n) => ({
        day,
        figures: figures([trees[n]!], endedIn(visits, from, to), 1, isOpenDay(n) ? 1 : 0, false),
      })),
    })),
    figures: figures(
      all.flatMap((b) => b.trees),
      all.flatMap((b) => endedIn(b.visits, first.from, last.to)),
      bays.length,
      openDays,
      true,
    ),
  };
}
