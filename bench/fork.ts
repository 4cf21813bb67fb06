import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { LoadOrder, LoadResult } from './load.ts';

/** Forks a file of this folder and gives its first message. */
export async function forked<Answer>(
  file: string,
  order: object,
  execArgv: readonly string[] = [],
): Promise<{ child: ChildProcess; answer: Answer }> {
  const path = join(import.meta.dirname, file);
  const child = fork(path, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [...execArgv] });
  child.send(order);
  const answer = await new Promise<Answer>((resolve, reject) => {
    child.once('message', (m) => resolve(m as Answer));
    child.once('exit', (code) => reject(new Error(`${file} ended with code ${code}`)));
  });
  return { child, answer };
}

export async function load(order: LoadOrder): Promise<LoadResult> {
  return (await forked<LoadResult>('load.ts', order)).answer;
}
