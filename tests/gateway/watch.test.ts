import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { keepRunning, Watch } from '../../gateway/watch.ts';

const log = pino({ enabled: false });

test('a loop that goes round is alive, one that stands still is named', () => {
  let now = 0;
  const watch = new Watch(() => now);
  const beat = watch.loop('the uplink', 1_000);
  watch.loop('the clock', 10_000);
  now = 900;
  beat();
  now = 1_800;
  expect(watch.illness()).toBeNull();
  now = 3_000;
  expect(watch.illness()).toBe('the uplink has not moved for 2 s');
  watch.forget('the uplink');
  expect(watch.illness()).toBeNull();
});

test('a loop that fails or ends by itself is run again', async () => {
  const watch = new Watch(() => 0);
  const stop = new AbortController();
  const run = vi.fn(async (_beat: () => void, signal: AbortSignal) => {
    if (run.mock.calls.length === 1) throw new Error('a bug');
    if (run.mock.calls.length === 2) return;
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  });
  const running = keepRunning({ name: 'x', watch, mostMs: 1_000, log, random: () => 0 }, run, stop.signal);
  await vi.waitFor(() => expect(run).toHaveBeenCalledTimes(3), { timeout: 20_000 });
  stop.abort();
  await running;
  expect(run).toHaveBeenCalledTimes(3);
});

test('a loop that hangs is ended and run again', { timeout: 60_000 }, async () => {
  let now = 0;
  const watch = new Watch(() => now);
  const stop = new AbortController();
  const run = vi.fn(async (_beat: () => void, signal: AbortSignal) => {
    if (run.mock.calls.length > 1)
      return void (await new Promise((r) => signal.addEventListener('abort', r, { once: true })));
    // Deaf to its signal.
    await new Promise(() => {});
  });
  const running = keepRunning({ name: 'x', watch, mostMs: 1_000, log, random: () => 0 }, run, stop.signal);
  now = 2_000;
  await vi.waitFor(() => expect(run).toHaveBeenCalledTimes(2), { timeout: 40_000, interval: 100 });
  stop.abort();
  await running;
});
