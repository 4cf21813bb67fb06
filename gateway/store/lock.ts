import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { LiftgateError } from '../../protocols/error.ts';

/**
 * Keeps a second process off a folder. The lock is one of the operating system, by way of SQLite, so that it ends with
 * the process, however that ends.
 * @param inUse what whoever comes second is told, and about which option; `holder` is the process that has it
 * @returns what gives the folder free again
 * @throws LiftgateError `conflict` when another process has the folder.
 */
export function lock(folder: string, inUse: (holder: string) => { text: string; about: string }): () => void {
  const holder = join(folder, 'holder');
  const db = new Database(join(folder, 'lock'), { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    db.close();
    if ((cause as { code?: unknown }).code !== 'SQLITE_BUSY') throw cause;
    const { text, about } = inUse(readHolder(holder));
    throw new LiftgateError('conflict', text, { about, cause });
  }
  writeFileSync(holder, String(process.pid));
  return () => db.close();
}

/** The process that has a folder, without waiting for it or getting in its way; null: none. */
export function isLocked(folder: string): string | null {
  const file = join(folder, 'lock');
  if (!existsSync(file)) return null;
  const db = new Database(file, { timeout: 0, readonly: true });
  try {
    db.prepare('SELECT 1 FROM sqlite_schema').get();
    return null;
  } catch (e) {
    if ((e as { code?: unknown }).code !== 'SQLITE_BUSY') throw e;
    return readHolder(join(folder, 'holder'));
  } finally {
    db.close();
  }
}

function readHolder(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim() || '(unknown)';
  } catch {
    return '(unknown)';
  }
}
