import { chmodSync, closeSync, existsSync, mkdirSync, openSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { LiftgateError, messageOf } from '../../protocols/error.ts';
import type { Millis } from '../../protocols/time.ts';
import { beginEpoch } from './epoch.ts';
import { lock } from './lock.ts';
import { migrate } from './migrate.ts';
import { type Salvage, salvage } from './salvage.ts';

export type Db = Database.Database;

/** SQLite 3.7.0 to 3.51.2 can corrupt a database whose log is reset while another connection writes. */
const OLDEST_SQLITE = '3.51.3';
export const FILE = 'gateway.db';

export interface OpenDb {
  readonly db: Db;
  /** Where a broken database was put aside at this start, and what could be saved of it; null when all was well. */
  readonly setAside: { readonly file: string; readonly salvage: Salvage } | null;
  close(): void;
}

/**
 * Opens the gateway's database in `folder`, making both where they are missing. One connection, one process.
 *
 * A database that is broken is put aside under another name, never deleted, and a new one with a new epoch takes its
 * place.
 * @throws LiftgateError `conflict` when another process uses it, `config` when the folder cannot be used.
 */
export function openDb(folder: string, now: Millis): OpenDb {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new LiftgateError('config', `store.folder ${folder} cannot be made: ${messageOf(cause)}. Check the path.`, {
      about: 'store.folder',
      cause,
    });
  }
  const unlock = lockStore(folder);
  try {
    const { db, setAside } = openOrSetAside(folder, now);
    const close = () => {
      try {
        db.prepare('UPDATE log SET clean = 1').run();
        db.pragma('wal_checkpoint(TRUNCATE)');
      } finally {
        db.close();
        unlock();
      }
    };
    return { db, setAside, close };
  } catch (e) {
    unlock();
    throw e;
  }
}

function lockStore(folder: string): () => void {
  try {
    return lock(folder, (holder) => ({
      text: `the store ${folder} is in use by process ${holder}: stop that gateway, or give this one another store.folder`,
      about: 'store.folder',
    }));
  } catch (e) {
    throw storeError(e);
  }
}

function openOrSetAside(folder: string, now: Millis): Pick<OpenDb, 'db' | 'setAside'> {
  const file = join(folder, FILE);
  try {
    return { db: connect(file, now), setAside: null };
  } catch (e) {
    if (!isBroken(e)) throw storeError(e);
    const setAside = `${file}.broken-${now}`;
    for (const part of ['', '-wal', '-shm']) if (existsSync(file + part)) renameSync(file + part, setAside + part);
    const db = connect(file, now);
    return { db, setAside: { file: setAside, salvage: salvage(setAside, db, now) } };
  }
}

function connect(file: string, now: Millis): Db {
  // For this user alone, whatever folder it was put into; SQLite gives its log files the same rights.
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
  const db = new Database(file);
  try {
    refuseOldSqlite(db);
    // auto_vacuum counts only before the log mode and any table; afterwards it silently stays off.
    db.pragma('auto_vacuum = INCREMENTAL');
    db.pragma('journal_mode = WAL');
    // In WAL mode SQLite falls back to NORMAL, which may lose the last commits at a power cut.
    db.pragma('synchronous = FULL');
    db.pragma('journal_size_limit = 67108864');
    db.pragma('wal_autocheckpoint = 4000');
    // KiB. What is written lies at the end of each table; the rest is in the system's own cache.
    db.pragma('cache_size = -6000');
    db.pragma('foreign_keys = ON');
    // Before anything is changed in it.
    if (wasLeftOpen(db)) quickCheck(db);
    migrate(db, now);
    const isNew = db.prepare('INSERT INTO log (one) VALUES (1) ON CONFLICT (one) DO NOTHING').run().changes > 0;
    if (isNew) beginEpoch(db, 'new', 0, now);
    db.prepare('UPDATE log SET clean = 0').run();
    const synchronous = db.pragma('synchronous', { simple: true });
    if (synchronous !== 2)
      throw new LiftgateError('internal', `the store must run with synchronous = FULL (2), SQLite says ${synchronous}`);
    return db;
  } catch (e) {
    db.close();
    throw e;
  }
}

function refuseOldSqlite(db: Db): void {
  const version = String(db.prepare('SELECT sqlite_version()').pluck().get());
  const weight = (v: string) => v.split('.').reduce((w, n) => w * 1_000 + Number(n), 0);
  if (weight(version) < weight(OLDEST_SQLITE))
    throw new LiftgateError('config', `SQLite ${version} can lose data; ${OLDEST_SQLITE} or later is needed: npm ci`);
}

/** Was it ended by a kill or a power cut? */
function wasLeftOpen(db: Db): boolean {
  const hasLog = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'log'").get() !== undefined;
  return hasLog && db.prepare('SELECT clean FROM log').pluck().get() === 0;
}

class Broken extends Error {}

/** Is the file sound? */
function quickCheck(db: Db): void {
  const found = db.pragma('quick_check(1)', { simple: true });
  if (found !== 'ok') throw new Broken(String(found));
}

function isBroken(e: unknown): boolean {
  const code = (e as { code?: unknown }).code;
  return e instanceof Broken || (typeof code === 'string' && /^SQLITE_(CORRUPT|NOTADB)/.test(code));
}

/** What SQLite threw, in our words: `full` when the disk or the budget has no room left, else `internal`. */
export function storeError(e: unknown): LiftgateError {
  if (e instanceof LiftgateError) return e;
  const code = String((e as { code?: unknown }).code ?? '');
  if (/^(SQLITE_(CANTOPEN|READONLY|PERM)|EACCES|EPERM|EROFS)/.test(code))
    return new LiftgateError(
      'config',
      `the store cannot be written (${code}): give the gateway's user the right to write store.folder`,
      {
        about: 'store.folder',
        cause: e,
      },
    );
  if (code === 'SQLITE_FULL' || code === 'ENOSPC')
    return new LiftgateError('full', 'the store has no room left: free disk space or raise store.budgetMb', {
      about: 'store.budgetMb',
      cause: e,
    });
  return new LiftgateError('internal', `the store failed: ${messageOf(e)}${code ? ` (${code})` : ''}`, { cause: e });
}
