import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Order, Outcome } from './vehicle.ts';

/** Runs cars on all cores; outcomes in the order of the orders. */
export async function runFleet(orders: readonly Order[], onDone: (count: number) => void): Promise<Outcome[]> {
  const outcomes: Outcome[] = new Array(orders.length);
  let next = 0;
  let done = 0;
  const one = async () => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url));
    try {
      while (next < orders.length) {
        const index = next++;
        outcomes[index] = await new Promise<Outcome>((resolve, reject) => {
          worker.once('error', reject);
          worker.once('message', (o: Outcome) => {
            worker.off('error', reject);
            resolve(o);
          });
          worker.postMessage(orders[index]);
        });
        onDone(++done);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), orders.length) }, one));
  return outcomes;
}
