import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalPostgres } from '../../cloud/store/local.ts';
import { migrate } from '../../cloud/store/migrate.ts';
import { type Db, openPool } from '../../cloud/store/pool.ts';

export interface TestDatabase {
  readonly url: string;
  readonly db: Db;
  stop(): Promise<void>;
}

/** A real PostgreSQL with our schema in a temporary folder; about a second. Stop it at the end of the test file. */
export async function startTestDatabase(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'liftgate-pg-'));
  const server = await startLocalPostgres(folder);
  const db = await openPool(server.url);
  await migrate(db);
  return {
    url: server.url,
    db,
    async stop() {
      await db.end();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
