import { type EventBody, type EventData, event } from '../../protocols/event.ts';
import { type Interval, type LossTree, ledgerOf, lossTree, type Piece, sumTrees } from '../../protocols/ledger.ts';
import type { Millis } from '../../protocols/time.ts';
import { type Calendar, type Day, isOpen, nextEdge } from './calendar.ts';
import { type Segment, segmentsOf, wholeSecond } from './segment.ts';
import { hash } from './table.ts';
import { AMENDABLE_MS, forgetBefore, lastMark, type Mark, type Track } from './track.ts';

/** The ledger of a bay: its recent days cut into pieces, told as they close, and told anew where they have changed. */

/** The start of the first day that may still be amended. */
export function keptFrom(calendar: Calendar, now: Millis): Millis {
  return calendar(Math.max(0, now - AMENDABLE_MS)).start;
}

/** Tells the pieces that are new, changed or gone since they were last told. */
export function tellPieces(
  bay: string,
  track: Track,
  calendar: Calendar,
  now: Millis,
): { track: Track; events: EventBody[] } {
  const keep = keptFrom(calendar, now);
  const t = forgetBefore(track, keep);
  const events: EventBody[] = [];
  const told: Record<string, Track['told'][string]> = {};
  for (const piece of closedPieces(bay, t, calendar, now)) {
    const key = String(piece.from / 1_000);
    const old = t.told[key];
    const digest = digestOf(piece);
    if (old?.digest === digest) {
      told[key] = old;
      continue;
    }
    const version = (old?.version ?? 0) + 1;
    told[key] = { version, digest };
    events.push(event('liftgate.bay.interval.v1', now, { ...piece, version, at: now }));
  }
  for (const [key, old] of Object.entries(t.told)) {
    if (Object.hasOwn(told, key)) continue;
    told[key] = old.digest === GONE ? old : { version: old.version + 1, digest: GONE };
    if (old.digest !== GONE) events.push(takenBack(bay, 1_000 * Number(key), old.version + 1, calendar, now));
  }
  const edge = nextEdge(calendar(now), now);
  return { track: { ...t, told, dirty: false, edge, toldAt: now }, events };
}

const GONE = 0;

function digestOf({ to, leaf, open, stay, visit, vin, order, rule }: Interval): number {
  return hash(`${to} ${leaf} ${open} ${stay} ${visit} ${vin} ${order} ${rule}`) || 1;
}

function idOf(bay: string, from: Millis): string {
  return `${bay}.${(from / 1_000).toString(36)}`;
}

function takenBack(bay: string, from: Millis, version: number, calendar: Calendar, now: Millis): EventBody {
  return event('liftgate.bay.interval.v1', now, {
    bay,
    interval: idOf(bay, from),
    version,
    day: calendar(from).day,
    from,
    to: from,
    leaf: 'unknown',
    open: false,
    stay: null,
    visit: null,
    vin: null,
    order: null,
    rule: 'taken-back',
    evidence: [],
    confidence: null,
    by: 'engine',
    at: now,
    removed: true,
    why: null,
  });
}

/** All pieces up to now; the last one may still be open: it is told when something ends it. */
function piecesUpTo(bay: string, t: Track, calendar: Calendar, from: Millis, now: Millis): Interval[] {
  const { segments, names } = segmentsOf(bay, t, wholeSecond(now));
  return segments.flatMap((s) => {
    const cuts: Interval[] = [];
    for (let at = Math.max(s.from, from); at < s.to; ) {
      const day = calendar(at);
      const to = Math.min(s.to, nextEdge(day, at));
      cuts.push(pieceOf(bay, s, names, t, day, at, to));
      at = to;
    }
    return cuts;
  });
}

function pieceOf(
  bay: string,
  s: Segment,
  names: ReturnType<typeof segmentsOf>['names'],
  t: Track,
  day: Day,
  from: Millis,
  to: Millis,
): Interval {
  const car = s.stay === null ? undefined : names.get(s.stay);
  return {
    bay,
    interval: idOf(bay, from),
    version: 1,
    day: day.day,
    from,
    to,
    leaf: s.leaf,
    open: isOpen(day, from),
    stay: s.stay,
    visit: s.stay === null ? null : (t.stays[s.stay]?.visit ?? s.stay),
    vin: car?.vin ?? null,
    order: car?.order ?? null,
    rule: s.rule.slice(0, 64),
    evidence: [...s.evidence],
    confidence: s.confidence,
    by: 'engine',
    at: 0,
    removed: false,
    why: null,
  };
}

function closedPieces(bay: string, t: Track, calendar: Calendar, now: Millis): Interval[] {
  const pieces = piecesUpTo(bay, t, calendar, keptFrom(calendar, now), now);
  const last = pieces.at(-1);
  if (last === undefined || last.to <= lastMark(t).from) return pieces;
  return last.to === nextEdge(calendar(last.from), last.from) ? pieces : pieces.slice(0, -1);
}

/** The finished story of a bay in [from, to), with what people said over it and the piece that is still open. */
export function storyOf(
  bay: string,
  t: Track,
  calendar: Calendar,
  byHand: readonly Interval[],
  span: { readonly from: Millis; readonly to: Millis },
  now: Millis,
): Piece[] {
  const until = Math.min(span.to, wholeSecond(now));
  const pieces = piecesUpTo(bay, t, calendar, span.from, until).map((p) => ({
    ...p,
    version: t.told[String(p.from / 1_000)]?.version ?? 1,
  }));
  return ledgerOf([...pieces, ...byHand.filter((p) => p.bay === bay)], span.from, until);
}

/** The sums of one bay's day for a wall: few leaves that add up to `open`. */
export function sumsOf(
  bay: string,
  day: string,
  tree: LossTree,
  visits: number,
): EventData<'liftgate.bay.utilisation.v1'> {
  const { open, waiting, blocked, empty, unknown, leaves } = tree;
  const working = leaves.working + leaves.rework;
  return { bay, day, open, working, waiting, idle: leaves.idle, blocked, empty, unknown, visits };
}

const grown = new WeakMap<readonly Mark[], Grown>();

/** A day's tree up to `until`, and what it was made of. */
interface Grown {
  readonly tree: LossTree;
  readonly until: Millis;
  readonly day: Day;
  readonly stays: Track['stays'];
  readonly late: Track['late'];
  readonly disputed: Track['disputed'];
}

/**
 * Where one bay's day went so far. It is asked for again and again while nothing but time has gone on: then only the open
 * piece has grown, and the tree that was made before grows by it.
 */
export function treeOfDay(
  bay: string,
  t: Track,
  calendar: Calendar,
  byHand: readonly Interval[],
  day: Day,
  now: Millis,
): LossTree {
  const until = Math.min(day.end, wholeSecond(now));
  // What a person said may reach over the open piece.
  if (byHand.length > 0) return wholeTree(bay, t, calendar, byHand, day, until);
  const tree = growTree(t, day, until) ?? wholeTree(bay, t, calendar, byHand, day, until);
  grown.set(t.marks, { tree, until, day, stays: t.stays, late: t.late, disputed: t.disputed });
  return tree;
}

function wholeTree(
  bay: string,
  t: Track,
  calendar: Calendar,
  byHand: readonly Interval[],
  day: Day,
  until: Millis,
): LossTree {
  return lossTree(storyOf(bay, t, calendar, byHand, { from: day.start, to: until }, until), day.start, until);
}

/** Null where more may have changed than the length of the open piece. */
function growTree(t: Track, day: Day, until: Millis): LossTree | null {
  const old = grown.get(t.marks);
  if (!old || old.day !== day || old.until > until) return null;
  if (old.stays !== t.stays || old.late !== t.late || old.disputed !== t.disputed) return null;
  const { from, leaf } = lastMark(t);
  if (from > old.until || nextEdge(day, old.until) < until) return null;
  // Late words may reach into time that is unknown.
  if (leaf === 'unknown' && t.late.length > 0) return null;
  const more = lossTree([{ open: isOpen(day, old.until), leaf, from: old.until, to: until }], old.until, until);
  return sumTrees([old.tree, more]);
}
