import { describe, expect, test, vi } from 'vitest';
import { Queue } from '../../../../gateway/drivers/mqtt/queue.ts';
import { LiftgateError } from '../../../../protocols/error.ts';
import { type Reading, reading } from '../../../../protocols/reading.ts';

const height = (n: number, device = 's') => reading(device, 'lift.height', n, 1);

describe('the queue before the store', () => {
  test('gathers what comes while the store is busy into one call, in order', async () => {
    const calls: number[][] = [];
    const store = Promise.withResolvers<void>();
    const queue = new Queue(async (readings: readonly Reading[]) => {
      calls.push(readings.map((r) => r.value as number));
      if (calls.length === 1) await store.promise;
    });
    const done: number[] = [];
    queue.add('s', [height(0)], () => done.push(0));
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    for (let i = 1; i <= 50; i++) queue.add('s', [height(i)], () => done.push(i));
    expect(done).toEqual([]);
    store.resolve();
    await vi.waitFor(() => expect(done).toHaveLength(51));
    expect(calls).toEqual([[0], Array.from({ length: 50 }, (_, i) => i + 1)]);
    expect(done).toEqual(Array.from({ length: 51 }, (_, i) => i));
  });

  test('has room for one device while another has used up its own', async () => {
    const queue = new Queue(() => new Promise(() => {}));
    for (let i = 0; i < 2_000; i++) queue.add('loud', [height(i, 'loud')], () => {});
    expect(queue.hasRoom('loud')).toBe(false);
    expect(queue.hasRoom('quiet')).toBe(true);
    queue.close();
  });

  test('offers readings again to a store that is full, and answers only then', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      let tries = 0;
      const queue = new Queue(async () => {
        if (++tries < 4) throw new LiftgateError('full', 'no room');
      });
      const done = vi.fn();
      queue.add('s', [height(1)], done);
      await vi.waitFor(() => expect(tries).toBe(1));
      expect(done).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(3_000);
      expect(tries).toBe(4);
      expect(done).toHaveBeenCalledExactlyOnceWith(null);
    } finally {
      vi.useRealTimers();
    }
  });

  test('does not let one reading that the store refuses take its neighbours with it', async () => {
    const stored: number[] = [];
    const queue = new Queue(async (readings: readonly Reading[]) => {
      if (readings.some((r) => r.value === 13)) throw new LiftgateError('invalid', 'not thirteen');
      stored.push(...readings.map((r) => r.value as number));
    });
    const answers = new Map<number, Error | null>();
    for (const n of [12, 13, 14]) queue.add('s', [height(n)], (error) => answers.set(n, error));
    await vi.waitFor(() => expect(answers.size).toBe(3));
    expect(stored).toEqual([12, 14]);
    expect([answers.get(12), answers.get(14)]).toEqual([null, null]);
    expect(answers.get(13)).toMatchObject({ code: 'invalid' });
  });

  test('answers everything that is left with an error when it closes', async () => {
    const queue = new Queue(async () => {
      throw new LiftgateError('full', 'no room');
    });
    const first = vi.fn();
    const second = vi.fn();
    queue.add('s', [height(1)], first);
    await new Promise((resolve) => setImmediate(resolve));
    queue.add('s', [height(2)], second);
    queue.close();
    await vi.waitFor(() => expect(first).toHaveBeenCalledOnce());
    expect(second).toHaveBeenCalledExactlyOnceWith(expect.any(LiftgateError));
    expect(first).toHaveBeenCalledWith(expect.any(LiftgateError));
  });
});
