import { createHash } from 'node:crypto';
import { constants, copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { LiftgateError } from '../../protocols/error.ts';
import type { Millis } from '../../protocols/time.ts';

const folder = join(import.meta.dirname, 'migrations');

/**
 * Applies the numbered .sql files that the database lacks, each in its own transaction, forwards only, after a copy.
 * @throws LiftgateError `conflict` when an applied file was changed since, or the database is newer than this program.
 */
export function migrate(db: Database, now: Millis): void {
  db.exec(
    'CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL, at INTEGER NOT NULL) STRICT',
  );
  const applied = new Map(
    db
      .prepare<[], { name: string; sha256: string }>('SELECT name, sha256 FROM migration')
      .all()
      .map((m) => [m.name, m.sha256]),
  );
  const files = readdirSync(folder)
    .filter((f) => f.endsWith('.sql'))
    .sort();
  for (const name of applied.keys()) {
    if (!files.includes(name))
      throw new LiftgateError(
        'conflict',
        `the store ${db.name} has the migration ${name}, which this version does not know: use the newer version again`,
      );
  }
  // A database that holds something is kept as it was before; where the file system can, the copy takes no room.
  const first = files.find((name) => !applied.has(name));
  if (first !== undefined && applied.size > 0) {
    db.pragma('wal_checkpoint(TRUNCATE)');
    copyFileSync(db.name, `${db.name}.before-${first.replace('.sql', '')}`, constants.COPYFILE_FICLONE);
  }
  for (const name of files) {
    const sql = readFileSync(join(folder, name), 'utf8');
    const sha256 = createHash('sha256').update(sql).digest('hex');
    const before = applied.get(name);
    if (before === sha256) continue;
    if (before !== undefined)
      throw new LiftgateError(
        'conflict',
        `migration ${name} was applied to ${db.name} with other contents: put the file back and add a new one`,
      );
    db.transaction(() => {
      db.exec(sql);
      db.prepare('INSERT INTO migration (name, sha256, at) VALUES (?, ?, ?)').run(name, sha256, now);
    }).immediate();
  }
}
