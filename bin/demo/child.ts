import { type ChildProcess, fork } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LiftgateError } from '../../protocols/error.ts';

/** A part of the demo in a process of its own, as it would run at a dealer's. */
export interface Part {
  readonly name: string;
  readonly pid: number;
  /** Resolves when the process has ended, with the reason in words. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/** A process that has loaded its code and waits for its order. */
export interface Warm<Order, Ready> {
  start(order: Order): Promise<{ part: Part; ready: Ready }>;
  /** Ends it, however far it has come; else a demo that fails to start would wait for it for ever. */
  end(): Promise<void>;
}

/** Loaded before anything else, as `liftgate` itself does. */
const CACHE = pathToFileURL(join(import.meta.dirname, '../cache.ts')).href;

/** Longest time that a part may take to end by itself, in ms. */
const GRACE = 12_000;

/** Starts the process of `bin/demo/{name}.ts`; its words go to `{folder}/{name}.log`. */
export function warmUp<Order extends object, Ready>(name: string, folder: string): Warm<Order, Ready> {
  const log = createWriteStream(join(folder, `${name}.log`), { flags: 'a', mode: 0o600 });
  const child = fork(join(import.meta.dirname, `${name}.ts`), [], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: [...process.execArgv, '--import', CACHE],
  });
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  let lastWords = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    lastWords = bytes.toString().trim().split('\n').at(-1) ?? '';
  });
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) =>
      resolve(signal ? `ended by ${signal}` : `ended with code ${code}: ${lastWords}`),
    );
    child.once('error', (e) => resolve(e.message));
  });
  return {
    end: () => end(child, ended),
    async start(order) {
      child.send(order);
      const ready = await Promise.race([
        new Promise<Ready>((resolve) => {
          // Under `node --watch` the runtime sends messages of its own on the same channel.
          child.on('message', (m: { ready?: Ready }) => {
            if (m.ready !== undefined) resolve(m.ready);
          });
        }),
        ended.then((how) => {
          throw new LiftgateError(
            'internal',
            `the ${name} could not start: ${how} (see ${join(folder, `${name}.log`)})`,
          );
        }),
      ]);
      return { ready, part: { name, pid: child.pid!, ended, stop: () => end(child, ended) } };
    },
  };
}

async function end(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), GRACE);
  await ended;
  clearTimeout(timer);
}

/** The child's half: waits for the order, runs until it is told to end or its parent is gone. */
export function asPart<Order>(start: (order: Order) => Promise<{ ready: object; stop: () => Promise<void> }>): void {
  process.once('message', (order) => {
    start(order as Order).then(
      ({ ready, stop }) => {
        let ending = false;
        const end = () => {
          if (ending) return;
          ending = true;
          stop().then(
            () => process.exit(0),
            () => process.exit(1),
          );
        };
        process.once('SIGTERM', end);
        process.once('disconnect', end);
        // Ctrl-C reaches the whole group; the parent decides the order of ending.
        process.on('SIGINT', () => {});
        process.send?.({ ready });
      },
      (e: unknown) => {
        process.stderr.write(`${e instanceof Error ? e.message : String(e)}\n`);
        process.exit(1);
      },
    );
  });
}
