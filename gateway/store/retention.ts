import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { PRIORITIES, type Priority } from '../../protocols/signal.ts';
import type { Millis } from '../../protocols/time.ts';
import { type Db, storeError } from './db.ts';
import { diskUnder } from './disk.ts';
import type { Epochs } from './epoch.ts';
import { dropCounter, gapsOf } from './gap.ts';
import type { Journal } from './journal.ts';

export interface RetentionOptions {
  /** Days that raw inputs are kept. */
  readonly keepDays: number;
  /** Hours that delivered telemetry and health stay: a cloud that is restored from a backup gets them again. */
  readonly keepDeliveredHours?: number;
  /** Days that all other delivered events stay. */
  readonly keepEventsDays?: number;
  readonly budgetBytes: number;
  /** Bytes of the disk that are left to others. */
  readonly keepFreeBytes?: number;
  /** Bytes that are free on the disk, if not what the disk says. */
  readonly freeBytes?: () => number;
}

interface Sweep {
  /** Raw inputs that were removed. */
  readonly inputs: number;
  /** Events that were removed: delivered ones first, then queued ones, each of these in a gap record. */
  readonly events: number;
  readonly bytes: number;
  /** True when the budget is reached and only what is never dropped is left. */
  readonly full: boolean;
}

export interface Retention {
  /** Bytes in use: database and write-ahead log, without pages that are free already. */
  bytes(): number;
  /** Removes what is too old, and what must go for want of room; slice by slice, so that readings need not wait. */
  sweep(now: Millis): Promise<Sweep>;
}

/** Inputs that only a replay needs have this rank; see Decider.rankOf. */
const REPLAY_ONLY = PRIORITIES.length;
/** What may go for want of room, first to last. Scans, codes and alerts never do, nor bay events. */
const INPUT_ORDER = [...(['telemetry', 'health', 'bay'] as const)].map((p) => PRIORITIES.indexOf(p));
const EVENT_ORDER: readonly Priority[] = ['telemetry', 'health'];

/** Rows of one transaction: about 10 ms. */
const SLICE = 2_000;
/** The sweep begins to drop at this part of the budget, so that the hard limit is not met in normal life. */
const HIGH_WATER = 0.9;
/** How far a sweep itself may go beyond the budget. */
const RESERVE = 1.05;
/** Part of the budget that the write-ahead log may take. */
const WAL_PART = 0.02;
/** Free pages that are given back at once, and how many are left alone: they are filled again soon. */
const VACUUM = { slice: 500, leave: 512, mostMs: 10_000 } as const;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface InputRow {
  readonly id: number;
  readonly at: Millis;
  readonly rank: number;
}
interface DroppableEvent {
  readonly seq: number;
  readonly time: Millis;
  readonly queued: 0 | 1;
}
/** Keeps the store within its days and its bytes. What a replay or the board still needs is never touched. */
export function retention(
  db: Db,
  epochs: Epochs,
  journal: Pick<Journal<unknown, unknown>, 'record' | 'keepState'>,
  {
    keepDays,
    keepDeliveredHours = 48,
    keepEventsDays = 730,
    budgetBytes,
    keepFreeBytes = 0,
    freeBytes,
  }: RetentionOptions,
): Retention {
  const pageSize = db.pragma('page_size', { simple: true }) as number;
  // The log that SQLite writes ahead counts as well: a small store gets a small one.
  const walPages = Math.min(4_000, Math.max(16, Math.floor((budgetBytes * WAL_PART) / pageSize)));
  db.pragma(`wal_autocheckpoint = ${walPages}`);
  db.pragma(`journal_size_limit = ${walPages * pageSize}`);
  // The hard limit: SQLite itself refuses what goes beyond, and the journal then says `full`.
  const allow = (part: number) =>
    db.pragma(`max_page_count = ${Math.ceil((budgetBytes * part) / pageSize) - walPages}`);
  allow(1);
  const disk = diskUnder(dirname(db.name), keepFreeBytes, freeBytes);
  disk.refill();

  const inSnapshot = db.prepare<[string], { input: number; seq: number }>(
    'SELECT input, seq FROM snapshot WHERE name = ?',
  );
  const inputsAfter = db.prepare<[number, number], InputRow>(
    `SELECT id, at, rank FROM input WHERE id > ? AND id <= ? ORDER BY id LIMIT ${SLICE}`,
  );
  const eventsAfter = db.prepare<[number, number, number], DroppableEvent>(
    `SELECT e.seq, e.time, (o.seq IS NOT NULL) AS queued FROM event e LEFT JOIN outbox o ON o.seq = e.seq
     WHERE e.rank = ? AND e.rank >= 4 AND e.seq > ? AND e.seq <= ? ORDER BY e.seq LIMIT ${SLICE}`,
  );
  const othersAfter = db.prepare<[number, number], DroppableEvent>(
    `SELECT e.seq, e.time, (o.seq IS NOT NULL) AS queued FROM event e LEFT JOIN outbox o ON o.seq = e.seq
     WHERE e.rank < 4 AND e.seq > ? AND e.seq <= ? ORDER BY e.seq LIMIT ${SLICE}`,
  );
  const deleteInput = db.prepare<[number]>('DELETE FROM input WHERE id = ?');
  const deleteEvent = db.prepare<[number]>('DELETE FROM event WHERE seq = ?');
  const deleteQueued = db.prepare<[number]>('DELETE FROM outbox WHERE seq = ?');
  const countDrop = dropCounter(db);
  const removeInputs = db.transaction((ids: readonly number[]) => {
    for (const id of ids) deleteInput.run(id);
  });
  const removeEvents = db.transaction((seqs: readonly number[]) => {
    for (const seq of seqs) deleteEvent.run(seq);
  });
  const breath = () => new Promise<void>((resolve) => setImmediate(resolve));

  /** Ticks up to this input were removed by an earlier sweep. */
  let sweptTicks = 0;

  function bytes(): number {
    const pages = db.pragma('page_count', { simple: true }) as number;
    const free = db.pragma('freelist_count', { simple: true }) as number;
    return (pages - free) * pageSize + (statSync(`${db.name}-wal`, { throwIfNoEntry: false })?.size ?? 0);
  }
  /** Within the budget, and within what the disk has left for us. */
  const fits = () => {
    const used = bytes();
    return used < Math.min(budgetBytes, used + disk.free() - keepFreeBytes) * HIGH_WATER;
  };

  /** Walks the inputs from the oldest, removes those that `goes` names, and ends where `done` says so. */
  async function dropInputs(
    from: number,
    goes: (r: InputRow) => boolean,
    done: (slice: readonly InputRow[]) => boolean,
  ) {
    const upTo = inSnapshot.get('engine')?.input ?? 0;
    let removed = 0;
    for (let after = from; ; ) {
      const rows = inputsAfter.all(after, upTo);
      if (rows.length === 0 || done(rows)) return removed;
      const ids = rows.filter(goes).map((r) => r.id);
      if (ids.length > 0) removeInputs.immediate(ids);
      removed += ids.length;
      after = rows.at(-1)!.id;
      await breath();
    }
  }

  /** The same for events of one priority; queued ones only where `withQueued`, and never silently. */
  async function dropEvents(
    priority: Priority,
    withQueued: boolean,
    done: (slice: readonly DroppableEvent[]) => boolean,
    now: Millis,
    before: Millis = Number.MAX_SAFE_INTEGER,
  ) {
    const upTo = inSnapshot.get('board')?.seq ?? 0;
    let removed = 0;
    for (let after = 0; ; ) {
      const rows = eventsAfter.all(PRIORITIES.indexOf(priority), after, upTo);
      if (rows.length === 0 || done(rows)) return removed;
      const delivered = rows.filter((r) => !r.queued && r.time < before).map((r) => r.seq);
      if (delivered.length > 0) removeEvents.immediate(delivered);
      const queued = withQueued ? rows.filter((r) => r.queued).map((r) => r.seq) : [];
      if (queued.length > 0) await dropQueued(priority, queued, now);
      removed += delivered.length + queued.length;
      after = rows.at(-1)!.seq;
      await breath();
    }
  }

  /** Bays, scans, codes and alerts go by their age alone, and only when the cloud has them. */
  async function forgetOld(before: Millis): Promise<number> {
    const upTo = inSnapshot.get('board')?.seq ?? 0;
    let removed = 0;
    for (let after = 0; ; ) {
      const rows = othersAfter.all(after, upTo);
      if (rows.length === 0 || rows[0]!.time >= before) return removed;
      const old = rows.filter((r) => !r.queued && r.time < before).map((r) => r.seq);
      if (old.length > 0) removeEvents.immediate(old);
      removed += old.length;
      after = rows.at(-1)!.seq;
      await breath();
    }
  }

  /** Drops events that the cloud has not seen; gap records in the same transaction let its cursor move on. */
  async function dropQueued(priority: Priority, seqs: readonly number[], now: Millis) {
    const gaps = gapsOf(epochs, seqs, { priority, reason: 'budget' }, now);
    await journal.record(gaps, () => {
      let dropped = 0;
      for (const seq of seqs) {
        // The cloud may have answered in the meantime: only what was still queued counts as dropped.
        dropped += deleteQueued.run(seq).changes;
        deleteEvent.run(seq);
      }
      countDrop(priority, 'budget', dropped);
    });
  }

  async function sweep(now: Millis): Promise<Sweep> {
    if (!fits()) journal.keepState();
    const before = now - keepDays * DAY_MS;
    const replayed = inSnapshot.get('engine')?.input ?? 0;
    let inputs = await dropInputs(
      sweptTicks,
      (r) => r.rank >= REPLAY_ONLY,
      () => false,
    );
    sweptTicks = replayed;
    inputs += await dropInputs(
      0,
      (r) => r.at < before,
      (rows) => rows[0]!.at >= before,
    );
    let events = 0;
    const deliveredBefore = now - keepDeliveredHours * HOUR_MS;
    const isYoung = (rows: readonly DroppableEvent[]) => rows[0]!.time >= deliveredBefore;
    for (const p of EVENT_ORDER) events += await dropEvents(p, false, isYoung, now, deliveredBefore);
    events += await forgetOld(now - keepEventsDays * DAY_MS);
    for (const rank of INPUT_ORDER) inputs += await dropInputs(0, (r) => r.rank === rank, fits);
    for (const withQueued of [false, true])
      for (const p of EVENT_ORDER) events += await dropEvents(p, withQueued, fits, now);
    await shrink();
    return { inputs, events, bytes: bytes(), full: !fits() };
  }

  return {
    bytes,
    async sweep(now) {
      // Gap records and the state's snapshot need a little room before room can be made.
      allow(RESERVE);
      if (disk.free() < keepFreeBytes / 4) disk.release();
      try {
        return await sweep(now);
      } catch (e) {
        throw storeError(e);
      } finally {
        allow(1);
        disk.refill();
      }
    },
  };

  /** Gives free pages back to the disk, little by little; the file shrinks at the checkpoint. */
  async function shrink(): Promise<void> {
    const started = performance.now();
    const free = () => db.pragma('freelist_count', { simple: true }) as number;
    if (free() <= VACUUM.leave) return;
    while (free() > VACUUM.leave && performance.now() - started < VACUUM.mostMs) {
      // Through exec: by way of a prepared statement it frees a single page.
      db.exec(`PRAGMA incremental_vacuum(${VACUUM.slice})`);
      await breath();
    }
    db.pragma('wal_checkpoint(TRUNCATE)');
  }
}
