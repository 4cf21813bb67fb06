import type { HoldReason, WorkState } from '../../protocols/event.ts';
import type { Millis } from '../../protocols/time.ts';
import type { OccupancyState } from './occupancy.ts';

/** What is the bay's time spent on? First rule that matches wins. */
export interface WorkRecord {
  readonly state: WorkState;
  readonly reason: HoldReason | null;
  readonly since: Millis;
  readonly rule: string;
  /** Signs of work that belong together: none of them came later than the idle limit after the one before. */
  readonly signs: { readonly from: Millis; readonly last: Millis; readonly rule: Sign } | null;
  /** A reason to wait that someone scanned. */
  readonly hold: { readonly reason: HoldReason; readonly at: Millis } | null;
  /** The bay itself was taken out of use. */
  readonly blocked: { readonly reason: HoldReason; readonly at: Millis } | null;
}

export type Sign =
  | 'lift-moved'
  | 'lift-power'
  | 'air-flow'
  | 'tool-active'
  | 'engine-runs'
  | 'hold-released'
  | 'technician-seen';

export const NO_WORK: WorkRecord = {
  state: 'unknown',
  reason: null,
  since: 0,
  rule: 'not-seen',
  signs: null,
  hold: null,
  blocked: null,
};

const SEEN_AGAIN_MS = 1_000;
const HOLDS: readonly string[] = ['parts', 'approval', 'technician', 'equipment', 'quality', 'pickup'];

/** A sign of work. Signs within a second of each other cost nothing. */
export function sign(w: WorkRecord, rule: Sign, at: Millis, expiryMs: number): WorkRecord {
  const s = w.signs;
  if (s && at - s.last < SEEN_AGAIN_MS) return w;
  const goesOn = s !== null && at - s.last <= expiryMs;
  return { ...w, signs: goesOn ? { ...s, last: at } : { from: at, last: at, rule } };
}

/**
 * Someone scanned a reason to wait, or `none` to release. The person's word is newer than the signs before it: work must
 * show anew. Equipment, scanned where no car stands, means the bay itself.
 */
export function scanHold(w: WorkRecord, text: string, at: Millis, occupied: boolean): WorkRecord {
  if (text === 'none') return { ...w, hold: null, blocked: null, signs: { from: at, last: at, rule: 'hold-released' } };
  if (!HOLDS.includes(text)) return w;
  const reason = text as HoldReason;
  if (!occupied) return reason === 'equipment' ? { ...w, blocked: { reason, at } } : w;
  return { ...w, hold: { reason, at }, signs: null };
}

/** A new stay begins without the holds and signs of the last. */
export function clearStay(w: WorkRecord): WorkRecord {
  return w.hold === null && w.signs === null ? w : { ...w, hold: null, signs: null };
}

export interface WorkFacts {
  readonly occupancy: OccupancyState;
  /** Start of the stay; null when there is none. */
  readonly staySince: Millis | null;
  /** The reason to wait that stands on the work order, and since when it was known. */
  readonly orderHold: HoldReason | null;
  readonly now: Millis;
  /** How long signs must last before they count, and how long the last one counts. */
  readonly confirmMs: number;
  readonly idleMs: number;
}

export type WorkView = Pick<WorkRecord, 'state' | 'reason' | 'since' | 'rule'>;

/** Decides. `since` of an unchanged state stays what it was. */
export function judgeWork(w: WorkRecord, f: WorkFacts): WorkView {
  const next = decide(w, f);
  const same = next.state === w.state && next.reason === w.reason && next.since <= f.now;
  return same && w.since > 0 && next.state !== 'none' && next.state !== 'unknown' ? { ...next, since: w.since } : next;
}

function decide(w: WorkRecord, f: WorkFacts): WorkView {
  const { occupancy: o, now, idleMs } = f;
  if (w.blocked) return { state: 'blocked', reason: w.blocked.reason, since: w.blocked.at, rule: 'blocked-scanned' };
  if (o.booked === 'unknown') return { state: 'unknown', reason: null, since: o.bookedSince, rule: 'bay-unknown' };
  if (o.booked === 'empty') return { state: 'none', reason: null, since: o.bookedSince, rule: 'no-car' };
  const from = f.staySince ?? o.bookedSince;
  const s = w.signs;
  if (s && s.last - s.from >= f.confirmMs && now - s.last < idleMs) {
    return { state: 'working', reason: null, since: Math.max(s.from, from), rule: s.rule };
  }
  if (w.hold)
    return { state: 'waiting', reason: w.hold.reason, since: Math.max(w.hold.at, from), rule: 'hold-scanned' };
  if (f.orderHold) return { state: 'waiting', reason: f.orderHold, since: now, rule: 'hold-on-order' };
  if (now - Math.max(from, s?.last ?? 0) < idleMs) {
    // Only what was not booked as anything else in this stay counts as waiting from its start.
    const fresh = w.since <= from || w.state === 'none' || w.state === 'unknown';
    return { state: 'waiting', reason: null, since: fresh ? from : now, rule: 'no-work-yet' };
  }
  return { state: 'idle', reason: null, since: now, rule: `no-sign-for-${Math.round(idleMs / 60_000)}-min` };
}
