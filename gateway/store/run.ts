/** Numbers from … to, both included. */
export type Run = readonly [from: number, to: number];

/** Ascending numbers as runs without holes: `3 4 5 9` → `[[3, 5], [9, 9]]`. */
export function runs(numbers: Iterable<number>): [number, number][] {
  const out: [number, number][] = [];
  for (const n of numbers) {
    const last = out.at(-1);
    if (last && n === last[1] + 1) last[1] = n;
    else out.push([n, n]);
  }
  return out;
}
