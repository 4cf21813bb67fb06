import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { DayOrder, DayTallies } from './run-day.ts';

/**
 * Runs days on all cores.
 * @param onDay called as each is done, in any order
 */
export async function runDays(
  orders: readonly DayOrder[],
  onDay: (index: number, tallies: DayTallies) => void,
  hands = availableParallelism(),
): Promise<void> {
  let next = 0;
  const one = async () => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url));
    try {
      while (next < orders.length) {
        const index = next++;
        const done = new Promise<DayTallies>((resolve, reject) => {
          worker.once('message', resolve);
          worker.once('error', reject);
        });
        worker.postMessage(orders[index]);
        onDay(index, await done);
        worker.removeAllListeners('error');
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(hands, orders.length) }, one));
}
