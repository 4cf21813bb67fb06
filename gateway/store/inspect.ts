import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { LiftgateError, messageOf } from '../../protocols/error.ts';
import type { Millis } from '../../protocols/time.ts';
import { type Db, FILE, openDb } from './db.ts';
import { openEpochs } from './epoch.ts';
import { cloudEventText, type EventRow } from './event.ts';
import { isLocked } from './lock.ts';
import { putBack } from './replay.ts';

/** What `liftgate outbox inspect` tells of a store. */
export interface Inspection {
  readonly folder: string;
  /** Process that has it open; null: none. */
  readonly holder: string | null;
  readonly bytes: number;
  readonly epochs: readonly { epoch: string; base: number; contiguous: number; begunAt: Millis; reason: string }[];
  readonly numbers: { produced: number; acknowledged: number; queued: number; dropped: number };
  readonly dropped: readonly { class: string; reason: string; count: number }[];
  readonly queuedByType: readonly { type: string; count: number }[];
  readonly oldestAt: Millis | null;
  readonly deadLetters: readonly { epoch: string; seq: number; verdict: string; reason: string | null; at: Millis }[];
  readonly downCursor: string;
}

/** Which events: those that wait, those that the cloud refused, or all that are still here; by number of one epoch. */
export interface Selection {
  readonly state: 'queued' | 'dead' | 'all';
  readonly epoch?: string;
  readonly from?: number;
  readonly to?: number;
}

/** Opens a store to look at it, also while a gateway runs on it. @throws LiftgateError `not-found` */
function openToRead(folder: string): Db {
  const file = join(folder, FILE);
  if (!existsSync(file))
    throw new LiftgateError('not-found', `there is no store in ${folder} (expected ${file}); see store.folder`, {
      about: 'store.folder',
    });
  return new Database(file, { readonly: true, fileMustExist: true });
}

function reading<T>(folder: string, read: (db: Db) => T): T {
  const db = openToRead(folder);
  try {
    return db.transaction(() => read(db))();
  } finally {
    db.close();
  }
}

export function inspectStore(folder: string): Inspection {
  return reading(folder, (db) => {
    const all = <T>(sql: string) => db.prepare<[], T>(sql).all();
    const epochs = openEpochs(db, '', '');
    const dead = all<{ seq: number; verdict: string; reason: string | null; at: Millis }>(
      'SELECT seq, verdict, reason, at FROM dead_letter ORDER BY seq DESC LIMIT 1000',
    );
    return {
      folder,
      holder: isLocked(folder),
      bytes: ['', '-wal'].reduce((n, end) => n + (statSync(db.name + end, { throwIfNoEntry: false })?.size ?? 0), 0),
      epochs: all('SELECT epoch, base, contiguous, begun_at AS begunAt, reason FROM epoch ORDER BY id'),
      numbers: all<Inspection['numbers']>('SELECT produced, acknowledged, queued, dropped FROM log')[0]!,
      dropped: all('SELECT class, reason, count FROM dropped ORDER BY class, reason'),
      queuedByType: all(
        `SELECT e.type, count(*) AS count FROM outbox o JOIN event e ON e.seq = o.seq GROUP BY e.type ORDER BY 2 DESC`,
      ),
      oldestAt:
        db
          .prepare<[], Millis>('SELECT e.time FROM outbox o JOIN event e ON e.seq = o.seq ORDER BY o.seq LIMIT 1')
          .pluck()
          .get() ?? null,
      deadLetters: dead.map(({ seq, ...rest }) => {
        const { epoch, seq: number } = epochs.keyOf(seq);
        return { epoch, seq: number, ...rest };
      }),
      downCursor: all<{ down_cursor: string }>('SELECT down_cursor FROM log')[0]!.down_cursor,
    };
  });
}

/** What is wrong with a store, in words; none where it is sound. Looks at every page: about 5 s per GB. */
export function checkStore(folder: string): string[] {
  return reading(folder, (db) => {
    const wrong: string[] = [];
    const one = (sql: string) => db.prepare<[], number>(sql).pluck().get() ?? 0;
    const expect = (what: string, got: number, wanted: number) => {
      if (got !== wanted) wrong.push(`${what}: expected ${wanted}, got ${got}`);
    };
    try {
      for (const found of db.pragma('integrity_check(20)') as { integrity_check: string }[])
        if (found.integrity_check !== 'ok') wrong.push(found.integrity_check);
      expect(
        'queued in the log, and rows of the outbox',
        one('SELECT queued FROM log'),
        one('SELECT count(*) FROM outbox'),
      );
      expect(
        'rows of the outbox without an event',
        one('SELECT count(*) FROM outbox WHERE seq NOT IN (SELECT seq FROM event)'),
        0,
      );
      expect(
        'events beyond the last number',
        one('SELECT count(*) FROM event WHERE seq > (SELECT last_seq FROM log)'),
        0,
      );
      expect(
        'dropped in the log, and by reason',
        one('SELECT dropped FROM log'),
        one('SELECT sum(count) FROM dropped'),
      );
      expect(
        'produced, and the sum of its parts',
        one('SELECT produced FROM log'),
        one('SELECT acknowledged + queued + dropped FROM log'),
      );
    } catch (e) {
      wrong.push(messageOf(e));
    }
    return wrong;
  });
}

/** Rows of a selection. */
function rowsOf({ state, epoch, from, to }: Selection): { sql: string; values: (db: Db) => [number, number] } {
  const table = state === 'queued' ? 'outbox' : 'dead_letter';
  const only = state === 'all' ? '' : `AND e.seq IN (SELECT seq FROM ${table})`;
  return {
    sql: `FROM event e WHERE e.seq BETWEEN ? AND ? ${only}`,
    values(db) {
      const epochs = openEpochs(db, '', '');
      const whole = epoch === undefined && from === undefined && to === undefined;
      if (whole) return [1, Number.MAX_SAFE_INTEGER];
      const named = epoch === undefined ? epochs.current() : epochs.named(epoch);
      if (!named)
        throw new LiftgateError(
          'not-found',
          `there is no epoch ${epoch}; there are ${epochs
            .list()
            .map((e) => e.epoch)
            .join(', ')}`,
          {
            about: 'epoch',
          },
        );
      return [named.base + (from ?? 1), Math.min(named.base + (to ?? 1e15), epochs.endOf(named))];
    },
  };
}

/** The selected events as CloudEvents JSON texts, oldest first. The source is named as the store's own configuration. */
export function* exportEvents(
  folder: string,
  who: { readonly site: string; readonly gateway: string },
  selection: Selection,
): Generator<string> {
  const db = openToRead(folder);
  try {
    const { sql, values } = rowsOf(selection);
    const epochs = openEpochs(db, who.site, who.gateway);
    const rows = db.prepare<[number, number], EventRow>(
      `SELECT e.seq, e.type, e.subject, e.time, e.data, e.recorded_at AS recordedAt, e.boot, e.mono, e.clock ${sql} ORDER BY e.seq`,
    );
    for (const row of rows.iterate(...values(db)))
      yield cloudEventText(row, epochs.keyOf(row.seq), { shift: 0, quality: null }, false);
  } finally {
    db.close();
  }
}

/**
 * Puts events back into the outbox: they go up again, and the cloud knows those that it has.
 * @returns how many
 * @throws LiftgateError `conflict` while a gateway runs on the store
 */
export function replayEvents(folder: string, selection: Selection, now: Millis): number {
  openToRead(folder).close();
  const { db, close } = openDb(folder, now);
  try {
    const { sql, values } = rowsOf(selection);
    return putBack(db, sql, values(db));
  } finally {
    close();
  }
}
