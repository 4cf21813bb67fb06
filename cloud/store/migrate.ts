import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LiftgateError } from '../../protocols/error.ts';
import { type Db, transaction } from './pool.ts';

const OWN = join(import.meta.dirname, 'migrations');
/** Any constant: whoever holds it migrates, other nodes that start at the same moment wait. */
const LOCK = 7_413_205_118;

interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
}

/**
 * Brings the schema forward, in one transaction; there is no way back but a backup.
 * @returns names of the files that were applied now.
 * @throws LiftgateError `conflict` when a file that was applied has changed, or the database is newer than this program.
 */
export async function migrate(db: Db, folder = OWN): Promise<string[]> {
  const files = await readMigrations(folder);
  return await transaction(db, async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
    await tx.query(
      'CREATE TABLE IF NOT EXISTS migrations (number int PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
    );
    const { rows } = await tx.query<Migration>('SELECT number, name, sha256 FROM migrations ORDER BY number');
    const applied = new Map(rows.map((r) => [r.number, r]));
    const known = new Set(files.map((f) => f.number));
    for (const { number, name } of rows) {
      if (known.has(number)) continue;
      throw new LiftgateError(
        'conflict',
        `the database holds migration ${name}, which this version of Liftgate does not have; start a version that has it`,
        { about: 'database' },
      );
    }
    const done: string[] = [];
    for (const file of files) {
      const old = applied.get(file.number);
      if (old) {
        unchanged(file, old);
        continue;
      }
      await tx.query(file.sql);
      await tx.query('INSERT INTO migrations (number, name, sha256) VALUES ($1, $2, $3)', [
        file.number,
        file.name,
        file.sha256,
      ]);
      done.push(file.name);
    }
    return done;
  });
}

function unchanged(file: Migration, old: Pick<Migration, 'name' | 'sha256'>): void {
  if (file.sha256 === old.sha256) return;
  throw new LiftgateError(
    'conflict',
    `migration ${file.name} was changed after it had been applied (expected SHA-256 ${old.sha256}, got ${file.sha256}); restore the file and put the change into a new one`,
    { about: file.name },
  );
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((n) => n.endsWith('.sql')).sort();
  const files = await Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(folder, name), 'utf8');
      // Line ends are not the change that matters: a checkout on Windows may differ in them.
      const sha256 = createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex');
      return { number: Number(name.slice(0, 4)), name, sql, sha256 };
    }),
  );
  const odd = files.find((f, i) => !/^\d{4}-[a-z0-9-]+\.sql$/.test(f.name) || f.number !== i + 1);
  if (odd) {
    throw new LiftgateError('config', `migrations are numbered without gaps as NNNN-name.sql; ${odd.name} is not`, {
      about: odd.name,
    });
  }
  return files;
}
