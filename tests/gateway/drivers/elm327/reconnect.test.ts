import { expect, test } from 'vitest';
import { createElm327 } from '../../../../gateway/drivers/elm327/driver.ts';
import { supervise } from '../../../../gateway/drivers/supervisor.ts';
import type { Reading } from '../../../../protocols/reading.ts';
import { createElm327Simulator } from '../../../../simulators/obd/elm327.ts';
import { createWire } from '../../../tools/wire.ts';
import { car, VIN } from './rig.ts';

const QUICK = { resetMs: 0, searchMs: 0, latencyMs: 0, timeoutMs: 2 } as const;
const config = { kind: 'elm327', id: 'obd-1', port: 'memory', baud: 38_400, interval: 0.1 } as const;

test('a thousand lost lines leave nothing behind, and no sample comes twice', async () => {
  const wire = createWire();
  const vehicle = car();
  vehicle.startEngine();
  const sim = createElm327Simulator({ line: wire.device, vehicle, ...QUICK });
  let now = 0;
  const driver = createElm327(config, { clock: () => ++now, open: () => wire.open() });
  const seen = new Set<string>();
  let doubled = 0;
  let met = 0;
  const timers = () => process.getActiveResourcesInfo().filter((r) => r === 'Timeout').length;
  const cycle = () =>
    driver
      .run((batch) => {
        for (const r of batch) {
          const key = `${r.signal}/${r.part}/${r.at}`;
          if (seen.has(key)) doubled += 1;
          seen.add(key);
        }
        if (batch.some((r) => r.signal === 'obd.vin' && r.value === VIN)) {
          met += 1;
          wire.cut();
        }
        return Promise.resolve();
      }, new AbortController().signal)
      .then(
        () => expect.unreachable('it ended without an error'),
        (e: unknown) => expect(e).toMatchObject({ code: 'unreachable' }),
      );
  for (let i = 0; i < 50; i++) await cycle();
  const before = { timers: timers(), heap: process.memoryUsage().heapUsed };
  for (let i = 0; i < 950; i++) await cycle();
  expect(met).toBe(1_000);
  expect(doubled).toBe(0);
  expect(wire.listeners).toBe(0);
  expect(timers() - before.timers).toBeLessThanOrEqual(2);
  expect((process.memoryUsage().heapUsed - before.heap) / 1_048_576).toBeLessThan(60);
  sim.close();
}, 60_000);

test('an adapter that was away for long is heard within five seconds of its return', async () => {
  const wire = createWire();
  const vehicle = car();
  vehicle.startEngine();
  const sim = createElm327Simulator({ line: wire.device, vehicle, resetMs: 500, searchMs: 1_500, latencyMs: 10 });
  let there = true;
  const open = () => (there ? wire.open() : Promise.reject(new Error('no such port')));
  const driver = createElm327(config, { clock: () => Date.now(), open });
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
  const rpm = () => readings.filter((r) => r.signal === 'obd.rpm').length;
  await expect.poll(rpm, { timeout: 10_000 }).toBeGreaterThan(0);
  there = false;
  wire.cut();
  sim.brownOut();
  await new Promise((resolve) => setTimeout(resolve, 4_000));
  const before = rpm();
  there = true;
  const began = performance.now();
  await expect.poll(rpm, { timeout: 15_000, interval: 20 }).toBeGreaterThan(before);
  expect(performance.now() - began).toBeLessThan(5_000);
  stop.abort();
  expect(await supervision.done).toEqual([]);
  sim.close();
}, 60_000);
