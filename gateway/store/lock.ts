import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { LiftgateError } from '../../protocols/error.ts';

/**
 * Keeps a second process off the store. The lock is one of the operating system, by way of SQLite, so that it ends with
 * the process, however that ends.
 * @returns what gives the store free again
 * @throws LiftgateError `conflict` when another process has the store open, naming it.
 */
export function lock(folder: string): () => void {
  const holder = join(folder, 'holder');
  const db = new Database(join(folder, 'lock'), { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    db.close();
    throw new LiftgateError(
      'conflict',
      `the store ${folder} is in use by process ${readHolder(holder)}: stop that gateway, or give this one another store.folder`,
      { about: 'store.folder', cause },
    );
  }
  writeFileSync(holder, String(process.pid));
  return () => db.close();
}

function readHolder(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim() || '(unknown)';
  } catch {
    return '(unknown)';
  }
}
