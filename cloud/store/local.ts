import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, mkdtemp, readFile, readlink, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { LiftgateError, messageOf } from '../../protocols/error.ts';
import { type Home, homeOf, placeFor, privateFolder } from './local-home.ts';
import { keepRunning, type Running } from './local-keep.ts';

/** A PostgreSQL of our own, with its data in a folder of ours. */
export interface LocalPostgres {
  readonly url: string;
  /** Ends it cleanly; the data stays. */
  stop(): Promise<void>;
}

const DATABASE = 'liftgate';
/** Held by whoever uses this server, as long as he lives: tells a server in use from one that was left behind. */
const OWNER_LOCK = 7_413_205_119;
const START_MS = 120_000;
const STOP_MS = 20_000;

export interface LocalOptions {
  /** Left out: any that is free. */
  readonly port?: number;
  /** Told when the server has ended unasked, and when it does not start again. */
  readonly onTrouble?: (e: unknown) => void;
}

/**
 * Starts PostgreSQL with its data in `folder`, which is made at the first time (about a second), and starts it again at
 * the same port should it end. A server that was left behind by a killed process is ended first. It listens on 127.0.0.1
 * alone.
 * @throws LiftgateError `conflict` when the folder or the port is in use, `full`, `config`.
 */
export async function startLocalPostgres(folder: string, options: LocalOptions = {}): Promise<LocalPostgres> {
  const home = await homeOf(folder);
  const password = await passwordOf(folder, home);
  await endLeftBehind(home, password, folder);
  await initialise(home, password, folder);
  const port = options.port || (await freePort());
  let server: ChildProcess | null = null;
  const onExit = () => void server?.stdin?.destroy();
  process.on('exit', onExit);
  const start = async (): Promise<Running> => {
    const started = await startServer(home, port, folder);
    server = started;
    const ended = new Promise((resolve) => started.once('exit', resolve));
    try {
      const owner = await own(port, password, folder);
      const stop = async () => {
        await owner.end().catch(() => {});
        await stopServer(started);
      };
      return { ended, stop };
    } catch (e) {
      await stopServer(started);
      throw e;
    }
  };
  const done = () => process.off('exit', onExit);
  try {
    const stop = await keepRunning(start, options.onTrouble ?? (() => {}));
    const url = `postgres://${USER}:${password}@127.0.0.1:${port}/${DATABASE}`;
    return { url, stop: () => stop().finally(done) };
  } catch (e) {
    done();
    throw e;
  }
}

const USER = 'liftgate';
const exists = async (path: string) => (await stat(path).catch(() => null)) !== null;

/** The server's password: random, made once, for us alone. */
async function passwordOf(folder: string, home: Home): Promise<string> {
  const file = join(folder, 'password');
  if (await exists(file)) return (await readFile(file, 'utf8')).trim();
  if (await exists(home.data)) {
    const text = `${file} is missing, and without it the data in ${home.data} cannot be opened; restore it, or remove the whole folder to start anew`;
    throw new LiftgateError('config', text, { about: 'database.folder' });
  }
  const password = randomBytes(24).toString('base64url');
  await writeFile(file, `${password}\n`, { mode: 0o600, flag: 'wx' });
  return password;
}

async function initialise(home: Home, password: string, folder: string): Promise<void> {
  if (await exists(home.data)) return;
  // Under another name until it is whole: an interrupted start must not leave half a cluster.
  const half = `${home.data}.new`;
  await rm(half, { recursive: true, force: true });
  await privateFolder(half, home.user);
  // initdb reads the password from a file, as the user that it runs as.
  const note = await mkdtemp(join(tmpdir(), 'liftgate-initdb-'));
  const pwfile = join(note, 'password');
  try {
    await privateFolder(note, home.user);
    await writeFile(pwfile, password, { mode: 0o600 });
    if (home.user) await chown(pwfile, home.user.uid, home.user.gid);
    const { cwd, pgdata } = placeFor(home, half);
    const args = ['--pgdata', pgdata, '--username', USER, '--pwfile', pwfile, '--auth', 'scram-sha-256'];
    // The built-in locale needs no locale of the system and sorts the same on all machines.
    args.push('--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8');
    const stdio = ['ignore', 'ignore', 'pipe'] as ['ignore', 'ignore', 'pipe'];
    const child = spawn(home.initdb, args, { ...home.user, ...surroundings(), cwd, stdio });
    const said = lastWords(child);
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw startError(`initdb ended with ${code}: ${said()}`, folder);
  } finally {
    await rm(note, { recursive: true, force: true });
  }
  await rename(half, home.data);
}

/** Nothing of our own environment: PGDATA and its like must not change what is started. */
function surroundings() {
  return process.platform === 'win32' ? {} : { env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' } };
}

/**
 * Ends the server as soon as its standard input closes, which happens also when we are killed.
 * In a session of its own (`detached`), so that Ctrl-C at the terminal reaches us first and we end it in good order.
 */
const KEEPER = `exec 3<&0
"$@" </dev/null 3<&- & server=$!
{ cat <&3 >/dev/null; kill -INT $server; } & keeper=$!
wait $server; code=$?
kill $keeper 2>/dev/null
exit $code`;

async function startServer(home: Home, port: number, folder: string): Promise<ChildProcess> {
  const { cwd, pgdata } = placeFor(home, home.data);
  const args = ['-D', pgdata, '-p', String(port)];
  // No socket file: its path has a limit of about 100 characters, which a deep folder exceeds.
  for (const option of ['listen_addresses=127.0.0.1', 'unix_socket_directories=']) args.push('-c', option);
  const [program, ...rest] =
    process.platform === 'win32'
      ? [home.postgres, ...args]
      : ['/bin/sh', '-c', KEEPER, 'liftgate-postgres', home.postgres, ...args];
  const until = performance.now() + START_MS;
  for (;;) {
    const server = spawn(program!, rest, {
      ...home.user,
      ...surroundings(),
      cwd,
      detached: process.platform !== 'win32',
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    server.stdin!.on('error', () => {});
    const said = lastWords(server);
    const ready = await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(false), Math.max(1_000, until - performance.now()));
      const settle = (ok: boolean) => {
        clearTimeout(timer);
        resolve(ok);
      };
      server.stderr!.on('data', () => said().includes('ready to accept connections') && settle(true));
      server.on('exit', () => settle(false));
      server.on('error', () => settle(false));
    });
    if (ready) return server;
    await stopServer(server);
    // Backends of a server that was killed need a moment to notice.
    if (said().includes('shared memory block') && performance.now() < until) await sleep(500);
    else throw startError(said() || 'it gave no reason', folder, port);
  }
}

function startError(said: string, folder: string, port?: number): LiftgateError {
  const more = { about: 'database.folder' };
  if (/Address already in use|could not bind/.test(said))
    return new LiftgateError('conflict', `port ${port} is taken, our PostgreSQL cannot listen there`, more);
  if (/lock file .* already exists/.test(said))
    return new LiftgateError('conflict', `${folder} is in use by another PostgreSQL: ${said}`, more);
  if (/No space left/.test(said))
    return new LiftgateError('full', `no room left for the database in ${folder}: ${said}`, more);
  if (/incompatible with|not compatible with/.test(said))
    return new LiftgateError('config', `${folder} was made by another PostgreSQL version: ${said}`, more);
  return new LiftgateError('config', `our PostgreSQL does not start in ${folder}: ${said}`, more);
}

/** Collects what a program writes to its error output, of which the last 4,000 characters are kept. */
function lastWords(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-4_000);
  });
  child.on('error', (e) => {
    text += e.message;
  });
  return () => text.trim();
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null || server.pid === undefined) {
    server.stdin?.destroy();
    return;
  }
  const ended = once(server, 'exit').then(() => true);
  if (process.platform === 'win32') server.kill();
  else server.stdin?.end();
  if (!(await Promise.race([ended, sleep(STOP_MS, false, { ref: false })]))) {
    // Immediate shutdown: the next start recovers from the WAL. The whole session, since the shell would not pass it on.
    process.kill(-server.pid, 'SIGQUIT');
    await ended;
  }
  server.stdin?.destroy();
}

const connection = (port: number, password: string, database: string) =>
  new pg.Client({ host: '127.0.0.1', port, user: USER, password, database, connectionTimeoutMillis: 5_000 });

/** Makes the database at the first time and takes the owner's lock. */
async function own(port: number, password: string, folder: string): Promise<pg.Client> {
  const owner = connection(port, password, 'postgres');
  // When the server ends, the pool reports it; this connection has nothing to add.
  owner.on('error', () => {});
  try {
    await owner.connect();
    await owner.query('SELECT pg_advisory_lock($1)', [OWNER_LOCK]);
    const { rowCount } = await owner.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await owner.query(`CREATE DATABASE ${DATABASE}`);
    return owner;
  } catch (cause) {
    await owner.end().catch(() => {});
    const text = `our PostgreSQL in ${folder} does not let us in: ${messageOf(cause)}`;
    throw new LiftgateError('config', text, { about: 'database.folder', cause });
  }
}

/** Looks at `postmaster.pid`: whoever wrote it is alive and in use, alive and left behind, or gone. */
async function endLeftBehind(home: Home, password: string, folder: string): Promise<void> {
  const file = join(home.data, 'postmaster.pid');
  const until = performance.now() + STOP_MS;
  while (performance.now() < until) {
    const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n');
    const pid = Number(lines[0]);
    const port = Number(lines[3]);
    if (!(pid > 0) || !isAlive(pid)) return;
    // A server works in its data directory. If this one does not, its number was given to another program since;
    // PostgreSQL itself cannot tell and would refuse to start.
    const isOther = platform() === 'linux' && (await readlink(`/proc/${pid}/cwd`).catch(() => '')) !== home.data;
    if (isOther) return await rm(file, { force: true });
    if (port > 0 && (await isFree(port, password, folder))) process.kill(pid, 'SIGINT');
    // It is on its way up or down.
    await sleep(100);
  }
}

/** Does a server of ours answer there, with nobody using it? @throws LiftgateError `conflict` when it is used. */
async function isFree(port: number, password: string, folder: string): Promise<boolean> {
  const client = connection(port, password, 'postgres');
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query('SELECT pg_try_advisory_lock($1) AS free', [OWNER_LOCK]);
    if (rows[0]?.free === true) return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
  throw new LiftgateError(
    'conflict',
    `${folder} is in use by another Liftgate on this machine; stop that one, or give this one another database.folder`,
    {
      about: 'database.folder',
    },
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (e) {
    return (e as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Between this look and the server's own bind another program may take it; then the start fails and says so. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}
