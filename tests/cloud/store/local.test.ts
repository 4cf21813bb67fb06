import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startLocalPostgres } from '../../../cloud/store/local.ts';
import { isDatabaseAway, openPool } from '../../../cloud/store/pool.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'liftgate-local-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const LOCAL = join(import.meta.dirname, '../../../cloud/store/local.ts');
/** Starts a server in a process of its own, which says its URL and then waits. */
async function startElsewhere(): Promise<{ child: ReturnType<typeof spawn>; url: string }> {
  const script = `const { startLocalPostgres } = await import(${JSON.stringify(LOCAL)});
    const pg = await startLocalPostgres(${JSON.stringify(folder)});
    console.log(pg.url); setTimeout(() => {}, 60_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout!, 'data');
  return { child, url: String(line).trim() };
}

test('what was stored is there at the next start; the password is random and only for the server', async () => {
  const first = await startLocalPostgres(folder);
  const db = await openPool(first.url);
  await db.query('CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)');
  await db.end();
  await first.stop();
  expect((await stat(join(folder, 'password'))).mode & 0o777).toBe(0o600);
  expect(first.url).toContain((await readFile(join(folder, 'password'), 'utf8')).trim());

  const second = await startLocalPostgres(folder);
  const again = await openPool(second.url);
  expect((await again.query('SELECT n FROM kept')).rows).toEqual([{ n: 7 }]);
  await again.end();
  await second.stop();
});

test('the data may lie where only its owner can pass, also when the server has to run as someone else', async () => {
  const closed = join(folder, 'closed');
  await mkdir(closed, { mode: 0o700 });
  const server = await startLocalPostgres(join(closed, 'data'));
  await (await openPool(server.url)).end();
  await server.stop();
  expect((await stat(closed)).mode & 0o777).toBe(0o700);
  expect((await stat(join(closed, 'data/pg/PG_VERSION'))).isFile()).toBe(true);
});

test('a folder that is in use is refused; after its user was killed it opens again', async () => {
  const { child, url } = await startElsewhere();
  const db = await openPool(url);
  await db.query('CREATE TABLE kept (n int); INSERT INTO kept VALUES (8)');
  await db.end();
  await expect(startLocalPostgres(folder)).rejects.toMatchObject({ code: 'conflict', about: 'database.folder' });
  child.kill('SIGKILL');
  await once(child, 'exit');
  const next = await startLocalPostgres(folder);
  const again = await openPool(next.url);
  expect((await again.query('SELECT n FROM kept')).rows).toEqual([{ n: 8 }]);
  await again.end();
  await next.stop();
});

test('a server that is killed comes up again at the same address, with all that was stored', async () => {
  const troubles: string[] = [];
  const server = await startLocalPostgres(folder, { onTrouble: (e) => troubles.push((e as Error).message) });
  const db = await openPool(server.url);
  await db.query('CREATE TABLE kept (n int); INSERT INTO kept VALUES (9)');
  const pid = Number((await readFile(join(folder, 'pg/postmaster.pid'), 'utf8')).split('\n')[0]);
  process.kill(pid, 'SIGKILL');
  // The kill takes a moment; an answer before that would prove nothing.
  await expect.poll(() => troubles[0], { timeout: 20_000 }).toBe('our PostgreSQL has ended; it is started again');
  await expect
    .poll(() => db.query('SELECT n FROM kept').then((r) => r.rows, isDatabaseAway), { timeout: 60_000, interval: 250 })
    .toEqual([{ n: 9 }]);
  await db.end();
  await server.stop();
  await (await startLocalPostgres(folder)).stop();
}, 120_000);

test('a pid file whose number belongs to another program now does not keep it from starting', async () => {
  await (await startLocalPostgres(folder)).stop();
  await writeFile(join(folder, 'pg/postmaster.pid'), `${process.pid}\n${folder}/pg\n0\n1\n\n127.0.0.1\n\nready\n`);
  await (await startLocalPostgres(folder)).stop();
});

test('a port that is taken is named', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  await expect(startLocalPostgres(folder, { port })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining(`port ${port} is taken`),
  });
  other.close();
});

test('a lost password is said, not worked around', async () => {
  await (await startLocalPostgres(folder)).stop();
  await rm(join(folder, 'password'));
  await expect(startLocalPostgres(folder)).rejects.toMatchObject({ code: 'config', about: 'database.folder' });
});
