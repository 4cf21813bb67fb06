import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPool, textArray, transaction } from '../../../cloud/store/pool.ts';
import { startTestDatabase, type TestDatabase } from '../../tools/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.stop());

test('a server that could lose what it confirmed is refused, with all its faults', async () => {
  await database.db.query('ALTER DATABASE liftgate SET synchronous_commit = off');
  await expect(openPool(database.url)).rejects.toMatchObject({
    code: 'config',
    message: expect.stringContaining('synchronous_commit is off: switch it on'),
  });
  await database.db.query('ALTER DATABASE liftgate RESET synchronous_commit');
  await (await openPool(database.url)).end();
});

test('a wrong password is denied, a missing database is named, a closed port is unreachable', async () => {
  const wrong = new URL(database.url);
  wrong.password = 'wrong';
  await expect(openPool(wrong.href)).rejects.toMatchObject({ code: 'denied' });
  const missing = new URL(database.url);
  missing.pathname = '/nowhere';
  await expect(openPool(missing.href)).rejects.toMatchObject({ code: 'config' });
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  await expect(openPool(`postgres://a:b@127.0.0.1:${port}/c`)).rejects.toMatchObject({ code: 'unreachable' });
});

test('a transaction that lost to another is run again', async () => {
  const { db } = database;
  await db.query('CREATE TABLE pair (n int PRIMARY KEY, v int); INSERT INTO pair VALUES (1, 0), (2, 0)');
  const add = (first: number, second: number) =>
    transaction(db, async (tx) => {
      await tx.query('UPDATE pair SET v = v + 1 WHERE n = $1', [first]);
      await new Promise((resolve) => setTimeout(resolve, 200));
      await tx.query('UPDATE pair SET v = v + 1 WHERE n = $1', [second]);
    });
  await Promise.all([add(1, 2), add(2, 1)]);
  expect((await db.query('SELECT v FROM pair')).rows).toEqual([{ v: 2 }, { v: 2 }]);
});

test('a server that goes away between two queries of a transaction ends that transaction and nothing else', async () => {
  const { db } = database;
  const cut = transaction(db, async (tx) => {
    const { rows } = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await db.query('SELECT pg_terminate_backend($1)', [rows[0]!.pid]);
    // Its last words arrive while nobody asks it anything.
    await new Promise((resolve) => setTimeout(resolve, 500));
    await tx.query('SELECT 1');
  });
  await expect(cut).rejects.toThrow();
  expect((await db.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});

test('an array of any texts arrives as it is', async () => {
  const texts = ['bay/B1', '', 'NULL', 'null', 'a "b" \\ c', '{x,y}', ' ', '工位', 'two\nlines', null];
  const { rows } = await database.db.query('SELECT $1::text[] AS texts', [textArray(texts)]);
  expect(rows[0].texts).toEqual(texts);
});
