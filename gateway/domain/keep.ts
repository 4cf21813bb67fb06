import { type EventBody, event, type Leaf } from '../../protocols/event.ts';
import { isOccupied } from '../../protocols/ledger.ts';
import type { Millis } from '../../protocols/time.ts';
import type { BayState } from './bay.ts';
import { isOpen, openSeconds } from './calendar.ts';
import type { Context } from './context.ts';
import { byHand } from './corrections.ts';
import type { Step } from './engine.ts';
import { evidenceOf } from './fusion.ts';
import { sumsOf, tellPieces, treeOfDay } from './ledger.ts';
import { type Queue, queuedFor } from './queue.ts';
import { bayState, type EngineState, nothing, trustOf, withBay } from './state.ts';
import { beginTrack, lastMark, noteStay, setMark, type Track } from './track.ts';
import { CLOCK_ONLY, leafOf } from './work.ts';

/** The day's sums are told so often while the workshop is open. */
const TELL_MS = 30_000;

/** Keeps one bay's ledger, once a tick: books what is so now, tells pieces that have closed or changed, and the sums. */
export function keepLedger(
  ctx: Context,
  state: EngineState,
  id: string,
  queue: Queue,
  tick: Millis,
  now: Millis,
): Step<EngineState> {
  const bay = bayState(state, id);
  const events: EventBody[] = [];
  const day = ctx.calendar(now);
  const leaf = leafOf(bay.work, bay.work.state === 'none' && queuedFor(ctx, queue, id) > 0);
  let track = book(ctx, state, bay, bay.track ?? beginTrack(day.start), leaf, tick || now, now);
  const open = isOpen(day, now);
  let next = bay;
  if (leaf !== bay.toldLeaf || open !== bay.toldOpen) {
    if (bay.toldLeaf !== undefined) events.push(openPiece(id, bay, leaf, open, now));
    next = { ...next, toldLeaf: leaf, toldOpen: open };
  }
  if (track.sums.day !== '' && track.sums.day !== day.day) events.push(lastSums(ctx, state, id, track, now));
  const counted = countVisit(ctx, bay, track, day.day, now);
  if (counted) {
    track = counted;
    next = { ...next, stay: { ...bay.stay!, counted: true } };
  }
  if (track.dirty || now >= track.edge) {
    const told = tellPieces(id, track, ctx.calendar, now);
    track = told.track;
    events.push(...told.events);
  }
  const { sums } = track;
  const from = Math.max(sums.at, day.start);
  const due = now - sums.at >= TELL_MS && (sums.at === 0 || openSeconds(day, from, now) > 0);
  if (due || counted || sums.leaf !== leaf || sums.day !== day.day) {
    const visits = track.visits.day === day.day ? track.visits.count : 0;
    const tree = treeOfDay(id, track, ctx.calendar, byHand(ctx.calendar, state.corrections, id), day, now);
    events.push(event('liftgate.bay.utilisation.v1', now, sumsOf(id, day.day, tree, visits)));
    track = { ...track, sums: { day: day.day, at: now, leaf } };
  }
  if (track === bay.track && next === bay) return nothing(state);
  return { state: withBay(state, id, { ...next, track }), events };
}

/** Books what is so now. The queue in front of an empty bay comes and goes; all else is dated back by its own rule. */
function book(
  ctx: Context,
  state: EngineState,
  bay: BayState,
  old: Track,
  leaf: Leaf,
  first: Millis,
  now: Millis,
): Track {
  const { work, stay, told, occupancy } = bay;
  let track = old;
  const id = isOccupied(leaf) ? (stay?.id ?? null) : null;
  if (stay && told) {
    const { vin, order } = told;
    track = noteStay(track, stay.id, { vin, order, visit: stay.visit ?? stay.id });
  }
  const last = lastMark(track);
  const marked = (work.rule === CLOCK_ONLY) !== (last.rule === CLOCK_ONLY);
  if (last.leaf === leaf && last.stay === id && !marked && last.rule !== 'not-seen') return track;
  const queue = id === null && last.stay === null && last.leaf.startsWith('empty') && leaf.startsWith('empty');
  const since = queue ? now : (work.from ?? work.since);
  const moved = queue || (last.stay === id && id !== null && isOccupied(last.leaf));
  return setMark(track, {
    from: last.rule === 'not-seen' && bay.track === undefined ? Math.max(since, first) : since,
    leaf,
    rule: work.rule,
    stay: id,
    confidence: isOccupied(leaf) || leaf.startsWith('empty') ? (bay.confidence ?? null) : null,
    evidence: moved ? null : evidenceOf(occupancy, trustOf(ctx, state, now)),
  });
}

/** The piece that is still open, told again where the queue or the shift has changed it. */
function openPiece(id: string, bay: BayState, leaf: Leaf, open: boolean, now: Millis): EventBody {
  const { state, reason, since, rule } = bay.work;
  return event('liftgate.bay.work.v1', now, { bay: id, stay: bay.workStay, state, reason, since, rule, leaf, open });
}

/** A stay that has lasted long enough is a visit of the day. */
function countVisit(ctx: Context, { stay, occupancy }: BayState, track: Track, day: string, now: Millis): Track | null {
  const minimum = 1_000 * ctx.fusion.minimumStay;
  if (!stay || stay.counted || occupancy.booked !== 'occupied' || now - stay.since < minimum) return null;
  const before = track.visits.day === day ? track.visits.count : 0;
  return { ...track, visits: { day, count: before + 1 } };
}

function lastSums(ctx: Context, state: EngineState, id: string, track: Track, now: Millis): EventBody {
  const old = ctx.calendar(track.sums.at);
  const visits = track.visits.day === old.day ? track.visits.count : 0;
  const tree = treeOfDay(id, track, ctx.calendar, byHand(ctx.calendar, state.corrections, id), old, now);
  return event('liftgate.bay.utilisation.v1', now, sumsOf(id, old.day, tree, visits));
}
