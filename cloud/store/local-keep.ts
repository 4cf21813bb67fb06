import { setTimeout as sleep } from 'node:timers/promises';
import { LiftgateError } from '../../protocols/error.ts';

/** A server that runs. */
export interface Running {
  /** Resolves when it has ended, whyever. */
  readonly ended: Promise<unknown>;
  /** Ends it, or tidies up after one that has ended by itself. */
  stop(): Promise<void>;
}

const FIRST_MS = 500;
const MOST_MS = 30_000;

/**
 * Keeps a server running: one that ends unasked is started again, with growing pauses while that fails.
 * @param onTrouble is told of each end and of each start that failed
 * @returns what ends it for good
 * @throws what the very first start throws
 */
export async function keepRunning(
  start: () => Promise<Running>,
  onTrouble: (e: unknown) => void,
): Promise<() => Promise<void>> {
  const ending = new AbortController();
  const { signal } = ending;
  const asked = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  let running = await start();

  async function restart(): Promise<void> {
    for (let pause = FIRST_MS; !signal.aborted; pause = Math.min(MOST_MS, 2 * pause)) {
      await sleep(pause, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      try {
        running = await start();
        return;
      } catch (e) {
        onTrouble(e);
      }
    }
  }
  const kept = (async () => {
    while (!signal.aborted) {
      await Promise.race([running.ended, asked]);
      if (!signal.aborted) onTrouble(new LiftgateError('unreachable', 'our PostgreSQL has ended; it is started again'));
      await running.stop();
      await restart();
    }
    // Asked while it started: what has come up since goes, too; twice does no harm.
    await running.stop();
  })();
  return async () => {
    ending.abort();
    await kept;
  };
}
