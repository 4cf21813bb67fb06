import type { History } from './history.ts';

/** More clusters than this in one column are a continuum. */
const MOST = 12;
/** Clusters stand apart by at least this share of the column's range, and each is narrower than the gap. */
const GAP = 0.04;
const LEAST_SHARE = 0.005;
const UNKNOWN = '?';

/** Columns that jump between a few settings, and for each the borders between them. */
type Switches = readonly { readonly column: number; readonly borders: readonly number[] }[];

/**
 * Takes the ways of running out of the measurements. A machine that is run in a few distinct ways (speeds, heights, loads)
 * shows them as columns with a few narrow clusters; within each combination that occurs, every column is then brought to
 * mean 0 and deviation 1. With one way of running this is the plain standard score.
 */
export class Regimes {
  readonly #switches: Switches;
  readonly #scales: ReadonlyMap<string, Scale>;
  readonly #all: Scale;

  constructor(histories: readonly History[]) {
    const rows = histories.flatMap((h) => h.values);
    this.#switches = switchesOf(rows);
    const groups = new Map<string, Float64Array[]>();
    for (const row of rows) {
      const key = this.#key(row);
      const group = groups.get(key);
      if (group) group.push(row);
      else groups.set(key, [row]);
    }
    const least = Math.max(20, LEAST_SHARE * rows.length);
    this.#all = scaleOf(rows);
    this.#scales = new Map(
      [...groups]
        .filter(([key, g]) => g.length >= least && !key.includes(UNKNOWN))
        .map(([key, g]) => [key, scaleOf(g)]),
    );
  }

  /** How many ways of running were found. */
  get count(): number {
    return Math.max(1, this.#scales.size);
  }

  /** The row within its way of running; of a way that was never seen, among all rows. */
  normal(row: Float64Array): Float64Array {
    // What was not measured (NaN) stays so; of an unknown way of running nothing can be said.
    const key = this.#key(row);
    if (key.includes(UNKNOWN)) return row.map(() => Number.NaN);
    const { mean, deviation } = this.#scales.get(key) ?? this.#all;
    return row.map((x, c) => (deviation[c]! > 0 ? Math.max(-8, Math.min(8, (x - mean[c]!) / deviation[c]!)) : 0));
  }

  #key(row: Float64Array): string {
    const place = (x: number, borders: readonly number[]) =>
      Number.isFinite(x) ? borders.filter((b) => x > b).length : UNKNOWN;
    return this.#switches.map(({ column, borders }) => place(row[column]!, borders)).join('.');
  }
}

interface Scale {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

function scaleOf(rows: readonly Float64Array[]): Scale {
  const width = rows[0]?.length ?? 0;
  const mean = new Float64Array(width);
  const deviation = new Float64Array(width);
  const n = new Float64Array(width);
  const measured = (f: (x: number, c: number) => void) => {
    for (const row of rows) for (let c = 0; c < width; c++) if (Number.isFinite(row[c])) f(row[c]!, c);
  };
  measured((_, c) => (n[c]! += 1));
  measured((x, c) => (mean[c]! += x / n[c]!));
  measured((x, c) => (deviation[c]! += (x - mean[c]!) ** 2 / n[c]!));
  for (let c = 0; c < width; c++) {
    const d = Math.sqrt(deviation[c]!);
    // What only differs by rounding does not differ.
    deviation[c] = d > 1e-9 * Math.max(1, Math.abs(mean[c]!)) ? d : 0;
  }
  return { mean, deviation };
}

function switchesOf(rows: readonly Float64Array[]): Switches {
  const switches: { column: number; borders: number[] }[] = [];
  for (let column = 0; column < (rows[0]?.length ?? 0); column++) {
    const borders = bordersOf(
      Float64Array.from(rows, (row) => row[column]!)
        .filter(Number.isFinite)
        .sort(),
    );
    if (borders.length > 0) switches.push({ column, borders });
  }
  return switches;
}

/** Where a sorted column falls apart into a few narrow clusters; empty where it does not. */
function bordersOf(sorted: Float64Array): number[] {
  const range = (sorted.at(-1) ?? 0) - (sorted[0] ?? 0);
  if (!(range > 0)) return [];
  const borders: number[] = [];
  let from = 0;
  for (let i = 1; i <= sorted.length; i++) {
    const gap = i === sorted.length ? Infinity : sorted[i]! - sorted[i - 1]!;
    if (gap < GAP * range) continue;
    const wide = sorted[i - 1]! - sorted[from]! > GAP * range;
    if (wide || i - from < LEAST_SHARE * sorted.length || borders.length >= MOST) return [];
    if (i < sorted.length) borders.push((sorted[i]! + sorted[i - 1]!) / 2);
    from = i;
  }
  return borders;
}
