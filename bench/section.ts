/** One measured figure. `met` is told only where there is a goal. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly goal?: string;
  readonly met?: boolean;
}

export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
}

/** The q-quantile (0 to 1) of the values, nearest rank. NaN for none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** p50, p95 and p99 in ms, the goal held against p95. */
export function latencyRows(name: string, values: readonly number[], goalP95?: number): Row[] {
  return [0.5, 0.95, 0.99].map((q) => {
    const value = quantile(values, q);
    const goal = q === 0.95 && goalP95 !== undefined ? { goal: `≤ ${goalP95}`, met: value <= goalP95 } : {};
    return { name: `${name}, p${q * 100} of ${values.length}`, value, unit: 'ms', ...goal };
  });
}
