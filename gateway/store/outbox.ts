import { LiftgateError } from '../../protocols/error.ts';
import { PRIORITIES } from '../../protocols/signal.ts';
import { MOST_RANGES, type SyncReply, type Verdict } from '../../protocols/sync.ts';
import type { Clock, Millis } from '../../protocols/time.ts';
import type { Boot } from './boot.ts';
import { type Db, storeError } from './db.ts';
import type { Epoch, Epochs } from './epoch.ts';
import { cloudEventText, type EventRow } from './event.ts';
import { dropCounter, gapsOf } from './gap.ts';
import { Held } from './held.ts';
import type { Journal } from './journal.ts';
import { repairs } from './repair.ts';
import { DEAD_ROWS, putBack } from './replay.ts';
import { runs } from './run.ts';

/** `urgent`: alerts, and what was recorded since the connection stands; `back-fill`: all that is older. */
type Lane = 'urgent' | 'back-fill';

/** Most of one batch: events, and bytes of JSON (about a quarter of that after gzip). */
interface BatchLimits {
  readonly events: number;
  readonly bytes: number;
  /** Left out: whatever is oldest. */
  readonly lane?: Lane;
}
const DEFAULT_LIMITS: BatchLimits = { events: 500, bytes: 1_048_576 };

/** Events of one epoch that go up together. */
export interface Batch {
  readonly epoch: string;
  /** Rows of the store, in order. */
  readonly seqs: readonly number[];
  /** CloudEvents JSON texts. */
  readonly events: readonly string[];
  /** When each was recorded, by the wall clock; null: by an earlier version. */
  readonly recordedAt: readonly (Millis | null)[];
  /** How long ago that was, ms. */
  readonly waited: readonly (number | null)[];
}

/** Exact at every moment: `produced = acknowledged + queued + dropped`. */
interface OutboxNumbers {
  readonly produced: number;
  readonly acknowledged: number;
  readonly queued: number;
  readonly dropped: number;
}

interface DeadLetter {
  readonly seq: number;
  /** `{epoch}-{seq}` on the wire. */
  readonly id: string;
  readonly verdict: string;
  readonly reason: string | null;
  readonly at: Millis;
  /** Null: it is no longer kept here. */
  readonly event: {
    readonly type: string;
    readonly subject: string;
    readonly time: Millis;
    readonly data: unknown;
  } | null;
}

interface DeadRow extends Pick<DeadLetter, 'seq' | 'verdict' | 'reason' | 'at'> {
  readonly type: string | null;
  readonly subject: string;
  readonly time: Millis;
  readonly data: string;
}

interface LaneDepths {
  readonly alert: number;
  readonly live: number;
  readonly 'back-fill': number;
}

/** What was dropped, by class and reason. */
interface Dropped {
  readonly class: string;
  readonly reason: string;
  readonly count: number;
}

/** What a reply changed. */
interface Settled {
  /** Events that the cloud had already. */
  readonly duplicates: number;
  /** Queued events that now have a final verdict. */
  readonly settled: number;
  /** Acknowledged once, and lost by the cloud since: queued again. */
  readonly again: number;
  /** Events that go up once more under numbers of a new epoch. */
  readonly renumbered: number;
  /** Why a new epoch began; null: none did. */
  readonly epochBegan: 'behind' | 'conflict' | null;
}

/** Events on their way to the cloud; each stays until the cloud has given its verdict. */
export interface Outbox {
  /** Epoch of what is recorded now. */
  readonly epoch: string;
  /** Epochs that this store has had, oldest first. */
  epochs(): string[];
  /** The connection stands as of now: what is older is history. */
  connected(): void;
  /** The oldest events of a lane; at least one where any is queued and not held back; null where none is. */
  next(limits?: Partial<BatchLimits>): Batch | null;
  /**
   * Leaves one event out of `next` for a while, longer each time: whatever it does to the cloud, it stops nobody else.
   * @returns how long, ms
   */
  holdBack(seq: number): number;
  heldBack(): number;
  /**
   * Gives an event up that the cloud will never take for its size: it becomes a dead letter, and a gap record lets the
   * cloud's cursor move on.
   */
  giveUp(seq: number, reason: string): Promise<void>;
  /**
   * Takes the cloud's answer to a batch of that epoch: what has a verdict is acknowledged. A cursor that went back, or
   * `received` without what was acknowledged, tells that the cloud was restored from a backup: what it lost is queued
   * again. A cloud that knows more, or something else, tells that this store was: a new epoch begins.
   *
   * @param known the cloud's cursor when the batch was sent (`confirmed`): answers overtake each other, and only one that
   * lies under what was known before the question tells of a loss. Left out: no other question was on its way.
   */
  settle(
    epoch: string,
    reply: Pick<SyncReply, 'contiguousSeq' | 'verdicts' | 'received'>,
    known?: number,
  ): Promise<Settled>;
  /** The cloud's cursor of that epoch, as it was told last. */
  confirmed(epoch: string): number;
  numbers(): OutboxNumbers;
  dropped(): Dropped[];
  depths(): LaneDepths;
  /** Time of the oldest queued event; null when none is. */
  oldestAt(): Millis | null;
  /** Newest first. */
  deadLetters(limit: number): DeadLetter[];
  deadCount(): number;
  /**
   * Sends one of them, or all, once more. @returns how many go up again
   * @throws LiftgateError `not-found` where there is none of this id, or it is no longer kept
   */
  replayDead(id: string | null): number;
  downCursor(): string;
  /** Calls back when more is queued, until the returned function is called. */
  subscribe(onMore: () => void): () => void;
}

/** A gateway that has begun so many epochs within one run is not being restored: its twin is, or the cloud is ill. */
const MOST_EPOCHS = 20;

export function openOutbox(
  db: Db,
  epochs: Epochs,
  boot: Boot,
  clock: Clock,
): { outbox: (journal: Pick<Journal<unknown, never>, 'record' | 'lastSeq'>) => Outbox; wake: () => void } {
  const listeners = new Set<() => void>();
  const wake = () => {
    for (const listener of listeners) listener();
  };
  return { outbox: (journal) => build(db, epochs, boot, clock, journal, listeners), wake };
}

function build(
  db: Db,
  epochs: Epochs,
  boot: Boot,
  clock: Clock,
  journal: Pick<Journal<unknown, never>, 'record' | 'lastSeq'>,
  listeners: Set<() => void>,
): Outbox {
  const row = (where: string) =>
    db.prepare<[number, number], EventRow>(
      `SELECT e.seq, e.type, e.subject, e.time, e.data, e.recorded_at AS recordedAt, e.boot, e.mono, e.clock
       FROM outbox o JOIN event e ON e.seq = o.seq WHERE ${where} ORDER BY o.seq LIMIT ?`,
    );
  const any = row('o.seq > ?');
  const first = row('o.lane = 0 AND o.seq > ?');
  const live = row('o.lane = 1 AND o.seq > ?');
  const backFill = row('o.lane = 1 AND o.seq <= ?');
  const oldestTime = db
    .prepare<[], Millis>('SELECT e.time FROM outbox o JOIN event e ON e.seq = o.seq ORDER BY o.seq LIMIT 1')
    .pluck();
  const numbers = db.prepare<[], OutboxNumbers>('SELECT produced, acknowledged, queued, dropped FROM log');
  const droppedRows = db.prepare<[], Dropped>('SELECT class, reason, count FROM dropped ORDER BY class, reason');
  const waitingFirst = db.prepare<[], number>('SELECT count(*) FROM outbox WHERE lane = 0').pluck();
  const waitingAfter = db.prepare<[number], number>('SELECT count(*) FROM outbox WHERE seq > ? AND lane = 1').pluck();
  const remove = db.prepare<[number, number]>('DELETE FROM outbox WHERE seq BETWEEN ? AND ?');
  const bury = db.prepare<[number, string, string | null, Millis]>(
    'INSERT OR IGNORE INTO dead_letter (seq, verdict, reason, at) VALUES (?, ?, ?, ?)',
  );
  const count = db.prepare<[number, number]>('UPDATE log SET acknowledged = acknowledged + ?, queued = queued - ?');
  const dead = db.prepare<[number], DeadRow>(
    `SELECT d.seq, d.verdict, d.reason, d.at, e.type, e.subject, e.time, e.data
     FROM dead_letter d LEFT JOIN event e ON e.seq = d.seq ORDER BY d.at DESC, d.seq DESC LIMIT ?`,
  );
  const deadCount = db.prepare<[], number>('SELECT count(*) FROM dead_letter').pluck();
  const cursor = db.prepare<[], string>('SELECT down_cursor FROM log').pluck();
  const repair = repairs(db, epochs, journal, clock);
  const rankOf = db
    .prepare<[number], number>('SELECT e.rank FROM outbox o JOIN event e ON e.seq = o.seq WHERE o.seq = ?')
    .pluck();
  const countDrop = dropCounter(db);
  const held = new Held();
  /** Rows up to this one were recorded before the connection. */
  let boundary = journal.lastSeq();
  /** Rows above this one no cloud can know: they were recorded since the start and never handed out. */
  let known = journal.lastSeq();
  let begun = 0;

  /** @returns rows whose key holds something else in the cloud */
  const takeVerdicts = db.transaction((epoch: Epoch, verdicts: readonly Verdict[]) => {
    let settled = 0;
    const clashing: number[] = [];
    const taken: number[] = [];
    for (const { seq: text, verdict, reason } of verdicts) {
      const seq = epoch.base + Number(text);
      // Told as 0 where not even the number could be read; and never a row of another epoch.
      if (seq <= epoch.base || seq > epochs.endOf(epoch)) continue;
      if (verdict === 'conflict' && begun < MOST_EPOCHS) {
        clashing.push(seq);
        continue;
      }
      held.release(seq);
      if (verdict === 'accepted' || verdict === 'duplicate') {
        taken.push(seq);
        continue;
      }
      const n = remove.run(seq, seq).changes;
      settled += n;
      if (n > 0) bury.run(seq, verdict, reason, clock());
    }
    for (const [from, to] of runs(taken.sort((a, b) => a - b))) settled += remove.run(from, to).changes;
    if (settled > 0) count.run(settled, settled);
    return { settled, clashing };
  });

  /**
   * An acknowledgement that a power cut takes back costs a repetition, which the cloud knows: it need not wait for the
   * disk. What is written after it does, and takes it along (one log, in order).
   */
  function unsynced<T>(work: () => T): T {
    db.pragma('synchronous = NORMAL');
    try {
      return work();
    } finally {
      db.pragma('synchronous = FULL');
    }
  }

  /** @param base the last row that keeps a number of the epoch before */
  function begin(reason: 'behind' | 'conflict', base: number): typeof reason {
    begun++;
    epochs.begin(reason, base, clock());
    return reason;
  }

  async function settle(name: string, reply: Parameters<Outbox['settle']>[1], confirmed?: number): Promise<Settled> {
    const epoch = epochs.named(name);
    if (!epoch) return { duplicates: 0, settled: 0, again: 0, renumbered: 0, epochBegan: null };
    const { settled, clashing } = unsynced(() => takeVerdicts.immediate(epoch, reply.verdicts));
    const ours = Math.min(journal.lastSeq(), epochs.endOf(epoch)) - epoch.base;
    const theirs = Math.max(Number(reply.contiguousSeq), reply.received?.at(-1)?.[1] ?? 0);
    const isCurrent = epoch.id === epochs.current().id;
    let epochBegan: Settled['epochBegan'] = null;
    if (isCurrent && theirs > ours && begun < MOST_EPOCHS) {
      // What no cloud can know belongs to the new epoch from the first row on, so that it keeps its order.
      epochBegan = begin('behind', Math.max(known, epoch.base));
    } else if (isCurrent && clashing.length > 0) epochBegan = begin('conflict', journal.lastSeq());
    const again =
      repair.regress(epoch, Number(reply.contiguousSeq), confirmed ?? Number.POSITIVE_INFINITY) +
      (await missing(epoch, reply.received));
    const renumbered = clashing.length === 0 ? 0 : await repair.renumber(clashing);
    const duplicates = reply.verdicts.filter((v) => v.verdict === 'duplicate').length;
    return { duplicates, settled, again, renumbered, epochBegan };
  }

  async function missing(epoch: Epoch, received: SyncReply['received']): Promise<number> {
    if (received === undefined) return 0;
    return await repair.reconcile(epoch, received, received.length >= MOST_RANGES);
  }

  function idOf(row: number): string {
    const { epoch, seq } = epochs.keyOf(row);
    return `${epoch}-${seq}`;
  }

  /** The row of an event by its id on the wire; 0, which no event has, where there is no such epoch. */
  function seqOf(id: string): number {
    const dash = id.lastIndexOf('-');
    const epoch = epochs.named(id.slice(0, dash));
    const seq = Number(id.slice(dash + 1));
    return epoch && Number.isSafeInteger(seq) && seq >= 1 ? epoch.base + seq : 0;
  }

  function rowsOf(lane: Lane | undefined, most: number): EventRow[] {
    if (lane === undefined) return any.all(0, most);
    if (lane === 'back-fill') return backFill.all(boundary, most);
    const alerts = first.all(0, most);
    return alerts.length >= most ? alerts : [...alerts, ...live.all(boundary, most - alerts.length)];
  }

  return {
    get epoch() {
      return epochs.current().epoch;
    },
    epochs: () => epochs.list().map((e) => e.epoch),
    connected() {
      boundary = journal.lastSeq();
    },
    next(limits) {
      const most = { ...DEFAULT_LIMITS, ...limits };
      const now = clock();
      const rows = rowsOf(most.lane, most.events + held.count(now)).filter((r) => !held.isHeld(r.seq, now));
      const epoch = rows[0] && epochs.of(rows[0].seq);
      if (!epoch) return null;
      const seqs: number[] = [];
      const events: string[] = [];
      const recordedAt: (Millis | null)[] = [];
      const waited: (number | null)[] = [];
      let bytes = 0;
      for (const r of rows) {
        if (events.length === most.events || epochs.of(r.seq) !== epoch) break;
        const text = cloudEventText(r, epochs.keyOf(r.seq), boot.correctionOf(r), r.seq <= boundary);
        bytes += text.length;
        if (events.length > 0 && bytes > most.bytes) break;
        known = Math.max(known, r.seq);
        seqs.push(r.seq);
        events.push(text);
        recordedAt.push(r.recordedAt);
        waited.push(boot.ageOf(r));
      }
      return { epoch: epoch.epoch, seqs, events, recordedAt, waited };
    },
    holdBack: (seq) => held.hold(seq, clock()),
    heldBack: () => held.count(clock()),
    async giveUp(seq, reason) {
      const row = rankOf.get(seq);
      if (row === undefined) return;
      const priority = PRIORITIES[row]!;
      await journal.record(gapsOf(epochs, [seq], { priority, reason: 'oversize' }, clock()), () => {
        const n = remove.run(seq, seq).changes;
        if (n > 0) bury.run(seq, 'oversize', reason, clock());
        countDrop(priority, 'oversize', n);
      });
      held.release(seq);
    },
    confirmed(name) {
      const epoch = epochs.named(name);
      return epoch ? repair.contiguous(epoch) : 0;
    },
    async settle(epoch, reply, known) {
      try {
        return await settle(epoch, reply, known);
      } catch (e) {
        throw storeError(e);
      }
    },
    numbers: () => numbers.get()!,
    dropped: () => droppedRows.all(),
    depths() {
      const alert = waitingFirst.get()!;
      const fresh = waitingAfter.get(boundary)!;
      return { alert, live: fresh, 'back-fill': numbers.get()!.queued - alert - fresh };
    },
    oldestAt: () => oldestTime.get() ?? null,
    deadLetters: (limit) =>
      dead.all(limit).map(({ seq, verdict, reason, at, type, subject, time, data }) => ({
        ...{ seq, id: idOf(seq), verdict, reason, at },
        event: type === null ? null : { type, subject, time, data: JSON.parse(data) as unknown },
      })),
    deadCount: () => deadCount.get()!,
    replayDead(id) {
      const one = id === null ? null : seqOf(id);
      const again = putBack(db, DEAD_ROWS, one === null ? [1, Number.MAX_SAFE_INTEGER] : [one, one]);
      if (one !== null && again === 0)
        throw new LiftgateError('not-found', `there is no refused event ${id} that is still kept`, { about: 'id' });
      held.clear();
      for (const listener of listeners) listener();
      return again;
    },
    downCursor: () => cursor.get()!,
    subscribe(onMore) {
      listeners.add(onMore);
      return () => listeners.delete(onMore);
    },
  };
}
