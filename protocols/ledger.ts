import { type EventData, LEAVES, type Leaf } from './event.ts';
import type { Millis } from './time.ts';

/**
 * The ledger of a bay: closed pieces of its time, as events told them, folded into one story without overlaps. Pure, and
 * the order in which the pieces arrived changes nothing: the gateway and the cloud run the same fold.
 */
export type Interval = EventData<'liftgate.bay.interval.v1'>;
export type Correction = EventData<'liftgate.bay.correction.v1'>;
export type Evidence = Interval['evidence'];

/** Of two words on the same interval the one that counts: the higher version. The same word twice is one. */
export function newerOf(known: Interval | undefined, said: Interval): Interval {
  return known !== undefined && known.version >= said.version ? known : said;
}

/** Keeps of each interval the word that counts. */
export function foldIntervals(known: ReadonlyMap<string, Interval>, said: Iterable<Interval>): Map<string, Interval> {
  const next = new Map(known);
  for (const i of said) next.set(i.interval, newerOf(next.get(i.interval), i));
  return next;
}

/** What a correction says, as a piece of the ledger. `day`: site-local date of its start. */
export function pieceByHand(c: Correction, day: string): Interval {
  return {
    bay: c.bay,
    interval: `by-hand.${c.correction}`,
    version: c.withdrawn ? 2 : 1,
    day,
    from: c.from,
    to: c.to,
    leaf: c.leaf,
    open: true,
    stay: null,
    visit: null,
    vin: c.vin,
    order: c.order,
    rule: 'by-hand',
    evidence: [],
    confidence: null,
    by: 'person',
    at: c.at,
    removed: c.withdrawn,
    why: c.why,
  };
}

/** A piece of the finished ledger of one bay: no other piece overlaps it. */
export interface Piece extends Omit<Interval, 'leaf' | 'removed' | 'day'> {
  readonly leaf: Leaf;
}

/**
 * The story of one bay in [from, to): pieces in order, none overlapping, clipped to the span. A person's word lies over
 * the engine's, a later word of a person over an earlier one. Time that no piece speaks of is left out.
 * @param intervals the word that counts on each interval of this bay, in any order
 */
export function ledgerOf(intervals: Iterable<Interval>, from: Millis, to: Millis): Piece[] {
  const there = [...intervals]
    .filter((i) => !i.removed && i.from < to && i.to > from && i.from < i.to)
    .sort((a, b) => a.from - b.from || (a.interval < b.interval ? -1 : 1));
  const edges = [...new Set([from, to, ...there.flatMap((i) => [i.from, i.to])])]
    .filter((at) => at >= from && at <= to)
    .sort((a, b) => a - b);
  const pieces: Piece[] = [];
  let active: Interval[] = [];
  let next = 0;
  for (const [n, start] of edges.slice(0, -1).entries()) {
    const end = edges[n + 1]!;
    active = active.filter((i) => i.to > start);
    for (; next < there.length && there[next]!.from <= start; next++)
      if (there[next]!.to > start) active.push(there[next]!);
    const piece = overlay(active, start, end);
    const last = pieces.at(-1);
    if (!piece) continue;
    if (last && last.to === start && goesOn(last, piece)) pieces[pieces.length - 1] = { ...last, to: end };
    else pieces.push(piece);
  }
  return pieces;
}

function overlay(active: readonly Interval[], from: Millis, to: Millis): Piece | null {
  const engine = lastSaid(active, 'engine');
  const person = lastSaid(active, 'person');
  if (!person) return engine && finished(engine, engine.leaf ?? 'unknown', from, to);
  const leaf = person.leaf ?? engine?.leaf ?? null;
  if (leaf === null) return null;
  const occupied = isOccupied(leaf);
  const base = person.leaf === null && engine ? engine : person;
  return {
    ...finished(base, leaf, from, to),
    interval: person.interval,
    version: person.version,
    open: engine?.open ?? person.open,
    stay: occupied ? (engine?.stay ?? person.interval) : null,
    visit: occupied ? (engine?.visit ?? person.interval) : null,
    vin: person.vin ?? (occupied ? (engine?.vin ?? null) : null),
    order: person.order ?? (occupied ? (engine?.order ?? null) : null),
    evidence: engine?.evidence ?? [],
    by: 'person',
    at: person.at,
    why: person.why,
  };
}

function lastSaid(active: readonly Interval[], by: Interval['by']): Interval | null {
  let last: Interval | null = null;
  for (const i of active) {
    if (i.by !== by) continue;
    if (last === null || i.at > last.at || (i.at === last.at && i.interval > last.interval)) last = i;
  }
  return last;
}

function finished(i: Interval, leaf: Leaf, from: Millis, to: Millis): Piece {
  const { removed: _removed, day: _day, ...rest } = i;
  return { ...rest, leaf, from, to };
}

function goesOn(a: Piece, b: Piece): boolean {
  return (
    a.interval === b.interval &&
    a.leaf === b.leaf &&
    a.open === b.open &&
    a.stay === b.stay &&
    a.vin === b.vin &&
    a.order === b.order &&
    a.rule === b.rule
  );
}

/** Does a car stand in the bay while its time is booked so? */
export function isOccupied(leaf: Leaf): boolean {
  return leaf === 'working' || leaf === 'rework' || leaf === 'idle' || isWaiting(leaf);
}

function isWaiting(leaf: Leaf): boolean {
  return leaf === 'waiting' || leaf.startsWith('waiting-');
}

/**
 * Where the time went, in whole seconds: calendar → open → blocked and available → unknown, empty and occupied → what the
 * car was in for. Every sum is exact: `calendar = missing + closed + open`, `open = blocked + available`,
 * `available = unknown + empty + occupied`, and the leaves add up to `open`. (Field notes on bays, "Loss tree".)
 */
export interface LossTree {
  readonly calendar: number;
  /** No piece of the ledger speaks of it: before the first start, or not yet told. */
  readonly missing: number;
  readonly closed: number;
  readonly open: number;
  readonly blocked: number;
  readonly available: number;
  readonly unknown: number;
  readonly empty: number;
  readonly occupied: number;
  readonly waiting: number;
  readonly leaves: Readonly<Record<Leaf, number>>;
}

const NO_LEAVES = Object.fromEntries(LEAVES.map((l) => [l, 0])) as Record<Leaf, number>;

interface Spell {
  readonly from: Millis;
  readonly to: Millis;
  readonly leaf: Leaf;
  readonly open: boolean;
}

/** The loss tree of a story that `ledgerOf` told of [from, to). */
export function lossTree(pieces: readonly Spell[], from: Millis, to: Millis): LossTree {
  const leaves = { ...NO_LEAVES };
  let closed = 0;
  for (const p of pieces) {
    if (p.open) leaves[p.leaf] += seconds(p.from, p.to);
    else closed += seconds(p.from, p.to);
  }
  return treeOf(leaves, closed, seconds(from, to));
}

/** The trees of several bays or days as one. */
export function sumTrees(trees: readonly LossTree[]): LossTree {
  const leaves = { ...NO_LEAVES };
  for (const t of trees) for (const leaf of LEAVES) leaves[leaf] += t.leaves[leaf];
  const sum = (of: (t: LossTree) => number) => trees.reduce((n, t) => n + of(t), 0);
  return treeOf(
    leaves,
    sum((t) => t.closed),
    sum((t) => t.calendar),
  );
}

function treeOf(leaves: Record<Leaf, number>, closed: number, calendar: number): LossTree {
  const sum = (of: (leaf: Leaf) => boolean) => LEAVES.reduce((n, leaf) => n + (of(leaf) ? leaves[leaf] : 0), 0);
  const open = sum(() => true);
  const { blocked, unknown } = leaves;
  return {
    calendar,
    missing: calendar - closed - open,
    closed,
    open,
    blocked,
    available: open - blocked,
    unknown,
    empty: leaves.empty + leaves['empty-queue'],
    occupied: sum(isOccupied),
    waiting: sum(isWaiting),
    leaves,
  };
}

/** Whole seconds of [from, to); adds up exactly over adjoining spans. */
export function seconds(from: Millis, to: Millis): number {
  return Math.floor(to / 1_000) - Math.floor(from / 1_000);
}

/**
 * Percentages with one decimal that add up to exactly 100.0: each is rounded down, and the tenths that are left go to the
 * largest remainders (Hamilton's method); between equal ones to the first. All 0 where there is nothing to share.
 */
export function shares<K extends string>(parts: Readonly<Record<K, number>>): Record<K, number> {
  const keys = Object.keys(parts) as K[];
  const whole = keys.reduce((n, k) => n + parts[k], 0);
  if (whole === 0) return Object.fromEntries(keys.map((k) => [k, 0])) as Record<K, number>;
  // Integers all the way: part × 1000 stays exact for any span of less than 285,000 years.
  const tenths = keys.map((k) => Math.floor((parts[k] * 1_000) / whole));
  const rest = keys.map((k) => (parts[k] * 1_000) % whole);
  const left = 1_000 - tenths.reduce((n, t) => n + t, 0);
  const first = keys.map((_, i) => i).sort((a, b) => rest[b]! - rest[a]! || a - b);
  for (const i of first.slice(0, left)) tenths[i]! += 1;
  return Object.fromEntries(keys.map((k, i) => [k, tenths[i]! / 10])) as Record<K, number>;
}
