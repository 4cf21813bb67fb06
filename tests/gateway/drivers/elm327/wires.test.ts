import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createElm327 } from '../../../../gateway/drivers/elm327/driver.ts';
import { openSession } from '../../../../gateway/drivers/elm327/session.ts';
import { supervise } from '../../../../gateway/drivers/supervisor.ts';
import type { Reading } from '../../../../protocols/reading.ts';
import { createElm327Simulator, type Elm327Simulator } from '../../../../simulators/obd/elm327.ts';
import { openPty } from '../../../../simulators/pty.ts';
import { openTcpLine } from '../../../../simulators/tcp-line.ts';
import { car, VIN } from './rig.ts';

/** Real pseudo-terminals and real sockets: what only the system itself can get wrong. */
const QUICK = { resetMs: 0, searchMs: 0, latencyMs: 0, timeoutMs: 2 } as const;
const CYCLES = 1_000;
const never = new AbortController().signal;
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

describe('an adapter on a real pseudo-terminal', () => {
  test.each([38_400, 9_600, 230_400, 115_200, 57_600, 19_200])(
    'at %i bit/s is found',
    async (baud) => {
      const line = openPty();
      const vehicle = car();
      vehicle.ignition(true);
      const sim = createElm327Simulator({ line, vehicle, ...QUICK, baud, baudOf: () => line.speed() });
      ends.push(() => line.close(), sim.close);
      const opened = await openSession({ port: line.path, baud: 38_400, signal: never });
      if (!('session' in opened)) throw new Error(opened.failure.heard);
      expect(opened.session.adapter.facts?.baud).toBe(baud);
      await opened.session.close();
    },
    30_000,
  );

  test('at a rate that is not in the list is not found, and the rates that were tried are named', async () => {
    const line = openPty();
    const sim = createElm327Simulator({ line, vehicle: car(), ...QUICK, baud: 4_800, baudOf: () => line.speed() });
    ends.push(() => line.close(), sim.close);
    const opened = await openSession({ port: line.path, baud: 38_400, signal: never });
    expect(opened).toMatchObject({
      failure: { step: 'find the adapter', heard: expect.stringMatching(/noise .*9600.*19200 bit\/s/) },
    });
  }, 60_000);
});

test.each(['pty', 'tcp'] as const)(
  '%s: a thousand connections leave nothing behind, no sample comes twice',
  async (wire) => {
    const line = wire === 'tcp' ? await openTcpLine() : openPty();
    const vehicle = car();
    vehicle.startEngine();
    const sim = createElm327Simulator({ line, vehicle, ...QUICK });
    ends.push(() => line.close(), sim.close);
    let at = 0;
    const driver = createElm327(
      { kind: 'elm327', id: 'obd-1', port: line.path, baud: 38_400, interval: 0.1 },
      { clock: () => ++at },
    );
    const seen = new Set<string>();
    let [doubled, met] = [0, 0];
    const cycle = async () => {
      const stop = new AbortController();
      const run = driver.run((batch) => {
        for (const r of batch) {
          const key = `${r.signal}/${r.part}/${r.at}`;
          if (seen.has(key)) doubled += 1;
          seen.add(key);
        }
        if (batch.some((r) => r.signal === 'obd.vin' && r.value === VIN)) {
          met += 1;
          if ('cut' in line) line.cut();
          else stop.abort();
        }
        return Promise.resolve();
      }, stop.signal);
      if (wire === 'tcp') await expect(run).rejects.toMatchObject({ code: 'unreachable' });
      else await run;
      seen.clear();
    };
    const held = () => ({
      files: readdirSync('/proc/self/fd').length,
      timers: process.getActiveResourcesInfo().filter((r) => r === 'Timeout').length,
      heapMb: process.memoryUsage().heapUsed / 1_048_576,
    });
    for (let i = 0; i < 50; i++) await cycle();
    const before = held();
    for (let i = 50; i < CYCLES; i++) await cycle();
    const after = held();
    expect([met, doubled]).toEqual([CYCLES, 0]);
    expect(after.files - before.files).toBeLessThanOrEqual(5);
    expect(after.timers - before.timers).toBeLessThanOrEqual(5);
    expect(after.heapMb - before.heapMb).toBeLessThan(60);
  },
  240_000,
);

describe('back within five seconds', () => {
  /** A supervised driver on a port whose adapter comes, goes and comes again. */
  function watched(port: string) {
    const config = { kind: 'elm327', id: 'obd-1', port, baud: 38_400, interval: 0.1 } as const;
    const driver = createElm327(config, { clock: () => Date.now() });
    const readings: Reading[] = [];
    const stop = new AbortController();
    const supervision = supervise(
      {
        lines: [{ id: 'obd-1', kind: 'elm327', driver, feeds: ['obd-1'] }],
        emit: (batch) => Promise.resolve(void readings.push(...batch)),
        onDevice: () => {},
        clock: () => Date.now(),
        mono: () => performance.now(),
        silence: {},
        random: () => 0.999,
      },
      stop.signal,
    );
    ends.push(async () => {
      stop.abort();
      await supervision.done;
    });
    const speeds = () => readings.filter((r) => r.signal === 'obd.rpm').length;
    const more = async () => {
      const known = speeds();
      const began = performance.now();
      await expect.poll(speeds, { timeout: 20_000, interval: 20 }).toBeGreaterThan(known);
      return performance.now() - began;
    };
    return { readings, more };
  }

  const USUAL = { resetMs: 500, searchMs: 1_500, latencyMs: 10, timeoutMs: 200 } as const;
  const pauseMs = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  test('of a USB plug that was pulled and put back', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'usb-'));
    const port = join(folder, 'adapter');
    const vehicle = car();
    vehicle.startEngine();
    let sim: Elm327Simulator | null = null;
    const plug = () => {
      const line = openPty();
      rmSync(port, { force: true });
      symlinkSync(line.path, port);
      sim = createElm327Simulator({ line, vehicle, ...USUAL });
      return line;
    };
    const first = plug();
    const { more } = watched(port);
    await more();
    await first.close();
    rmSync(port);
    await pauseMs(3_000);
    const second = plug();
    ends.unshift(
      () => second.close(),
      () => sim?.close(),
      () => rmSync(folder, { recursive: true }),
    );
    expect(await more()).toBeLessThan(5_000);
  }, 60_000);

  test('of a Wi-Fi connection that was killed', async () => {
    const line = await openTcpLine();
    const vehicle = car();
    vehicle.startEngine();
    const sim = createElm327Simulator({ line, vehicle, ...USUAL });
    ends.push(() => line.close(), sim.close);
    const { more } = watched(line.path);
    await more();
    for (let i = 0; i < 3; i++) {
      line.cut();
      expect(await more()).toBeLessThan(5_000);
    }
  }, 60_000);

  test('of an adapter that was reset under us, in the middle of anything', async () => {
    const line = openPty();
    const vehicle = car();
    vehicle.startEngine();
    const sim = createElm327Simulator({ line, vehicle, ...USUAL });
    ends.push(() => line.close(), sim.close);
    const { more, readings } = watched(line.path);
    await more();
    for (const after of [0, 37, 90, 333]) {
      await pauseMs(after);
      sim.brownOut();
      expect(await more()).toBeLessThan(5_000);
    }
    expect(readings.every((r) => r.vin === null || r.vin === VIN)).toBe(true);
  }, 60_000);
});
