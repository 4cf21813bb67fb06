/**
 * Which parameters to ask for next. Pure: time is handed in. Earliest deadline first, so that nobody starves; several
 * of one pace go into one request where the car takes it; what stays unanswered is parked and asked again seldom.
 */

export interface Want {
  readonly pid: number;
  /** From one value to the next, ms; 0: as often as the cap allows. */
  readonly everyMs: number;
  readonly priority: Priority;
}

/** How long after its time a value is still worth as much: what matters now goes first, what waits long goes before all. */
type Priority = 'live' | 'slow' | 'scan';
const SLACK_MS: Readonly<Record<Priority, number>> = { live: 0, slow: 2_000, scan: 10_000 };

export interface ScheduleOptions {
  /** Requests per second that one control unit may get. A request to all units counts for each of them. */
  readonly cap: number;
  /** Parameters that one request may name. */
  readonly batch: number;
}

/** What control units stand without harm (field notes on OBD-II, "Polling politely"). */
export const CAP = 10;

export type Plan =
  | { readonly kind: 'ask'; readonly pids: readonly number[] }
  /** Nothing before this time. */
  | { readonly kind: 'wait'; readonly until: number };

interface Entry {
  readonly want: Want;
  /** Those with the same number go into one request: the same words each time, whose number of lines can be learned. */
  group: number;
  due: number;
  asked: boolean;
  misses: number;
  /** How often it has been parked in a row; 0: it is not. */
  parked: number;
}

const PARK_AFTER = 3;
const PARK_MS = 300_000;
const PARK_MAX_MS = 3_600_000;
/** What is nearly due goes along with what is due: one request less. */
const EARLY_SHARE = 0.05;
const EARLY_MAX_MS = 100;

export class Schedule {
  readonly #entries: readonly Entry[];
  readonly #gapMs: number;
  #batch: number;
  #free: number;

  constructor(wants: readonly Want[], { cap, batch }: ScheduleOptions, at: number) {
    this.#entries = wants.map((want) => ({ want, group: 0, due: at, asked: false, misses: 0, parked: 0 }));
    this.#gapMs = 1_000 / cap;
    this.#batch = batch;
    this.#free = at;
    this.#regroup();
  }

  get batch(): number {
    return this.#batch;
  }

  /** The car, or the adapter, takes fewer at once than was thought. */
  limit(batch: number): void {
    this.#batch = Math.max(1, Math.min(this.#batch, Math.floor(batch)));
    this.#regroup();
  }

  /** Together goes what is wanted at the same pace. */
  #regroup(): void {
    const sizes = new Map<string, number>();
    const groups = new Map<string, number>();
    for (const entry of this.#entries) {
      const pace = `${entry.want.everyMs}/${entry.want.priority}`;
      const size = sizes.get(pace) ?? 0;
      const key = `${pace}/${Math.floor(size / this.#batch)}`;
      sizes.set(pace, size + 1);
      entry.group = groups.get(key) ?? groups.set(key, groups.size).get(key)!;
    }
  }

  /** Every parameter was asked for at least once. */
  get begun(): boolean {
    return this.#entries.every((e) => e.asked);
  }

  /** Parameters that stay unanswered. */
  get parked(): number[] {
    return this.#entries.filter((e) => e.parked > 0).map((e) => e.want.pid);
  }

  /** What to do now. */
  next(at: number): Plan {
    let first: Entry | null = null;
    let soonest = Infinity;
    for (const entry of this.#entries) {
      soonest = Math.min(soonest, entry.due);
      if (entry.due <= at && (first === null || rank(entry) < rank(first))) first = entry;
    }
    if (first === null) return { kind: 'wait', until: Math.max(soonest, this.#free) };
    if (at < this.#free) return { kind: 'wait', until: this.#free };
    // Who was silent is asked alone: one that is unknown may silence its neighbours.
    if (first.misses > 0 || this.#batch === 1) return { kind: 'ask', pids: [first.want.pid] };
    const { group } = first;
    const along = this.#entries.filter(
      (e) => e.group === group && e.misses === 0 && (e === first || e.due - early(e) <= at),
    );
    return { kind: 'ask', pids: along.map((e) => e.want.pid) };
  }

  /** How long nothing is due, ms; null: another request is not allowed yet. */
  gap(at: number): number | null {
    if (at < this.#free) return null;
    return Math.max(0, this.#entries.reduce((soonest, e) => Math.min(soonest, e.due), Infinity) - at);
  }

  /** A request is on its way: it counts against the cap from now on. */
  asked(at: number): void {
    this.#free = at + this.#gapMs;
  }

  /** A request has ended: which of its parameters were answered. */
  heard(pids: readonly number[], answered: ReadonlySet<number>, at: number): void {
    for (const entry of this.#entries) {
      if (!pids.includes(entry.want.pid)) continue;
      entry.asked = true;
      if (answered.has(entry.want.pid)) {
        entry.misses = 0;
        entry.parked = 0;
        // From due time to due time, so that no period drifts; but what was missed is not caught up.
        entry.due = entry.due + entry.want.everyMs > at ? entry.due + entry.want.everyMs : nextFrom(entry, at);
      } else if (++entry.misses >= PARK_AFTER) {
        entry.due = at + Math.min(PARK_MAX_MS, PARK_MS * 2 ** entry.parked);
        entry.parked += 1;
      } else {
        entry.due = nextFrom(entry, at);
      }
    }
  }
}

/** What was never asked for goes before all. */
function rank({ due, want, asked }: Entry): number {
  return asked ? due + SLACK_MS[want.priority] : due;
}

function early({ want, parked }: Entry): number {
  return parked > 0 ? 0 : Math.min(EARLY_MAX_MS, want.everyMs * EARLY_SHARE);
}

/** The next time on the grid of its period; now, for what is wanted as often as can be. */
function nextFrom({ due, want }: Entry, at: number): number {
  if (want.everyMs === 0) return at;
  return due + want.everyMs * Math.max(1, Math.ceil((at - due) / want.everyMs));
}
