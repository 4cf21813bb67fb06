import type { EventBody } from '../../protocols/event.ts';
import type { Clock } from '../../protocols/time.ts';
import type { Db } from './db.ts';
import type { Epoch, Epochs } from './epoch.ts';
import { gapOf } from './gap.ts';
import type { Journal } from './journal.ts';
import { type Run, runs } from './run.ts';

/** Most ranges in one gap record. */
const MOST_RANGES = 500;
/** Rows that are moved in one transaction. */
const SLICE = 500;

interface StoredEvent {
  readonly type: EventBody['type'];
  readonly subject: string;
  readonly time: number;
  readonly data: string;
}

/** What is done when the cloud knows less than it confirmed, or something else than we sent. */
export function repairs(
  db: Db,
  epochs: Epochs,
  journal: Pick<Journal<unknown, never>, 'record' | 'lastSeq'>,
  clock: Clock,
) {
  const contiguousOf = db.prepare<[number], number>('SELECT contiguous FROM epoch WHERE id = ?').pluck();
  const setContiguous = db.prepare<[number, number]>('UPDATE epoch SET contiguous = ? WHERE id = ?');
  // Not what was given up: its gap record may still be on its way.
  const requeue = db.prepare<[number, number]>(
    `INSERT OR IGNORE INTO outbox (seq, lane) SELECT seq, CASE rank WHEN 3 THEN 0 ELSE 1 END FROM event
     WHERE seq >= ? AND seq <= ? AND seq NOT IN (SELECT seq FROM dead_letter WHERE verdict = 'oversize')`,
  );
  const count = db.prepare<[number, number]>('UPDATE log SET acknowledged = acknowledged - ?, queued = queued + ?');
  const present = db.prepare<[number, number], number>('SELECT seq FROM event WHERE seq >= ? AND seq <= ?').pluck();
  const resetDown = db.prepare<[]>("UPDATE log SET down_cursor = '0'");
  const queued = db
    .prepare<[number], number>('SELECT o.seq FROM outbox o JOIN event e ON e.seq = o.seq WHERE o.seq = ?')
    .pluck();
  const stored = db.prepare<[number], StoredEvent>('SELECT type, subject, time, data FROM event WHERE seq = ?');
  const moveStamp = db.prepare<[number, number]>(
    `UPDATE event SET (recorded_at, boot, mono, clock) = (SELECT recorded_at, boot, mono, clock FROM event WHERE seq = ?)
     WHERE seq = ?`,
  );
  const forget = db.prepare<[number]>('DELETE FROM outbox WHERE seq = ?');
  const deleteEvent = db.prepare<[number]>('DELETE FROM event WHERE seq = ?');
  const uncount = db.prepare<[number, number]>('UPDATE log SET produced = produced - ?, queued = queued - ?');

  const requeueAll = db.transaction((ranges: readonly Run[]) => {
    let again = 0;
    for (const [from, to] of ranges) again += requeue.run(from, to).changes;
    if (again > 0) count.run(again, again);
    // A cloud that lost events has lost facts for the workshop, too: ask for all that it still has.
    if (again > 0) resetDown.run();
    return again;
  });

  return {
    contiguous: (epoch: Epoch): number => contiguousOf.get(epoch.id)!,

    /**
     * The cloud's cursor of an epoch. Only one that lies under what was known when the question was asked tells of a loss:
     * answers overtake each other.
     * @returns how many events it has lost, queued again now
     */
    regress(epoch: Epoch, contiguous: number, known: number): number {
      const before = contiguousOf.get(epoch.id)!;
      if (contiguous === before || (contiguous < before && contiguous >= known)) return 0;
      // Never beyond what this store has: what the cloud has more was another store's.
      const ours = Math.min(journal.lastSeq(), epochs.endOf(epoch)) - epoch.base;
      setContiguous.run(Math.min(contiguous, ours), epoch.id);
      if (contiguous > before) return 0;
      return requeueAll.immediate([[epoch.base + contiguous + 1, epoch.base + before]]);
    },

    /** Queues again what we count as delivered and the cloud does not have; what is no longer here is told as a gap. */
    async reconcile(epoch: Epoch, received: readonly Run[], truncated: boolean): Promise<number> {
      const end = truncated ? epoch.base + received.at(-1)![1] : Math.min(journal.lastSeq(), epochs.endOf(epoch));
      const holes: Run[] = [];
      let next = epoch.base + 1;
      for (const [from, to] of received) {
        if (epoch.base + from > next) holes.push([next, Math.min(end, epoch.base + from - 1)]);
        next = Math.max(next, epoch.base + to + 1);
      }
      if (next <= end) holes.push([next, end]);
      const again = requeueAll.immediate(holes);
      const absent = holes.flatMap(([from, to]) => absentIn(from, to)).slice(0, MOST_RANGES);
      if (absent.length > 0) {
        const ranges = absent.map(([a, b]): Run => [a - epoch.base, b - epoch.base]);
        await journal.record([gapOf(ranges, epoch.epoch, { priority: 'telemetry', reason: 'expired' }, clock())]);
      }
      return again;
    },

    /** Gives queued events new keys, at the end of the log. */
    async renumber(seqs: readonly number[]): Promise<number> {
      let moved = 0;
      for (let at = 0; at < seqs.length; at += SLICE) {
        const slice = seqs.slice(at, at + SLICE).filter((seq) => queued.get(seq) !== undefined);
        if (slice.length === 0) continue;
        const events = slice.map((seq) => {
          const { data, ...rest } = stored.get(seq)!;
          return { ...rest, data: JSON.parse(data) } as EventBody;
        });
        await journal.record(events, (firstSeq) => {
          for (const [n, seq] of slice.entries()) {
            moveStamp.run(seq, firstSeq + n);
            forget.run(seq);
            deleteEvent.run(seq);
          }
          // The same events under other names: none was produced twice.
          uncount.run(slice.length, slice.length);
        });
        moved += slice.length;
      }
      return moved;
    },
  };

  function absentIn(from: number, to: number): Run[] {
    const absent: Run[] = [];
    let next = from;
    for (const [a, b] of runs(present.iterate(from, to))) {
      if (a > next) absent.push([next, a - 1]);
      next = b + 1;
    }
    if (next <= to) absent.push([next, to]);
    return absent;
  }
}
