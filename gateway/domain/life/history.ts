/** What was measured of one unit (a part, a machine) from its first cycle on, one row a cycle. */
export interface History {
  readonly unit: string;
  readonly cycles: readonly number[];
  /** `values[row][column]`; NaN: not measured. */
  readonly values: readonly Float64Array[];
}

/** Holes take the last value that was measured, else the first that will be; a column without any is 0. */
export function filled(rows: readonly Float64Array[]): Float64Array[] {
  const values = rows.map((row) => Float64Array.from(row));
  for (let c = 0; c < (values[0]?.length ?? 0); c++) {
    let last = values.find((row) => Number.isFinite(row[c]))?.[c] ?? 0;
    for (const row of values) {
      if (Number.isFinite(row[c])) last = row[c]!;
      else row[c] = last;
    }
  }
  return values;
}
