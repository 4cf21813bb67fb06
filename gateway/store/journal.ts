import { LiftgateError, messageOf } from '../../protocols/error.ts';
import type { EventBody, WorkshopEvent } from '../../protocols/event.ts';
import type { Millis } from '../../protocols/time.ts';
import type { Boot } from './boot.ts';
import { type Db, storeError } from './db.ts';
import type { Epochs } from './epoch.ts';
import { eventTable } from './event.ts';

/** What the journal must know of the inputs that it keeps, and who decides what they mean. */
export interface Decider<State, Input> {
  initial(): State;
  /** A state that was stored, perhaps by another version; null: it has a shape that this one cannot go on with. Left out: all can. */
  revive?(stored: unknown): State | null;
  /** Pure: the same state and input give the same step, for ever. */
  step(state: State, input: Input): { readonly state: State; readonly events: readonly EventBody[] };
  timeOf(input: Input): Millis;
  /** What goes first when room is short: the highest. See PRIORITIES; one more than the last is only for replays. */
  rankOf(input: Input): number;
}

/** What one commit made durable. */
export interface Commit {
  readonly events: readonly WorkshopEvent[];
  /** Facts that came from the cloud. */
  readonly down: readonly WorkshopEvent[];
  readonly inputs: number;
  readonly ms: number;
}

export interface JournalParts<State, Input> {
  readonly db: Db;
  readonly epochs: Epochs;
  readonly boot: Boot;
  readonly decider: Decider<State, Input>;
  readonly onCommit: (commit: Commit) => void;
  /** An input that the decider threw on: it is kept, changes nothing, and does not stop its neighbours. */
  readonly onFault: (error: unknown, input: Input) => void;
}

export interface Journal<State, Input> {
  /** Resolves when all of them are on disk. @throws LiftgateError `full`, `busy` (too much waits), `internal` */
  append(inputs: readonly Input[]): Promise<void>;
  /** Events that no input caused. `effect` writes more rows in the same transaction; it gets the row of the first event. */
  record(events: readonly EventBody[], effect?: (firstSeq: number) => void): Promise<void>;
  /** Facts from the cloud with the cursor that stands for them, and the inputs that they cause: all or nothing. */
  acceptDown(cursor: string, events: readonly WorkshopEvent[], toInput: (e: WorkshopEvent) => Input): Promise<void>;
  state(): State;
  lastSeq(): number;
  /** Keeps the state now, so that the inputs so far are no longer needed for a replay. */
  keepState(): void;
  /** Commits what waits, and keeps the state so that the next start has nothing to replay. */
  close(): void;
}

/** A commit is made after this many records or ms, whichever comes first. */
const GROUP = { records: 50, ms: 20 } as const;
/** Most records in one transaction, so that none takes long. */
const LARGEST = 5_000;
/** More than this many waiting records means that the disk does not keep up. */
const MOST_WAITING = 100_000;
const SNAPSHOT = { inputs: 10_000, atMostEveryMs: 2_000, atLeastEveryMs: 30_000 } as const;

interface Entry<Input> {
  readonly inputs: readonly Input[];
  readonly bodies: readonly string[];
  readonly events: readonly EventBody[];
  readonly down: readonly WorkshopEvent[];
  readonly effect: ((firstSeq: number) => void) | undefined;
  readonly resolve: () => void;
  readonly reject: (e: LiftgateError) => void;
}

/**
 * The one writer of the log. Inputs, the events that they cause and the outbox go to disk in ONE transaction; many
 * callers share a commit. On opening, the state is that of the last snapshot plus a replay of the inputs after it.
 */
export function openJournal<State, Input>(parts: JournalParts<State, Input>): Journal<State, Input> {
  const { db, epochs, boot, decider, onCommit, onFault } = parts;
  const table = eventTable(db, epochs, boot);
  const insertInput = db.prepare<[number, Millis, number, string]>(
    'INSERT INTO input (id, at, rank, body) VALUES (?, ?, ?, ?)',
  );
  const advance = db.prepare<[number, number, number]>(
    'UPDATE log SET last_seq = last_seq + ?, produced = produced + ?, queued = queued + ?',
  );
  // A restored cloud may say something new under an old number: it is the cloud's word, and the new one counts.
  const insertDown = db.prepare<[string, string]>('INSERT OR REPLACE INTO down_event (key, body) VALUES (?, ?)');
  const bodyOfDown = db.prepare<[string], string>('SELECT body FROM down_event WHERE key = ?').pluck();
  const keep = db.prepare<[number, number, string]>(
    `INSERT INTO snapshot (name, input, seq, down, body) VALUES ('engine', ?, ?, 0, ?)
     ON CONFLICT (name) DO UPDATE SET input = excluded.input, seq = excluded.seq, body = excluded.body`,
  );
  const begin = db.prepare<[]>('BEGIN IMMEDIATE');
  const commit = db.prepare<[]>('COMMIT');
  const rollback = db.prepare<[]>('ROLLBACK');

  const opened = replay(parts);
  let { state, lastInput } = opened;
  let lastSeq = db.prepare<[], number>('SELECT last_seq FROM log').pluck().get() as number;
  let sinceSnapshot = opened.replayed;
  let snapshotAt = performance.now();

  const waiting: Entry<Input>[] = [];
  let waitingRecords = 0;
  let timer: NodeJS.Timeout | null = null;
  let soon: NodeJS.Immediate | null = null;
  let closed = false;

  function enqueue(entry: Omit<Entry<Input>, 'resolve' | 'reject'>): Promise<void> {
    if (closed) return Promise.reject(new LiftgateError('internal', 'the store is closed'));
    const records = entry.inputs.length + entry.events.length;
    if (waitingRecords + records > MOST_WAITING)
      return Promise.reject(
        new LiftgateError('busy', `the disk does not keep up: ${waitingRecords} records wait; send less or slower`),
      );
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // A driver with nothing to acknowledge does not wait; its line must not end the process.
    promise.catch(() => {});
    waiting.push({ ...entry, resolve, reject });
    waitingRecords += records;
    if (waitingRecords >= GROUP.records) soon ??= setImmediate(flush);
    else timer ??= setTimeout(flush, GROUP.ms);
    return promise;
  }

  function flush(): void {
    if (timer) clearTimeout(timer);
    if (soon) clearImmediate(soon);
    timer = null;
    soon = null;
    while (waiting.length > 0) {
      let records = 0;
      let n = 0;
      while (n < waiting.length && (n === 0 || records < LARGEST)) {
        const entry = waiting[n++]!;
        records += entry.inputs.length + entry.events.length;
      }
      const group = waiting.splice(0, n);
      waitingRecords -= group.reduce((sum, e) => sum + e.inputs.length + e.events.length, 0);
      settle(group);
    }
  }

  function settle(group: readonly Entry<Input>[]): void {
    let made: Commit;
    try {
      made = write(group);
    } catch (cause) {
      const error = storeError(cause);
      // One bad record must not fail its neighbours; want of room is nobody's fault in particular.
      if (group.length > 1 && error.code !== 'full') for (const entry of group) settle([entry]);
      else for (const entry of group) entry.reject(error);
      return;
    }
    for (const entry of group) entry.resolve();
    onCommit(made);
  }

  function write(group: readonly Entry<Input>[]): Commit {
    const started = performance.now();
    const events: WorkshopEvent[] = [];
    const down: WorkshopEvent[] = [];
    let next = state;
    let inputId = lastInput;
    let seq = lastSeq;
    begin.run();
    try {
      for (const entry of group) {
        for (const [i, input] of entry.inputs.entries()) {
          insertInput.run(++inputId, decider.timeOf(input), decider.rankOf(input), entry.bodies[i]!);
          const step = stepOrSkip(decider, next, input, onFault);
          next = step.state;
          for (const e of step.events) events.push(table.insert(++seq, e));
        }
        const firstSeq = seq + 1;
        for (const e of entry.events) events.push(table.insert(++seq, e));
        for (const e of entry.down) {
          insertDown.run(downKey(e), JSON.stringify(e));
          down.push(e);
        }
        entry.effect?.(firstSeq);
      }
      if (events.length > 0) advance.run(events.length, events.length, events.length);
      const inputs = inputId - lastInput;
      const snapshot = isSnapshotDue(sinceSnapshot + inputs, started - snapshotAt);
      if (snapshot) keep.run(inputId, seq, JSON.stringify(next));
      commit.run();
      sinceSnapshot = snapshot ? 0 : sinceSnapshot + inputs;
      if (snapshot) snapshotAt = started;
    } catch (e) {
      if (db.inTransaction) rollback.run();
      throw e;
    }
    const inputs = inputId - lastInput;
    state = next;
    lastInput = inputId;
    lastSeq = seq;
    return { events, down, inputs, ms: performance.now() - started };
  }

  function keepState(): void {
    if (sinceSnapshot > 0) keep.run(lastInput, lastSeq, JSON.stringify(state));
    sinceSnapshot = 0;
  }

  return {
    append(inputs) {
      if (inputs.length === 0) return Promise.resolve();
      let bodies: string[];
      try {
        bodies = inputs.map((input) => JSON.stringify(input));
      } catch (cause) {
        return Promise.reject(new LiftgateError('invalid', `cannot be kept as JSON: ${messageOf(cause)}`, { cause }));
      }
      return enqueue({ inputs, bodies, events: [], down: [], effect: undefined });
    },
    record(events, effect) {
      return enqueue({ inputs: [], bodies: [], events, down: [], effect });
    },
    acceptDown(cursor, events, toInput) {
      const fresh = events.filter((e) => bodyOfDown.get(downKey(e)) !== JSON.stringify(e));
      const inputs = fresh.map(toInput);
      const bodies = inputs.map((input) => JSON.stringify(input));
      const effect = () => db.prepare('UPDATE log SET down_cursor = ?').run(cursor);
      return enqueue({ inputs, bodies, events: [], down: fresh, effect });
    },
    state: () => state,
    lastSeq: () => lastSeq,
    keepState,
    close() {
      flush();
      closed = true;
      keepState();
    },
  };
}

function isSnapshotDue(inputs: number, ms: number): boolean {
  if (inputs === 0) return false;
  return ms >= SNAPSHOT.atLeastEveryMs || (inputs >= SNAPSHOT.inputs && ms >= SNAPSHOT.atMostEveryMs);
}

function downKey(e: WorkshopEvent): string {
  return `${e.site}/${e.gateway}/${e.epoch}-${e.seq}`;
}

function stepOrSkip<State, Input>(
  decider: Decider<State, Input>,
  state: State,
  input: Input,
  onFault: (error: unknown, input: Input) => void,
): { state: State; events: readonly EventBody[] } {
  try {
    return decider.step(state, input);
  } catch (e) {
    onFault(e, input);
    return { state, events: [] };
  }
}

/** The state as it was at the last commit. Events of the replay are not written: they are in the log already. */
function replay<State, Input>({ db, decider, onFault }: JournalParts<State, Input>) {
  const snapshot = db
    .prepare<[], { input: number; body: string }>("SELECT input, body FROM snapshot WHERE name = 'engine'")
    .get();
  const stored: unknown = snapshot ? JSON.parse(snapshot.body) : null;
  const kept = decider.revive ? decider.revive(stored) : (stored as State | null);
  // Of a state that cannot be used, the inputs that are still kept give back what they can.
  let state = kept ?? decider.initial();
  let lastInput = kept === null ? 0 : snapshot!.input;
  let replayed = 0;
  const page = db.prepare<[number], { id: number; body: string }>(
    'SELECT id, body FROM input WHERE id > ? ORDER BY id LIMIT 2000',
  );
  for (let rows = page.all(lastInput); rows.length > 0; rows = page.all(lastInput)) {
    for (const { id, body } of rows) {
      state = stepOrSkip(decider, state, JSON.parse(body) as Input, onFault).state;
      lastInput = id;
      replayed++;
    }
  }
  return { state, lastInput, replayed };
}
