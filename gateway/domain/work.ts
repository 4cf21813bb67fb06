import type { HoldReason, Leaf, WorkState } from '../../protocols/event.ts';
import type { Millis } from '../../protocols/time.ts';
import type { OccupancyState } from './occupancy.ts';

/** What is the bay's time spent on? First rule that matches wins. */
export interface WorkRecord {
  readonly state: WorkState;
  readonly reason: HoldReason | null;
  readonly since: Millis;
  readonly rule: string;
  /** From when the ledger books it; see WorkView. */
  readonly from?: Millis;
  /** Signs of work that belong together: none of them came later than the expiry after the one before. */
  readonly signs: { readonly from: Millis; readonly last: Millis; readonly rule: Sign } | null;
  /** A reason to wait that someone scanned. */
  readonly hold: { readonly reason: HoldReason; readonly at: Millis } | null;
  /** The bay itself was taken out of use. */
  readonly blocked: { readonly reason: HoldReason; readonly at: Millis } | null;
  /** A job that someone clocked in to. Absent in states that were kept by an older version. */
  readonly job?: { readonly order: string | null; readonly at: Millis } | null;
  /** Someone scanned that the car is back since the work was not right. */
  readonly rework?: boolean;
}

/** A clocked job that nothing else shows. */
export const CLOCK_ONLY = 'clock-only';

export type Sign =
  | 'lift-moved'
  | 'lift-power'
  | 'air-flow'
  | 'tool-active'
  | 'tool-power'
  | 'tool-torque'
  | 'tester-active'
  | 'engine-runs'
  | 'hold-released'
  | 'job-stopped'
  | 'technician-seen';

export const NO_WORK: WorkRecord = {
  state: 'unknown',
  reason: null,
  since: 0,
  rule: 'not-seen',
  signs: null,
  hold: null,
  blocked: null,
  job: null,
  rework: false,
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
  if (text === 'none')
    return {
      ...w,
      hold: null,
      blocked: null,
      rework: false,
      signs: { from: at, last: at, rule: 'hold-released' },
      ...(w.job ? { job: { ...w.job, at } } : {}),
    };
  if (text === 'rework' && occupied) return { ...w, rework: true };
  if (!HOLDS.includes(text)) return w;
  const reason = text as HoldReason;
  if (!occupied) return reason === 'equipment' ? { ...w, blocked: { reason, at } } : w;
  return { ...w, hold: { reason, at }, signs: null };
}

/** Someone clocks in to a job: it counts as work until it is stopped, held or the car is gone. */
export function startJob(w: WorkRecord, order: string | null, at: Millis): WorkRecord {
  return { ...w, job: { order, at }, hold: w.hold && w.hold.at < at ? null : w.hold };
}

/** Someone clocks out; work must show anew. */
export function stopJob(w: WorkRecord, at: Millis): WorkRecord {
  return w.job ? { ...w, job: null, signs: { from: at, last: at, rule: 'job-stopped' } } : w;
}

/** A new stay begins without the holds, jobs and signs of the last. */
export function clearStay(w: WorkRecord): WorkRecord {
  if (w.hold === null && w.signs === null && !w.job && !w.rework) return w;
  return { ...w, hold: null, signs: null, job: null, rework: false };
}

export interface WorkFacts {
  readonly occupancy: OccupancyState;
  /** Start of the stay; null when there is none. */
  readonly staySince: Millis | null;
  /** The reason to wait that stands on the work order, and since when it was known. */
  readonly orderHold: HoldReason | null;
  /** The work order says that the car is back since the work was not right. */
  readonly rework: boolean;
  readonly now: Millis;
  /** How long signs must last before they count, and how long the last one counts. */
  readonly confirmMs: number;
  readonly expiryMs: number;
  /** How long a car may stand before waiting without a reason is idling. */
  readonly idleMs: number;
  /** How long a clocked job needs no physical sign. */
  readonly clockOnlyMs: number;
}

type Judgement = Pick<WorkRecord, 'state' | 'reason' | 'since' | 'rule'>;
export type WorkView = Judgement & {
  /** From when the ledger books what is so now: `since`, but for a mark that is set later on what goes on. */
  readonly from: Millis;
};

/** Decides. `since` of an unchanged state stays what it was. */
export function judgeWork(w: WorkRecord, f: WorkFacts): WorkView {
  const { from, ...decided } = decide(w, f) as Decision;
  // What follows on a block begins with its end, however long the bay has been empty.
  const next = w.state === 'blocked' && decided.state !== 'blocked' ? { ...decided, since: f.now } : decided;
  const same = next.state === w.state && next.reason === w.reason && next.since <= f.now;
  const goesOn = same && w.since > 0 && next.state !== 'none' && next.state !== 'unknown';
  const since = goesOn ? w.since : next.since;
  return { ...next, since, from: from ?? since };
}

/** Is the last sign still good, and did the signs last long enough to be work? */
export function isActive(w: WorkRecord, f: Pick<WorkFacts, 'now' | 'confirmMs' | 'expiryMs'>): boolean {
  const s = w.signs;
  return s !== null && s.last - s.from >= f.confirmMs && f.now - s.last < f.expiryMs;
}

/** When the last work, if it was any, ceased to count. */
function ranOut({ signs: s }: WorkRecord, f: WorkFacts): Millis {
  return s !== null && s.last - s.from >= f.confirmMs ? Math.min(f.now, s.last + f.expiryMs) : 0;
}

type Decision = Judgement & { readonly from?: Millis };

/** The first rule that matches wins (field notes on bays, "Work-state rules"). */
function decide(w: WorkRecord, f: WorkFacts): Decision {
  const { occupancy: o, now, idleMs } = f;
  if (w.blocked) return { state: 'blocked', reason: w.blocked.reason, since: w.blocked.at, rule: 'blocked-scanned' };
  if (o.booked === 'unknown') return { state: 'unknown', reason: null, since: o.bookedSince, rule: 'bay-unknown' };
  if (o.booked === 'empty') return { state: 'none', reason: null, since: o.bookedSince, rule: 'no-car' };
  // A stay may go on over a gap; what is so now is not dated back over it.
  const from = Math.max(f.staySince ?? 0, o.bookedSince);
  const activity = active(w, f, from);
  if (activity) return f.rework || w.rework ? { ...activity, rule: 'rework' } : activity;
  if (w.hold) {
    // Work that went on during the hold and has ended stays booked as work.
    const since = Math.max(w.hold.at, from, ranOut(w, f));
    return { state: 'waiting', reason: w.hold.reason, since, rule: 'hold-scanned' };
  }
  if (f.orderHold) return { state: 'waiting', reason: f.orderHold, since: now, rule: 'hold-on-order' };
  return quiet(w, f, from, idleMs);
}

function active(w: WorkRecord, f: WorkFacts, from: Millis): Decision | null {
  const s = w.signs;
  if (s && isActive(w, f)) return { state: 'working', reason: null, since: Math.max(s.from, from), rule: s.rule };
  // A hold that was scanned after the job began stops its clock.
  if (!w.job || (w.hold && w.hold.at >= w.job.at)) return null;
  const since = Math.max(w.job.at, from);
  const lastSign = Math.max(since, s?.last ?? 0);
  if (f.now - lastSign < f.clockOnlyMs) return { state: 'working', reason: null, since, rule: 'job-clocked' };
  return { state: 'working', reason: null, since, rule: CLOCK_ONLY, from: lastSign };
}

/** Nobody works and nobody says why: a car that has just come, or whose hold has just ended, waits; then it idles. */
function quiet(w: WorkRecord, f: WorkFacts, from: Millis, idleMs: number): Decision {
  const { now } = f;
  const s = w.signs;
  const released = s?.rule === 'hold-released' || s?.rule === 'job-stopped';
  const worked = s !== null && !released && s.last - s.from >= f.confirmMs;
  const last = Math.max(from, s?.last ?? 0);
  // A short sign does not end idling; only work, or someone's word, does.
  const idles = w.state === 'idle' && w.since >= from && !(released && s.last > w.since);
  if (!idles && !worked && now - last < idleMs) {
    // Only what was not booked as anything else in this stay counts as waiting from its start.
    const fresh = w.since <= from || w.state === 'none' || w.state === 'unknown';
    return { state: 'waiting', reason: null, since: fresh ? from : now, rule: 'no-work-yet' };
  }
  const since = Math.min(now, worked ? last + f.expiryMs : now);
  return {
    state: 'idle',
    reason: null,
    since,
    rule: `no-sign-for-${Math.round((worked ? f.expiryMs : idleMs) / 60_000)}-min`,
  };
}

/** What the time is booked as. @param queued cars wait for this bay */
export function leafOf(w: Pick<WorkRecord, 'state' | 'reason' | 'rule'>, queued: boolean): Leaf {
  switch (w.state) {
    case 'none':
      return queued ? 'empty-queue' : 'empty';
    case 'waiting':
      return w.reason === null ? 'waiting' : `waiting-${w.reason}`;
    case 'working':
      return w.rule === 'rework' ? 'rework' : 'working';
    default:
      return w.state;
  }
}
