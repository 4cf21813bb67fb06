import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Driver, Emit } from '../../../gateway/drivers/driver.ts';
import { type DeviceInput, type Line, supervise } from '../../../gateway/drivers/supervisor.ts';
import { LiftgateError } from '../../../protocols/error.ts';
import { type Reading, reading } from '../../../protocols/reading.ts';

const WALL = Date.UTC(2026, 3, 1, 8, 0, 0);
let start = 0;
const mono = () => performance.now() - start;
const clock = () => WALL + Math.round(mono());

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] });
  start = performance.now();
});
afterEach(() => {
  vi.useRealTimers();
});

const rpm = (device: string, value = 800) => reading(device, 'obd.rpm', value, clock());
const line = (id: string, run: Driver['run'], more: Partial<Line> = {}): Line => ({
  id,
  kind: 'broker',
  driver: { run },
  feeds: [id],
  ...more,
});
const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

/** Says something every second until aborted. */
const well =
  (id: string): Driver['run'] =>
  async (emit, signal) => {
    while (!signal.aborted) {
      await emit([rpm(id)]);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  };

function watch(
  lines: readonly Line[],
  more: { emit?: Emit; silence?: Record<string, number | null>; random?: number } = {},
) {
  const changes: DeviceInput[] = [];
  const stored: Reading[] = [];
  const stopper = new AbortController();
  const emit: Emit = more.emit ?? (async (readings) => void stored.push(...readings));
  const supervision = supervise(
    {
      lines,
      emit,
      clock,
      mono,
      onDevice: (change) => changes.push(change),
      random: () => more.random ?? 0.5,
      silence: more.silence ?? {},
    },
    stopper.signal,
  );
  const of = (device: string) => changes.filter((c) => c.device === device).map((c) => c.state);
  const stop = async () => {
    stopper.abort();
    await vi.advanceTimersByTimeAsync(12_000);
    return supervision.done;
  };
  return { ...supervision, changes, stored, of, stop };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('the supervisor', () => {
  test('tells a device as connecting, and as online with its first reading, in the words of the engine', async () => {
    const w = watch([line('obd-1', well('obd-1'))]);
    await pass(10);
    expect(w.changes).toEqual([
      {
        kind: 'device',
        at: WALL,
        device: 'obd-1',
        state: 'connecting',
        life: 0,
        lastSeen: null,
        reason: null,
        detail: null,
      },
      {
        kind: 'device',
        at: WALL,
        device: 'obd-1',
        state: 'online',
        life: 1,
        lastSeen: WALL,
        reason: null,
        detail: null,
      },
    ]);
    expect(await w.stop()).toEqual([]);
  });

  test('runs a failed driver again, later and later, and from the start again after 30 s of health', async () => {
    const runs: number[] = [];
    let healthy = false;
    const w = watch([
      line('obd-1', async (emit) => {
        runs.push(mono());
        if (!healthy) throw new LiftgateError('unreachable', 'no answer');
        await emit([rpm('obd-1')]);
        await new Promise((resolve) => setTimeout(resolve, 31_000));
        throw new LiftgateError('unreachable', 'pulled');
      }),
    ]);
    await pass(16_000);
    // Half of 1, 2, 4, 8, 16 s.
    expect(runs.map(Math.round)).toEqual([0, 500, 1_500, 3_500, 7_500, 15_500]);
    healthy = true;
    await pass(16_000);
    expect(runs).toHaveLength(7);
    await pass(31_000 + 500);
    expect(runs).toHaveLength(8);
    expect(Math.round(runs[7]! - runs[6]!)).toBe(31_500);
    await w.stop();
  });

  test('tells a lost line with its reason, as offline after a minute, and as a new life when it is back', async () => {
    let plugged = true;
    const w = watch([
      line('obd-1', async (emit, signal) => {
        if (!plugged) throw new LiftgateError('unreachable', 'no such port');
        await emit([rpm('obd-1')]);
        while (plugged && !signal.aborted) await new Promise((resolve) => setTimeout(resolve, 100));
        if (!signal.aborted) throw new LiftgateError('unreachable', 'the adapter was pulled');
      }),
    ]);
    await pass(2_000);
    plugged = false;
    await pass(70_000);
    plugged = true;
    await pass(61_000);
    expect(w.of('obd-1')).toEqual(['connecting', 'online', 'backoff', 'backoff', 'offline', 'online']);
    const [, , first, second, , last] = w.changes;
    expect(first).toMatchObject({ reason: 'line-lost', detail: 'the adapter was pulled', life: 1 });
    expect(second).toMatchObject({ reason: 'unreachable', detail: 'no such port' });
    expect(last).toMatchObject({ life: 2, reason: null });
    await w.stop();
  });

  test.each([
    ['broker', 60_000, 60_000],
    ['camera', 60_000, 360_000],
  ] as const)('does not knock on a %s that refused before %i ms, and then %i ms', async (kind, first, second) => {
    const runs: number[] = [];
    const run = async () => {
      runs.push(mono());
      throw new LiftgateError('denied', 'wrong password');
    };
    const w = watch([line('x', run, { kind })], { random: 0 });
    await pass(1_000_000);
    expect(runs[1]! - runs[0]!).toBeGreaterThanOrEqual(first);
    expect(runs[2]! - runs[1]!).toBeGreaterThanOrEqual(second);
    expect(w.changes.at(-1)).toMatchObject({ state: 'offline', reason: 'wrong-password' });
    await w.stop();
  });

  test('sees to it that one bad driver never disturbs another', async () => {
    const flood: Driver['run'] = async (emit, signal) => {
      while (!signal.aborted) {
        for (let i = 0; i < 2_000; i++) void emit([rpm('flood', i % 1_000)]);
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    };
    const w = watch([
      line('throws', () => {
        throw new TypeError('undefined is not a function');
      }),
      line('ends', async () => {}),
      line('never-ends', () => new Promise(() => {})),
      line('liar', async (emit) => {
        await emit([rpm('good')]);
      }),
      line('flood', flood),
      line('good', well('good')),
    ]);
    await pass(10_000);
    expect(w.status().find((s) => s.device === 'good')).toMatchObject({ state: 'online', life: 1 });
    expect(w.of('good')).toEqual(['connecting', 'online']);
    expect(w.stored.filter((r) => r.device === 'good')).toHaveLength(11);
    expect(w.status().map((s) => [s.device, s.state, s.reason])).toEqual([
      ['throws', 'backoff', 'unreachable'],
      ['ends', 'backoff', 'internal'],
      ['never-ends', 'connecting', null],
      ['liar', 'backoff', 'not-understood'],
      ['flood', 'online', null],
      ['good', 'online', null],
    ]);
    expect(await w.stop()).toEqual(['never-ends']);
  });

  test('bounds what one line may have waiting for the store, and keeps the others open', async () => {
    const refused: unknown[] = [];
    let stuck = true;
    const stored: Reading[] = [];
    const emit: Emit = async (readings) => {
      if (stuck && readings[0]!.device === 'flood') await new Promise(() => {});
      stored.push(...readings);
    };
    const flood: Driver['run'] = async (say, signal) => {
      const batch = Array.from({ length: 1_000 }, () => rpm('flood'));
      for (let i = 0; i < 100; i++) say(batch).catch((e: unknown) => refused.push(e));
      await untilAborted(signal);
    };
    const w = watch([line('flood', flood), line('good', well('good'))], { emit });
    await pass(5_000);
    expect(refused).toHaveLength(50);
    expect(refused[0]).toMatchObject({ code: 'busy' });
    expect(stored.map((r) => r.device)).toEqual(Array(6).fill('good'));
    stuck = false;
    await w.stop();
  });

  test('lets a driver that does not wait lose its readings when the store fails, but never the process', async () => {
    const emit: Emit = async () => {
      throw new LiftgateError('full', 'no room');
    };
    const w = watch(
      [
        line('obd-1', async (say, signal) => {
          void say([rpm('obd-1')]);
          await untilAborted(signal);
        }),
      ],
      { emit },
    );
    await pass(1_000);
    expect(w.status()[0]).toMatchObject({ state: 'online', readings: 1 });
    await w.stop();
  });

  test('tells silence beyond the limit as stale, and the next word as online', async () => {
    const w = watch(
      [
        line('obd-1', async (emit, signal) => {
          await emit([rpm('obd-1')]);
          await new Promise((resolve) => setTimeout(resolve, 10_000));
          await emit([rpm('obd-1')]);
          await untilAborted(signal);
        }),
      ],
      { silence: { 'obd-1': 5_000 } },
    );
    await pass(11_000);
    expect(w.of('obd-1')).toEqual(['connecting', 'online', 'stale', 'online']);
    expect(w.changes[2]).toMatchObject({ reason: 'silent', lastSeen: WALL });
    await w.stop();
  });

  test('opens a line anew whose device has been mute for very long', async () => {
    let runs = 0;
    const w = watch(
      [
        line('obd-1', async (emit, signal) => {
          runs++;
          await emit([rpm('obd-1')]);
          await untilAborted(signal);
        }),
      ],
      { silence: { 'obd-1': 5_000 } },
    );
    await pass(299_000);
    expect(runs).toBe(1);
    await pass(10_000);
    expect(runs).toBe(2);
    expect(w.of('obd-1').slice(0, 5)).toEqual(['connecting', 'online', 'stale', 'backoff', 'online']);
    await w.stop();
  });

  test('keeps devices of one broker apart: trouble, leaving and coming back of one are its own', async () => {
    let say: Emit = async () => {};
    const health = (device: string, value: string, part: string | null = null) =>
      say([reading(device, 'device.health', value, clock(), { part })]);
    const w = watch([
      line(
        'mqtt',
        async (emit, signal) => {
          say = emit;
          await health('mqtt', 'ok');
          await untilAborted(signal);
        },
        { kind: 'broker', feeds: ['mqtt', 'lift-1', 'lift-2'] },
      ),
    ]);
    await health('lift-1', 'ok');
    await health('lift-2', 'ok');
    await health('lift-1', 'bad-payload', 'lift.height takes a number');
    await say([reading('lift-1', 'lift.height', 5, clock())]);
    expect(w.status()[1]).toMatchObject({
      state: 'degraded',
      reason: 'bad-payload',
      detail: 'lift.height takes a number',
    });
    await health('lift-1', 'ok');
    await health('lift-1', 'offline');
    expect(w.status()[1]).toMatchObject({ state: 'backoff', reason: 'line-lost', life: 1 });
    await pass(61_000);
    await say([reading('lift-1', 'lift.height', 6, clock())]);
    expect(w.of('lift-1')).toEqual(['connecting', 'online', 'degraded', 'online', 'backoff', 'offline', 'online']);
    expect(w.status()[1]).toMatchObject({ state: 'online', life: 2 });
    expect(w.of('lift-2')).toEqual(['connecting', 'online']);
    expect(w.of('mqtt')).toEqual(['connecting', 'online']);
    await w.stop();
  });

  test('counts a trouble that is told again and again as a sign of life, and an adapter without a car as well', async () => {
    const says =
      (id: string, value: string): Driver['run'] =>
      async (emit, signal) => {
        while (!signal.aborted) {
          await emit([reading(id, 'device.health', value, clock())]);
          await new Promise((resolve) => setTimeout(resolve, 3_000));
        }
      };
    const w = watch([line('cam-1', says('cam-1', 'too-dark')), line('obd-1', says('obd-1', 'no-vehicle'))], {
      silence: { 'cam-1': 5_000, 'obd-1': 5_000 },
    });
    await pass(20_000);
    expect(w.of('cam-1')).toEqual(['connecting', 'degraded']);
    expect(w.of('obd-1')).toEqual(['connecting', 'online']);
    await w.stop();
  });

  test('does not take a wrong password for a sign of life', async () => {
    const w = watch([
      line(
        'mqtt',
        async (emit, signal) => {
          await emit([reading('lift-1', 'device.health', 'wrong-password', clock())]);
          await untilAborted(signal);
        },
        { kind: 'broker', feeds: ['mqtt', 'lift-1'] },
      ),
    ]);
    await pass(10);
    expect(w.status()[1]).toMatchObject({ state: 'backoff', reason: 'wrong-password', ageMs: null, life: 0 });
    await pass(61_000);
    expect(w.status()[1]).toMatchObject({ state: 'offline', reason: 'wrong-password' });
    await w.stop();
  });

  test('knows the age of each source and its last words, newest first', async () => {
    const w = watch([
      line('obd-1', async (emit, signal) => {
        for (let i = 1; i <= 7; i++) await emit([rpm('obd-1', i)]);
        await untilAborted(signal);
      }),
      line('quiet', (_emit, signal) => untilAborted(signal)),
    ]);
    await pass(2_500);
    expect(w.ages()).toEqual({ 'obd-1': 2_500, quiet: null });
    const [first] = w.status();
    expect(first).toMatchObject({ ageMs: 2_500, readings: 7, life: 1 });
    expect(first!.last.map((r) => r.value)).toEqual([7, 6, 5, 4, 3]);
    expect(first!.last[0]).toEqual({ at: WALL, signal: 'obd.rpm', value: 7, unit: '1/min' });
    await w.stop();
  });

  test('remembers once what is said again and again, with its newest time', async () => {
    const health = (at: number, value = 'ok') => reading('lift-1', 'device.health', value, at);
    const height = (at: number, value: number) => reading('lift-1', 'lift.height', value, at);
    const w = watch([
      line('lift-1', async (emit, signal) => {
        await emit([health(1), height(2, 0), health(3), height(4, 900), health(5), health(6), health(7), height(8, 0)]);
        await untilAborted(signal);
      }),
    ]);
    await pass(10);
    expect(w.status()[0]!.last.map((r) => [r.at, r.value])).toEqual([
      [8, 0],
      [7, 'ok'],
      [4, 900],
    ]);
    expect(w.status()[0]!.readings).toBe(8);
    await w.stop();
  });

  test('ends at once when all drivers do, and names those that do not within 10 s', async () => {
    const quick = watch([line('a', (_emit, signal) => untilAborted(signal))]);
    await pass(10);
    let ended = false;
    const stopping = quick.stop().then(() => {
      ended = true;
    });
    await pass(0);
    await stopping;
    expect(ended).toBe(true);
    expect(vi.getTimerCount()).toBe(0);

    const slow = watch([line('deaf', () => new Promise(() => {}))]);
    expect(await slow.stop()).toEqual(['deaf']);
  });

  test('takes nothing from a driver whose run is over', async () => {
    let late: Emit = async () => {};
    const w = watch([
      line('obd-1', async (emit) => {
        late = emit;
        throw new Error('gone');
      }),
    ]);
    await pass(10);
    await expect(late([rpm('obd-1')])).rejects.toMatchObject({ code: 'internal' });
    expect(w.stored).toEqual([]);
    await w.stop();
  });
});
