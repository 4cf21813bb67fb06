import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LoadOrder, LoadResult } from './load.ts';

/** As the program itself starts: with what was made of its files at an earlier start. */
const CACHE = pathToFileURL(join(import.meta.dirname, '../bin/cache.ts')).href;

/** Forks a file of this folder and gives its first message. */
export async function forked<Answer>(
  file: string,
  order: object,
  execArgv: readonly string[] = [],
): Promise<{ child: ChildProcess; answer: Answer }> {
  const path = join(import.meta.dirname, file);
  const child = fork(path, [], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: ['--import', CACHE, ...execArgv],
  });
  return { child, answer: await asked<Answer>(child, order) };
}

/** Sends an order to a process of this folder and gives the next message from it. */
export function asked<Answer>(child: ChildProcess, order: object): Promise<Answer> {
  return new Promise<Answer>((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`${child.spawnargs.at(-1)} ended with code ${code}`));
    child.once('exit', onExit);
    child.once('message', (m) => {
      child.off('exit', onExit);
      resolve(m as Answer);
    });
    child.send(order);
  });
}

export async function load(order: LoadOrder): Promise<LoadResult> {
  return (await forked<LoadResult>('load.ts', order)).answer;
}
