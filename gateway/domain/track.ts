import type { Leaf } from '../../protocols/event.ts';
import type { Evidence } from '../../protocols/ledger.ts';
import type { Millis } from '../../protocols/time.ts';

/**
 * What the engine remembers of a bay's recent days, as far as it may still be amended. From this alone, and the calendar,
 * the pieces of the ledger are made anew whenever something in it changes.
 */
export interface Track {
  /** What the time was booked as, in order, each until the next; the last is still open. Whole seconds. */
  readonly marks: readonly Mark[];
  /** Whose stays they were. */
  readonly stays: Readonly<Record<string, StayNote>>;
  /** Words about the past that came late, in order. */
  readonly late: readonly LateWord[];
  /** Cars that late words name here, and something else in another bay at the same time: they name nobody. */
  readonly disputed?: readonly string[];
  /** The pieces as they were last told, by their start in seconds. */
  readonly told: Readonly<Record<string, Told>>;
  /** Something has changed since they were told. */
  readonly dirty: boolean;
  /** When the calendar closes the next piece, or late words are to be told. */
  readonly edge: Millis;
  /** When the pieces were last told. */
  readonly toldAt?: Millis;
  /** Stays that became visits on a day. */
  readonly visits: { readonly day: string; readonly count: number };
  /** The day's sums as they were last told. */
  readonly sums: { readonly day: string; readonly at: Millis; readonly leaf: Leaf | null };
}

export interface Mark {
  readonly from: Millis;
  readonly leaf: Leaf;
  readonly rule: string;
  readonly stay: string | null;
  readonly confidence: number | null;
  /** Kept where the occupancy changed; null: that of the mark before. */
  readonly evidence: Evidence | null;
}

export interface StayNote {
  readonly vin: string | null;
  readonly order: string | null;
  readonly visit: string | null;
  /** Too short to be a stay. */
  readonly short: boolean;
}

export type LateWord =
  | {
      readonly at: Millis;
      readonly key: string;
      readonly holdMs: number;
      readonly says: 'present' | 'absent' | 'unknown';
    }
  | { readonly at: Millis; readonly key: string; readonly vin: string };

interface Told {
  readonly version: number;
  /** Of what was told; 0: the piece was taken back. */
  readonly digest: number;
}

/** A packet that is three days late still finds its day. */
export const AMENDABLE_MS = 3 * 86_400_000;
/**
 * What late words amend is told so often at most: a sensor whose clock is behind sends every word late, and each of them
 * moves the end of what is known.
 */
const TELL_LATE_MS = 60_000;
/** Late words of one bay that are kept: a whole day of a sensor that speaks every 30 s. The newest stay. */
const LATE_WORDS = 3_000;

/** Nothing was seen before now: the day so far is unknown. */
export function beginTrack(dayStart: Millis): Track {
  const unseen: Mark = {
    from: dayStart,
    leaf: 'unknown',
    rule: 'not-seen',
    stay: null,
    confidence: null,
    evidence: [],
  };
  return {
    marks: [unseen],
    stays: {},
    late: [],
    told: {},
    dirty: true,
    edge: 0,
    visits: { day: '', count: 0 },
    sums: { day: '', at: 0, leaf: null },
  };
}

export function lastMark(t: Track): Mark {
  return t.marks.at(-1)!;
}

/** From `mark.from` on the time is booked so, however it was booked before. */
export function setMark(t: Track, mark: Mark): Track {
  const from = Math.max(Math.floor(mark.from / 1_000) * 1_000, t.marks[0]!.from);
  const kept = t.marks.filter((m) => m.from < from);
  const before = kept.at(-1);
  const same = before?.leaf === mark.leaf && before.stay === mark.stay && before.rule === mark.rule;
  return { ...t, marks: same ? kept : [...kept, { ...mark, from }], dirty: true };
}

export function noteStay(t: Track, stay: string, note: Partial<StayNote>): Track {
  const known: StayNote = t.stays[stay] ?? { vin: null, order: null, visit: null, short: false };
  const next = { ...known, ...note };
  const same = (Object.keys(next) as (keyof StayNote)[]).every((k) => known[k] === next[k]);
  return same && t.stays[stay] ? t : { ...t, stays: { ...t.stays, [stay]: next }, dirty: true };
}

/** Takes in a word about the past. The order in which such words come changes nothing. */
export function addLate(t: Track, word: LateWord, now: Millis): Track {
  // Most words come in their order.
  const place = t.late.findLastIndex((w) => compare(w, word) <= 0);
  if (place >= 0 && compare(t.late[place]!, word) === 0) return t;
  const edge = Math.min(t.edge, Math.max(now, (t.toldAt ?? 0) + TELL_LATE_MS));
  return { ...t, late: t.late.toSpliced(place + 1, 0, word).slice(-LATE_WORDS), edge };
}

function compare(a: LateWord, b: LateWord): number {
  if (a.at !== b.at) return a.at - b.at;
  const [x, y] = [textOf(a), textOf(b)];
  return x === y ? 0 : x < y ? -1 : 1;
}

function textOf(w: LateWord): string {
  return `${w.key} ${'vin' in w ? w.vin : `${w.says} ${w.holdMs}`}`;
}

export function dispute(t: Track, vin: string): Track {
  return t.disputed?.includes(vin) ? t : { ...t, disputed: [...(t.disputed ?? []), vin].sort(), dirty: true };
}

/** The car stood in this bay at that time: as it was named live, or as a late word within `windowMs` of it says. */
export function namesCar(t: Track, vin: string, at: Millis, windowMs: number): 'live' | 'late' | null {
  const mark = t.marks.findLast((m) => m.from <= at);
  if (mark?.stay != null && t.stays[mark.stay]?.vin === vin) return 'live';
  return t.late.some((w) => 'vin' in w && w.vin === vin && Math.abs(w.at - at) <= windowMs) ? 'late' : null;
}

/** Forgets what ended before `keep`, the start of a day. */
export function forgetBefore(t: Track, keep: Millis): Track {
  const first = t.marks.findLastIndex((m) => m.from <= keep);
  const marks = first > 0 ? t.marks.slice(first) : t.marks;
  const late = t.late.filter((w) => w.at >= keep);
  if (marks === t.marks && late.length === t.late.length) return t;
  const disputed = (t.disputed ?? []).filter((vin) => late.some((w) => 'vin' in w && w.vin === vin));
  const names = new Set(marks.map((m) => m.stay));
  const stays = Object.fromEntries(Object.entries(t.stays).filter(([stay]) => names.has(stay)));
  const told = Object.fromEntries(Object.entries(t.told).filter(([from]) => 1_000 * Number(from) >= keep));
  return { ...t, marks, late, disputed, stays, told };
}

/** The clock had been ahead: what it dated after `at` has not been yet. */
export function turnTrackBack(t: Track, at: Millis): Track {
  const unknown: Mark = {
    from: Math.floor(at / 1_000) * 1_000,
    leaf: 'unknown',
    rule: 'clock-set-back',
    stay: null,
    confidence: null,
    evidence: [],
  };
  const marks = [...t.marks.filter((m) => m.from < unknown.from), unknown];
  const late = t.late.filter((w) => w.at < at);
  return { ...t, marks, late, dirty: true, edge: 0, toldAt: 0, sums: { day: '', at: 0, leaf: null } };
}
