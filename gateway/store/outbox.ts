import { LiftgateError } from '../../protocols/error.ts';
import type { SyncReply, Verdict } from '../../protocols/sync.ts';
import type { Clock, Millis } from '../../protocols/time.ts';
import { type Db, storeError } from './db.ts';
import { cloudEventText, type EventRow, type LogKey } from './event.ts';

/** Most of one batch: events, and bytes of JSON (about a quarter of that after gzip). */
interface BatchLimits {
  readonly events: number;
  readonly bytes: number;
}
const DEFAULT_LIMITS: BatchLimits = { events: 500, bytes: 1_048_576 };

/** Exact at every moment: `produced = acknowledged + queued + dropped`. */
interface OutboxNumbers {
  readonly produced: number;
  readonly acknowledged: number;
  readonly queued: number;
  readonly dropped: number;
}

interface DeadLetter {
  readonly seq: number;
  readonly verdict: string;
  readonly reason: string | null;
  readonly at: Millis;
}

/** Events on their way to the cloud, oldest first; each stays until the cloud has given its verdict. */
export interface Outbox {
  readonly epoch: string;
  /** The oldest events, as CloudEvents JSON texts; at least one where any is queued. */
  next(limits?: Partial<BatchLimits>): string[];
  /**
   * Takes the cloud's answer: what has a verdict, or lies under the cursor, is acknowledged.
   * A cursor lower than before tells that the cloud was restored from a backup: what it lost is queued again.
   * @returns how many queued events it settled
   * @throws LiftgateError `conflict` when the cloud knows more of this epoch than this store.
   */
  settle(reply: Pick<SyncReply, 'contiguousSeq' | 'verdicts'>): number;
  numbers(): OutboxNumbers;
  /** Time of the oldest queued event; null when none is. */
  oldestAt(): Millis | null;
  /** Newest first. */
  deadLetters(limit: number): DeadLetter[];
  downCursor(): string;
  /** Calls back when more is queued, until the returned function is called. */
  subscribe(onMore: () => void): () => void;
}

export function openOutbox(db: Db, key: LogKey, clock: Clock): { outbox: Outbox; wake: () => void } {
  const oldest = db.prepare<[number], EventRow>(
    `SELECT e.seq, e.type, e.subject, e.time, e.data FROM outbox o JOIN event e ON e.seq = o.seq
     ORDER BY o.seq LIMIT ?`,
  );
  const oldestTime = db
    .prepare<[], Millis>('SELECT e.time FROM outbox o JOIN event e ON e.seq = o.seq ORDER BY o.seq LIMIT 1')
    .pluck();
  const numbers = db.prepare<[], OutboxNumbers>('SELECT produced, acknowledged, queued, dropped FROM log');
  const log = db.prepare<[], { last_seq: number; contiguous: number }>('SELECT last_seq, contiguous FROM log');
  const remove = db.prepare<[number]>('DELETE FROM outbox WHERE seq = ?');
  const removeUpTo = db.prepare<[number]>('DELETE FROM outbox WHERE seq <= ?');
  const bury = db.prepare<[number, string, string | null, Millis]>(
    'INSERT OR IGNORE INTO dead_letter (seq, verdict, reason, at) VALUES (?, ?, ?, ?)',
  );
  const requeue = db.prepare<[number, number]>(
    'INSERT OR IGNORE INTO outbox (seq) SELECT seq FROM event WHERE seq > ? AND seq <= ?',
  );
  const count = db.prepare<[number, number, number]>(
    'UPDATE log SET acknowledged = acknowledged + ?, queued = queued - ?, contiguous = ?',
  );
  const dead = db.prepare<[number], DeadLetter>(
    'SELECT seq, verdict, reason, at FROM dead_letter ORDER BY at DESC, seq DESC LIMIT ?',
  );
  const cursor = db.prepare<[], string>('SELECT down_cursor FROM log').pluck();
  const listeners = new Set<() => void>();

  const settle = db.transaction((contiguous: number, verdicts: readonly Verdict[]) => {
    const before = log.get()!;
    if (contiguous > before.last_seq)
      throw new LiftgateError(
        'conflict',
        `the cloud has events of epoch ${key.epoch} up to ${contiguous}, this store only up to ${before.last_seq}: ` +
          'an old copy of the store folder was put back; move it away, so that a new epoch begins',
        { about: 'store.folder' },
      );
    let settled = 0;
    for (const { seq, verdict, reason } of verdicts) {
      const n = remove.run(Number(seq)).changes;
      settled += n;
      if (n > 0 && (verdict === 'rejected' || verdict === 'conflict')) bury.run(Number(seq), verdict, reason, clock());
    }
    settled += removeUpTo.run(contiguous).changes;
    const again = contiguous < before.contiguous ? requeue.run(contiguous, before.contiguous).changes : 0;
    count.run(settled - again, settled - again, contiguous);
    return settled;
  });

  const outbox: Outbox = {
    epoch: key.epoch,
    next(limits) {
      const most = { ...DEFAULT_LIMITS, ...limits };
      const texts: string[] = [];
      let bytes = 0;
      for (const row of oldest.all(most.events)) {
        const text = cloudEventText(row, key);
        bytes += text.length;
        if (texts.length > 0 && bytes > most.bytes) break;
        texts.push(text);
      }
      return texts;
    },
    settle({ contiguousSeq, verdicts }) {
      try {
        return settle.immediate(Number(contiguousSeq), verdicts);
      } catch (e) {
        throw storeError(e);
      }
    },
    numbers: () => numbers.get()!,
    oldestAt: () => oldestTime.get() ?? null,
    deadLetters: (limit) => dead.all(limit),
    downCursor: () => cursor.get()!,
    subscribe(onMore) {
      listeners.add(onMore);
      return () => listeners.delete(onMore);
    },
  };
  return {
    outbox,
    wake() {
      for (const listener of listeners) listener();
    },
  };
}
