import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { migrate } from '../../../cloud/store/migrate.ts';
import { startTestDatabase, type TestDatabase } from '../../tools/postgres.ts';

const OURS = join(import.meta.dirname, '../../../cloud/store/migrations');
let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.stop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'liftgate-sql-'));
  await cp(OURS, folder, { recursive: true });
  return () => rm(folder, { recursive: true, force: true });
});

test('a file is applied once, by whichever node comes first', async () => {
  const number = String((await readdir(OURS)).length + 1).padStart(4, '0');
  await writeFile(join(folder, `${number}-more.sql`), 'CREATE TABLE more (n int)');
  const done = await Promise.all([migrate(database.db, folder), migrate(database.db, folder)]);
  expect(done.flat()).toEqual([`${number}-more.sql`]);
  expect(await migrate(database.db, folder)).toEqual([]);
  await database.db.query('DROP TABLE more');
  await database.db.query('DELETE FROM migrations WHERE number = $1', [Number(number)]);
});

test('a file that changed after it was applied is refused, and named', async () => {
  await writeFile(join(folder, '0001-access.sql'), 'SELECT 1');
  await expect(migrate(database.db, folder)).rejects.toMatchObject({ code: 'conflict', about: '0001-access.sql' });
});

test('a database of a newer version is refused', async () => {
  await rm(join(folder, (await readdir(folder)).sort().at(-1)!));
  await expect(migrate(database.db, folder)).rejects.toThrow('does not have');
});

test('a file that fails leaves nothing behind', async () => {
  const number = String((await readdir(OURS)).length + 1).padStart(4, '0');
  await writeFile(join(folder, `${number}-half.sql`), 'CREATE TABLE half (n int); SELECT nonsense;');
  await expect(migrate(database.db, folder)).rejects.toMatchObject({ code: 'internal' });
  expect((await database.db.query(`SELECT to_regclass('half') AS half`)).rows).toEqual([{ half: null }]);
});

test('numbers without a gap are asked for', async () => {
  await writeFile(join(folder, '0099-late.sql'), 'SELECT 1');
  await expect(migrate(database.db, folder)).rejects.toMatchObject({ code: 'config', about: '0099-late.sql' });
});
