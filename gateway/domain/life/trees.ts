/** Splits are looked for between this many bins of each feature. */
const BINS = 64;

export interface TreeSettings {
  readonly trees: number;
  readonly depth: number;
  /** How much of each tree's word is taken (shrinkage). */
  readonly rate: number;
  /** Rows a leaf needs at least. */
  readonly leaf: number;
  /** Shares of rows and features that each tree sees. */
  readonly rows: number;
  readonly features: number;
  /** So many of the first features are seen by every tree. */
  readonly always: number;
}

interface Node {
  /** −1: a leaf. */
  readonly feature: number;
  readonly border: number;
  readonly value: number;
  left: number;
  right: number;
}

/**
 * Gradient boosting with squared error: each small tree is fitted to what the ones before left over, on a random share of
 * rows and features (Friedman, "Stochastic gradient boosting", Comput. Stat. Data Anal. 38, 2002), with splits between
 * histogram bins. The same random numbers give the same model.
 */
export class BoostedTrees {
  readonly #mean: number;
  readonly #trees: (readonly Node[])[] = [];
  readonly #rate: number;

  /** @param next numbers in 0 … 1 */
  constructor(x: readonly Float64Array[], y: Float64Array, settings: TreeSettings, next: () => number) {
    this.#rate = settings.rate;
    this.#mean = y.reduce((a, b) => a + b, 0) / Math.max(1, y.length);
    const borders = bordersOf(x);
    const binned = bin(x, borders);
    const rest = y.map((v) => v - this.#mean);
    const leafOf = new Int32Array(x.length);
    for (let t = 0; t < settings.trees; t++) {
      const rows = sample(x.length, settings.rows, next);
      const some = new Set(sample(borders.length, settings.features, next));
      const features = borders.flatMap((b, f) => (b.length > 0 && (f < settings.always || some.has(f)) ? [f] : []));
      const nodes = grow(binned, rest, borders, rows, features, settings);
      this.#trees.push(nodes);
      place(binned, nodes, borders, leafOf);
      for (let i = 0; i < rest.length; i++) rest[i]! -= settings.rate * nodes[leafOf[i]!]!.value;
    }
  }

  predict(row: Float64Array): number {
    let sum = this.#mean;
    for (const nodes of this.#trees) {
      let at = 0;
      while (nodes[at]!.feature >= 0)
        at = row[nodes[at]!.feature]! <= nodes[at]!.border ? nodes[at]!.left : nodes[at]!.right;
      sum += this.#rate * nodes[at]!.value;
    }
    return sum;
  }
}

/** Quantiles of each feature; none for a feature that does not vary. */
function bordersOf(x: readonly Float64Array[]): Float64Array[] {
  const step = Math.max(1, Math.floor(x.length / 5_000));
  const some = x.filter((_, i) => i % step === 0);
  return Array.from({ length: x[0]?.length ?? 0 }, (_, f) => {
    const sorted = Float64Array.from(some, (row) => row[f]!).sort();
    const borders: number[] = [];
    for (let b = 1; b < BINS; b++) {
      const border = sorted[Math.floor((b * (sorted.length - 1)) / BINS)]!;
      if (border < sorted.at(-1)! && border !== borders.at(-1)) borders.push(border);
    }
    return Float64Array.from(borders);
  });
}

/** `binned[feature][row]`: how many borders lie below the value. */
function bin(x: readonly Float64Array[], borders: readonly Float64Array[]): Uint8Array[] {
  return borders.map((edges, f) =>
    Uint8Array.from(x, (row) => {
      let low = 0;
      let high = edges.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (row[f]! <= edges[middle]!) high = middle;
        else low = middle + 1;
      }
      return low;
    }),
  );
}

function sample(n: number, share: number, next: () => number): number[] {
  const some: number[] = [];
  for (let i = 0; i < n; i++) if (next() < share) some.push(i);
  return some.length === 0 && n > 0 ? [Math.floor(next() * n)] : some;
}

function grow(
  binned: readonly Uint8Array[],
  rest: Float64Array,
  borders: readonly Float64Array[],
  all: readonly number[],
  features: readonly number[],
  { depth, leaf }: TreeSettings,
): Node[] {
  const nodes: Node[] = [];
  const sums = new Float64Array(BINS);
  const counts = new Float64Array(BINS);
  const add = (rows: readonly number[], left: number): number => {
    let total = 0;
    for (const i of rows) total += rest[i]!;
    const me = nodes.length;
    const value = total / Math.max(1, rows.length);
    const end: Node = { feature: -1, border: 0, value, left: -1, right: -1 };
    nodes.push(end);
    if (left === 0 || rows.length < 2 * leaf) return me;
    let best = { gain: 1e-9, feature: -1, bin: 0 };
    for (const f of features) {
      sums.fill(0);
      counts.fill(0);
      const column = binned[f]!;
      for (const i of rows) {
        sums[column[i]!]! += rest[i]!;
        counts[column[i]!]! += 1;
      }
      let below = 0;
      let count = 0;
      for (let b = 0; b < borders[f]!.length; b++) {
        below += sums[b]!;
        count += counts[b]!;
        if (count < leaf) continue;
        if (rows.length - count < leaf) break;
        const gain = below ** 2 / count + (total - below) ** 2 / (rows.length - count) - total ** 2 / rows.length;
        if (gain > best.gain) best = { gain, feature: f, bin: b };
      }
    }
    if (best.feature < 0) return me;
    const column = binned[best.feature]!;
    const split: Node = { ...end, feature: best.feature, border: borders[best.feature]![best.bin]! };
    nodes[me] = split;
    split.left = add(
      rows.filter((i) => column[i]! <= best.bin),
      left - 1,
    );
    split.right = add(
      rows.filter((i) => column[i]! > best.bin),
      left - 1,
    );
    return me;
  };
  add(all, depth);
  return nodes;
}

/** The leaf of every row, those that the tree was not grown on included. */
function place(
  binned: readonly Uint8Array[],
  nodes: readonly Node[],
  borders: readonly Float64Array[],
  leafOf: Int32Array,
) {
  const bins = nodes.map((n) => (n.feature < 0 ? 0 : borders[n.feature]!.indexOf(n.border)));
  for (let i = 0; i < leafOf.length; i++) {
    let at = 0;
    while (nodes[at]!.feature >= 0)
      at = binned[nodes[at]!.feature]![i]! <= bins[at]! ? nodes[at]!.left : nodes[at]!.right;
    leafOf[i] = at;
  }
}
