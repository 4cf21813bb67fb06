import { isOccupied, type LossTree, type Piece, seconds, shares } from './ledger.ts';
import type { Millis } from './time.ts';

/**
 * The named ratios of a workshop. Each has one name and one formula, since the trade's words do not ("utilisation" alone
 * stands for three ratios; field notes on bays, "Vocabulary"). A ratio whose parts are not known is null.
 */

/** Below this coverage a share of the time is given as a range alone. */
const COVERAGE_LEAST = 0.95;

export interface TimeUtil {
  /** Null while too little is known: then the range is all there is to say. */
  readonly value: number | null;
  /** UNKNOWN counted as empty … */
  readonly low: number | null;
  /** … and as occupied. */
  readonly high: number | null;
  /** 1 − UNKNOWN ÷ available; null where no time was available. */
  readonly coverage: number | null;
  /** The hours that it is a share of: available bay-hours. */
  readonly hours: number;
}

/**
 * `time_util` (占用率) = occupied bay-hours ÷ available bay-hours, where available = open − blocked. The value is the share
 * of the time that is known; below 95 % coverage there is none. Always low ≤ value ≤ high.
 */
export function timeUtil(t: LossTree): TimeUtil {
  const { available, unknown, occupied } = t;
  const hours = available / 3_600;
  if (available === 0) return { value: null, low: null, high: null, coverage: null, hours };
  const coverage = 1 - unknown / available;
  const value = coverage < COVERAGE_LEAST ? null : occupied / (available - unknown);
  return { value, low: occupied / available, high: (occupied + unknown) / available, coverage, hours };
}

/**
 * `billed_util` (产出率) = sold standard hours ÷ available bay-hours. May exceed 1. (70–90 % independents, 95 % and more
 * franchised: thefenneclab.com citing RIA.)
 * @param soldSeconds standard time of the work that was sold; null: not known
 */
export function billedUtil(t: LossTree, soldSeconds: number | null): number | null {
  return soldSeconds === null || t.available === 0 ? null : soldSeconds / t.available;
}

/**
 * `facility_util` = labour sales ÷ (bays × days × hours × effective labour rate): NADA's facility utilisation. Its hours
 * are whatever they are said to be (a 24-hour variant gives a third of the figure), so `hours` must be printed beside it.
 * @param labourSales money; `rate` the same money per hour; `bayHours` bays × days × hours
 */
export function facilityUtil(labourSales: number, rate: number, bayHours: number): number | null {
  return rate > 0 && bayHours > 0 ? labourSales / (rate * bayHours) : null;
}

/** `turnover` (工位周转率) = completed visits ÷ bays ÷ open days. */
export function turnover(visits: number, bays: number, openDays: number): number | null {
  return bays > 0 && openDays > 0 ? visits / bays / openDays : null;
}

/** A car's time in one bay, as the ledger tells it. */
export interface Visit {
  readonly bay: string;
  readonly stay: string;
  readonly visit: string;
  readonly vin: string | null;
  readonly order: string | null;
  readonly from: Millis;
  readonly to: Millis;
  /** It has been seen to end: what follows is another car or an empty bay, not the unknown. */
  readonly completed: boolean;
  /** Seconds from arrival to the first value-adding work; null: there was none. */
  readonly waited: number | null;
}

/**
 * The stays of one bay, in order of their end. Time in between that is unknown belongs to a stay that goes on after it.
 * What was too short to be a stay (`pass-through`) is none.
 * @param pieces the bay's story, in order; it should begin before the first stay of interest and end after the last
 */
export function visitsOf(pieces: readonly Piece[]): Visit[] {
  const stays = new Map<string, Piece[]>();
  for (const p of pieces) {
    if (p.stay === null || p.rule === 'pass-through' || !isOccupied(p.leaf)) continue;
    const known = stays.get(p.stay);
    if (known) known.push(p);
    else stays.set(p.stay, [p]);
  }
  return [...stays].map(([stay, own]) => {
    const first = own[0]!;
    const last = own.at(-1)!;
    const after = pieces.find((p) => p.from >= last.to);
    const began = own.find((p) => p.leaf === 'working' || p.leaf === 'rework');
    return {
      bay: first.bay,
      stay,
      visit: last.visit ?? stay,
      vin: own.findLast((p) => p.vin !== null)?.vin ?? null,
      order: own.findLast((p) => p.order !== null)?.order ?? null,
      from: first.from,
      to: last.to,
      completed: after !== undefined && after.leaf !== 'unknown',
      waited: began ? seconds(first.from, began.from) : null,
    };
  });
}

export interface Spread {
  readonly count: number;
  /** Seconds; null where there is nothing to rank. */
  readonly p50: number | null;
  readonly p90: number | null;
}

/** `dwell` is given as its median and its 90th percentile, never as an average alone. */
export function dwellOf(visits: readonly Visit[]): Spread {
  return spreadOf(visits.filter((v) => v.completed).map((v) => seconds(v.from, v.to)));
}

/** Wait before start: from arrival in the bay to the first value-adding work, of the visits in which work began. */
export function waitOf(visits: readonly Visit[]): Spread {
  return spreadOf(visits.flatMap((v) => v.waited ?? []));
}

/** Percentiles by nearest rank, so that each is a value that was there (Hyndman and Fan 1996, definition 1). */
function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (p: number) => sorted[Math.ceil((p / 100) * sorted.length) - 1] ?? null;
  return { count: sorted.length, p50: at(50), p90: at(90) };
}

/** What the figures are made of: bays over days. */
export interface FiguresOf {
  readonly tree: LossTree;
  /** Stays that ended in the span. */
  readonly ended: readonly Visit[];
  readonly bays: number;
  readonly openDays: number;
  /** Standard time of the orders of the visits that ended; null: not known. */
  readonly soldSeconds: number | null;
  /** Labour sales of the span and the effective labour rate an hour, in one currency; null: not known. */
  readonly labour: { readonly sales: number; readonly rate: number } | null;
}

/** All figures of some bays over some days. A car that moved between them is one visit, and several stays. */
export function figuresOf({ tree, ended, bays, openDays, soldSeconds, labour }: FiguresOf) {
  const visits = new Set(ended.filter((v) => v.completed).map((v) => v.visit)).size;
  const hours = tree.open / 3_600;
  return {
    tree,
    percent: shares(tree.leaves),
    timeUtil: timeUtil(tree),
    billedUtil: billedUtil(tree, soldSeconds),
    facilityUtil: labour === null ? null : { value: facilityUtil(labour.sales, labour.rate, hours), hours },
    turnover: turnover(visits, bays, openDays),
    visits,
    openDays,
    dwell: dwellOf(ended),
    waitBeforeStart: waitOf(ended),
  };
}
export type Figures = ReturnType<typeof figuresOf>;
