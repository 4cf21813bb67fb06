import type { Leaf } from '../../protocols/event.ts';
import { type Evidence, isOccupied } from '../../protocols/ledger.ts';
import type { Millis } from '../../protocols/time.ts';
import { JOIN_WINDOW_MS } from './settings.ts';
import { BRIDGED_MS } from './stay.ts';
import type { LateWord, Track } from './track.ts';

/**
 * A bay's recent days as spans, from what was booked live and what was said late. A pure function of both, so that late
 * words give the same spans in whatever order they come.
 */
export interface Segment {
  readonly from: Millis;
  readonly to: Millis;
  readonly leaf: Leaf;
  readonly rule: string;
  readonly stay: string | null;
  readonly confidence: number | null;
  readonly evidence: Evidence;
}

export interface Named {
  readonly vin: string | null;
  readonly order: string | null;
}

/** The spans of a bay up to `until`, in order and without gaps, and who the cars were. */
export function segmentsOf(
  bay: string,
  t: Track,
  until: Millis,
): { segments: Segment[]; names: ReadonlyMap<string, Named> } {
  const filled = fillUnknown(bay, booked(t, until), t.late);
  const names = namesOf(filled, t);
  return { segments: closeGaps(bridge(filled, names)), names };
}

function booked(t: Track, until: Millis): Segment[] {
  let evidence: Evidence = [];
  return t.marks.flatMap((m, i): Segment[] => {
    evidence = m.evidence ?? evidence;
    const to = t.marks[i + 1]?.from ?? until;
    if (m.from >= to) return [];
    const short = m.stay !== null && t.stays[m.stay]?.short === true;
    const { from, leaf, stay, confidence } = m;
    return [{ from, to, leaf, rule: short ? 'pass-through' : m.rule, stay, confidence, evidence }];
  });
}

type Word = Extract<LateWord, { says: unknown }>;

/** Time that nobody saw live is filled with what sensors had kept and sent late; what was seen live stays as it is. */
function fillUnknown(bay: string, all: readonly Segment[], late: readonly LateWord[]): Segment[] {
  const words = late.filter((w): w is Word => 'says' in w);
  if (words.length === 0) return [...all];
  const longest = words.reduce((most, w) => Math.max(most, w.holdMs), 0);
  return all.flatMap((s, i) => {
    if (s.leaf !== 'unknown') return [s];
    const near = words.filter((w) => w.at > s.from - longest && w.at < s.to);
    return near.length === 0 ? [s] : fill(bay, s, near, all[i - 1], all[i + 1]);
  });
}

function fill(bay: string, gap: Segment, words: readonly Word[], before?: Segment, after?: Segment): Segment[] {
  const spans = spansOf(gap, words);
  if (spans.every((s) => s.says === 'unknown')) return [gap];
  return spans.map(({ from, to, says }): Segment => {
    if (says === 'unknown') return { ...gap, from, to };
    const rest = { from, to, rule: 'late-evidence', confidence: null, evidence: [] };
    if (says === 'absent') return { ...rest, leaf: 'empty', stay: null };
    // The car that stood there before or after, where nothing lies between; else one that only the late words knew.
    const known = (from === gap.from ? before?.stay : null) ?? (to === gap.to ? after?.stay : null);
    return { ...rest, leaf: 'idle', stay: known ?? `${bay}.${from}` };
  });
}

/**
 * What the late words say of a span together: where sources differ, or none speaks, it stays unknown. One pass over words
 * in order of time: a sensor whose clock is behind sends every word late, and this is asked again with each.
 */
function spansOf(gap: Segment, words: readonly Word[]) {
  const counts = { present: 0, absent: 0, unknown: 0 };
  const spans: { from: Millis; to: Millis; says: Word['says'] }[] = [];
  let from = gap.from;
  for (const { at, says, by } of [...edgesOf(gap, words), { at: gap.to, says: 'unknown', by: 0 } as const]) {
    const { present, absent } = counts;
    const now = present > 0 === absent > 0 ? 'unknown' : present > 0 ? 'present' : 'absent';
    const last = spans.at(-1);
    if (at > from && last?.says === now) spans[spans.length - 1] = { ...last, to: at };
    else if (at > from) spans.push({ from, to: at, says: now });
    from = at;
    counts[says] += by;
  }
  return spans;
}

/** Where words begin and cease to hold within a span, in order: until the next of the same source, or their time is up. */
function edgesOf(gap: Segment, words: readonly Word[]) {
  const edges: { at: Millis; says: Word['says']; by: 1 | -1 }[] = [];
  const hold = ({ at, says, holdMs }: Word, next: Millis) => {
    const from = Math.max(gap.from, wholeSecond(at));
    const to = Math.min(gap.to, wholeSecond(Math.min(next, at + holdMs)));
    if (from < to) edges.push({ at: from, says, by: 1 }, { at: to, says, by: -1 });
  };
  const last = new Map<string, Word>();
  for (const w of words) {
    const before = last.get(w.key);
    if (before) hold(before, w.at);
    last.set(w.key, w);
  }
  for (const w of last.values()) hold(w, Number.POSITIVE_INFINITY);
  return edges.sort((a, b) => a.at - b.at);
}

/** Who each stay was: as it was named live, else as the late claims around it agree; a scan outranks OBD. */
function namesOf(segments: readonly Segment[], t: Track): Map<string, Named> {
  const spans = new Map<string, { from: Millis; to: Millis }>();
  for (const s of segments) {
    if (s.stay === null) continue;
    spans.set(s.stay, { from: spans.get(s.stay)?.from ?? s.from, to: s.to });
  }
  const claims = new Map<string, Extract<LateWord, { vin: string }>[]>();
  for (const word of t.late) {
    if (!('vin' in word) || t.disputed?.includes(word.vin)) continue;
    const stay = nearest(spans, word.at);
    if (stay !== null) claims.set(stay, [...(claims.get(stay) ?? []), word]);
  }
  return new Map(
    [...spans.keys()].map((stay) => {
      const { vin = null, order = null } = t.stays[stay] ?? {};
      return [stay, { vin: vin ?? agreed(claims.get(stay) ?? []), order }];
    }),
  );
}

/** The stay that a claim belongs to: the one that it lies in, else the nearest within the join window. */
function nearest(spans: ReadonlyMap<string, { from: Millis; to: Millis }>, at: Millis): string | null {
  let best: string | null = null;
  let distance = JOIN_WINDOW_MS + 1;
  for (const [stay, { from, to }] of spans) {
    const d = at < from ? from - at : Math.max(0, at - to);
    if (d <= distance && d <= JOIN_WINDOW_MS) [best, distance] = [stay, d];
  }
  return best;
}

function agreed(claims: readonly { key: string; vin: string }[]): string | null {
  const scans = claims.filter((c) => c.key.startsWith('scan.'));
  const vins = new Set((scans.length > 0 ? scans : claims).map((c) => c.vin));
  return vins.size === 1 ? [...vins][0]! : null;
}

/** UNKNOWN between two spans of the same car is the car's, and marked as inferred. What was done is not known. */
function bridge(segments: readonly Segment[], names: ReadonlyMap<string, Named>): Segment[] {
  const vinOf = (s: Segment | undefined) => (s?.stay && isOccupied(s.leaf) ? (names.get(s.stay)?.vin ?? null) : null);
  return segments.map((s, i) => {
    if (s.leaf !== 'unknown') return s;
    let [a, b] = [i - 1, i + 1];
    while (segments[a]?.leaf === 'unknown') a--;
    while (segments[b]?.leaf === 'unknown') b++;
    const [before, after] = [segments[a], segments[b]];
    const vin = vinOf(before);
    if (!before || !after || vin === null || vin !== vinOf(after) || after.from - before.to > BRIDGED_MS) return s;
    return { ...s, leaf: 'idle', stay: before.stay, rule: 'bridged', confidence: null };
  });
}

/** A gap that was too short to be one: the same stay stands on both sides of it. */
function closeGaps(segments: readonly Segment[]): Segment[] {
  const isFree = (s: Segment | undefined) => s?.leaf === 'empty' || s?.leaf === 'empty-queue';
  return segments.map((s, i) => {
    if (!isFree(s)) return s;
    let [a, b] = [i - 1, i + 1];
    while (isFree(segments[a])) a--;
    while (isFree(segments[b])) b++;
    const [before, after] = [segments[a], segments[b]];
    if (!before?.stay || before.stay !== after?.stay) return s;
    return { ...s, leaf: before.leaf, stay: before.stay, rule: 'gap-too-short', confidence: null };
  });
}

export function wholeSecond(at: Millis): Millis {
  return Math.floor(at / 1_000) * 1_000;
}
