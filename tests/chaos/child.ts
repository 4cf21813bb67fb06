import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LiftgateError } from '../../protocols/error.ts';

/** A process of the system under test. */
export interface Child<Ready = unknown> {
  readonly pid: number;
  readonly ready: Ready;
  /** Null while it runs. */
  ending(): string | null;
  /** Without warning, as a power cut ends it. */
  kill(): Promise<void>;
  /** In good order, by SIGTERM. */
  stop(): Promise<void>;
}

export interface ChildPlan {
  /** `gateway` or `cloud`: the same processes as those of the demo. */
  readonly part: 'gateway' | 'cloud';
  readonly order: object;
  /** File for its words. */
  readonly log: string;
  /** File that rules its clock and its resolver, see `warp.ts`. */
  readonly warp: string;
}

const START_MS = 90_000;
const GRACE_MS = 20_000;
const children = new Set<ChildProcess>();

/** Ends all that were started and still run: nothing of ours outlives the lab. */
export async function endAll(): Promise<void> {
  await Promise.all([...children].map((child) => ended(child, 'SIGKILL')));
}

/** @throws LiftgateError `internal` with its last words when it does not come up */
export async function launch<Ready>(plan: ChildPlan): Promise<Child<Ready>> {
  const root = join(import.meta.dirname, '../..');
  const warp = pathToFileURL(join(import.meta.dirname, 'warp.ts'));
  warp.searchParams.set('file', plan.warp);
  const log = openSync(plan.log, 'a', 0o600);
  const args = ['--import', warp.href, join(root, 'bin/demo', `${plan.part}.ts`)];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', log, log, 'ipc'] });
  closeSync(log);
  children.add(child);
  child.once('exit', () => children.delete(child));
  child.on('error', () => {});
  const up = Promise.withResolvers<Ready>();
  const timer = setTimeout(() => up.reject(new Error('it took too long')), START_MS);
  child.on('message', (m: { ready?: Ready }) => {
    if (m.ready !== undefined) up.resolve(m.ready);
  });
  child.once('exit', (code, signal) => up.reject(new Error(`it ended (${signal ?? code}): ${lastWords(plan.log)}`)));
  child.send(plan.order);
  try {
    const ready = await up.promise;
    return {
      pid: child.pid!,
      ready,
      ending: () => child.signalCode ?? (child.exitCode === null ? null : String(child.exitCode)),
      kill: () => ended(child, 'SIGKILL'),
      stop: () => ended(child, 'SIGTERM'),
    };
  } catch (cause) {
    await ended(child, 'SIGKILL');
    throw new LiftgateError('internal', `the ${plan.part} does not come up: ${(cause as Error).message}`, { cause });
  } finally {
    clearTimeout(timer);
  }
}

async function ended(child: ChildProcess, how: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = once(child, 'exit');
  child.kill(how);
  const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  await gone;
  clearTimeout(timer);
}

function lastWords(file: string): string {
  return readFileSync(file, 'utf8').trim().split('\n').slice(-3).join(' / ').slice(-600);
}
