/** Of the deviation of each column; keeps columns that say the same from cancelling each other. */
const RIDGE = 0.02;
const MOST_ROWS = 4_000;

/**
 * A straight line through many columns: y = mean + Σ w · (x − mean of x), by least squares with a ridge (Hoerl & Kennard,
 * "Ridge regression", Technometrics 12, 1970). Many weak columns that all see the same wear together see it clearly, which
 * trees, that look at one column at a time, do not.
 */
export class Line {
  readonly #columns: readonly number[];
  readonly #mean: Float64Array;
  readonly #weights: Float64Array;
  readonly #level: number;

  constructor(x: readonly Float64Array[], y: Float64Array, columns: readonly number[]) {
    const step = Math.max(1, Math.floor(x.length / MOST_ROWS));
    const rows = x.flatMap((row, i) => (i % step === 0 ? [{ row, y: y[i]! }] : []));
    const p = columns.length;
    this.#columns = columns;
    this.#mean = Float64Array.from(columns, (c) => rows.reduce((a, r) => a + r.row[c]!, 0) / rows.length);
    this.#level = rows.reduce((a, r) => a + r.y, 0) / rows.length;
    const matrix = Array.from({ length: p }, () => new Float64Array(p));
    const right = new Float64Array(p);
    const own = new Float64Array(p);
    for (const { row, y: truth } of rows) {
      for (let i = 0; i < p; i++) own[i] = row[columns[i]!]! - this.#mean[i]!;
      for (let i = 0; i < p; i++) {
        right[i]! += (own[i]! * (truth - this.#level)) / rows.length;
        for (let j = 0; j <= i; j++) matrix[i]![j]! += (own[i]! * own[j]!) / rows.length;
      }
    }
    for (let i = 0; i < p; i++) matrix[i]![i]! += RIDGE * matrix[i]![i]! + 1e-9;
    this.#weights = solved(matrix, right);
  }

  at(row: Float64Array): number {
    return this.#columns.reduce((sum, c, i) => sum + this.#weights[i]! * (row[c]! - this.#mean[i]!), this.#level);
  }
}

/** Solves a symmetric positive definite system, of which the lower half is given, by Cholesky's decomposition. */
function solved(matrix: readonly Float64Array[], right: Float64Array): Float64Array {
  const p = right.length;
  const low = matrix.map((row) => Float64Array.from(row));
  const out = Float64Array.from(right);
  for (let i = 0; i < p; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = low[i]![j]!;
      for (let k = 0; k < j; k++) sum -= low[i]![k]! * low[j]![k]!;
      low[i]![j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / low[j]![j]!;
    }
    for (let k = 0; k < i; k++) out[i]! -= low[i]![k]! * out[k]!;
    out[i]! /= low[i]![i]!;
  }
  for (let i = p - 1; i >= 0; i--) {
    for (let k = i + 1; k < p; k++) out[i]! -= low[k]![i]! * out[k]!;
    out[i]! /= low[i]![i]!;
  }
  return out;
}
