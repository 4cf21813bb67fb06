import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { Stalls } from '../../gateway/stall.ts';

test('a process that stood still is told, once, with how long it was', async () => {
  const warn = vi.fn();
  const stalls = new Stalls(() => 7, { warn });
  try {
    await sleep(100);
    // Nothing else can run meanwhile.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500);
    await sleep(100);
    const { count, longestMs, lastAt } = stalls.numbers();
    expect({ count, lastAt }).toEqual({ count: 1, lastAt: 7 });
    expect(longestMs).toBeGreaterThan(1_000);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(stalls.numbers().count).toBe(1);
  } finally {
    stalls.stop();
  }
});
