/**
 * An immutable map that is plain JSON: two levels of 32 slots, then a small record. A change copies about 64 pointers,
 * however many entries there are; spreading one big record would cost as much as the record is long.
 */
export type Table<T> = readonly (Branch<T> | null)[];
type Branch<T> = readonly (Readonly<Record<string, T>> | null)[];

const WIDTH = 32;
const EMPTY: Branch<never> = new Array<null>(WIDTH).fill(null);

export function emptyTable<T>(): Table<T> {
  return new Array<null>(WIDTH).fill(null);
}

export function lookup<T>(table: Table<T>, key: string): T | undefined {
  const h = hash(key);
  const leaf = table[h & 31]?.[(h >>> 5) & 31];
  return leaf && Object.hasOwn(leaf, key) ? leaf[key] : undefined;
}

export function put<T>(table: Table<T>, key: string, value: T): Table<T> {
  const h = hash(key);
  const branch = (table[h & 31] ?? EMPTY).slice();
  const at = (h >>> 5) & 31;
  branch[at] = { ...branch[at], [key]: value };
  const next = table.slice();
  next[h & 31] = branch;
  return next;
}

export function drop<T>(table: Table<T>, key: string): Table<T> {
  const h = hash(key);
  const at = (h >>> 5) & 31;
  const leaf = table[h & 31]?.[at];
  if (!leaf || !Object.hasOwn(leaf, key)) return table;
  const { [key]: _gone, ...rest } = leaf;
  const branch = table[h & 31]!.slice();
  branch[at] = rest;
  const next = table.slice();
  next[h & 31] = branch;
  return next;
}

/** All entries, in an order that depends on the keys alone. */
export function* entriesOf<T>(table: Table<T>): Generator<[string, T]> {
  for (const branch of table) {
    if (!branch) continue;
    for (const leaf of branch) if (leaf) yield* Object.entries(leaf).sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

/** FNV-1a, 32 bits, folded so that the low ten bits see the whole hash. */
export function hash(key: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) h = Math.imul(h ^ key.charCodeAt(i), 0x01000193);
  return (h ^ (h >>> 15)) >>> 0;
}
