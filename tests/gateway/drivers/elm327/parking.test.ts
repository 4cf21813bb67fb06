import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createElm327 } from '../../../../gateway/drivers/elm327/driver.ts';
import type { Reading } from '../../../../protocols/reading.ts';
import { createElm327Simulator } from '../../../../simulators/obd/elm327.ts';
import { createVehicle, type VehicleFault } from '../../../../simulators/obd/vehicle.ts';
import { createWire } from '../../../tools/wire.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A driver on a car, both on a clock that is moved by hand. */
function parked(faults: readonly VehicleFault[] = [], lacks: readonly string[] = []) {
  const wire = createWire();
  const vehicle = createVehicle({ vin: 'LSVAU2A35N2183546', clock: () => Date.now(), crankMs: 700, faults });
  const sim = createElm327Simulator({ line: wire.device, vehicle, lacks, resetMs: 500, searchMs: 1_500 });
  const driver = createElm327(
    { kind: 'elm327', id: 'obd-1', port: 'memory', baud: 38_400, interval: 1 },
    { clock: () => Date.now(), open: () => wire.open() },
  );
  const readings: Reading[] = [];
  const stop = new AbortController();
  const run = driver.run((batch) => Promise.resolve(void readings.push(...batch)), stop.signal);
  /** Requests to the car among what the adapter was told since `from`. */
  const requests = (from: number) => sim.heard.slice(from).filter((h) => /^(0|22)[0-9A-F]+$/.test(h));
  const end = async () => {
    stop.abort();
    await vi.advanceTimersByTimeAsync(1_000);
    await run;
    sim.close();
  };
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
  const rpm = () => readings.filter((r) => r.signal === 'obd.rpm').length;
  return { vehicle, sim, readings, requests, end, pass, rpm };
}

test('polling ends within a minute of the engine; the adapter sleeps, and the ignition wakes it within 5 s', async () => {
  const p = parked();
  p.vehicle.startEngine();
  await p.pass(10_000);
  expect(p.rpm()).toBeGreaterThan(3);
  p.vehicle.ignition(false);
  p.vehicle.ignition(true);
  await p.pass(60_000);
  const then = p.sim.heard.length;
  await p.pass(120_000);
  expect(p.requests(then)).toEqual([]);
  await p.pass(300_000);
  expect(p.sim.heard).toContain('ATLP');
  const asleep = p.sim.heard.length;
  await p.pass(60_000);
  expect(p.requests(asleep)).toEqual([]);
  const before = p.rpm();
  p.vehicle.startEngine();
  await p.pass(700 + 5_000);
  expect(p.rpm()).toBeGreaterThan(before);
  expect(p.sim.asleep).toBe(false);
  await p.end();
});

test('a weak battery is named once and then left alone; the source stays alive by its voltage', async () => {
  const p = parked(['weak-battery']);
  p.vehicle.ignition(true);
  await p.pass(8_000);
  expect(p.readings.some((r) => r.signal === 'obd.vin')).toBe(true);
  const named = p.sim.heard.length;
  await p.pass(180_000);
  expect(p.requests(named)).toEqual([]);
  expect(p.sim.heard).toContain('ATLP');
  const gaps = p.readings.slice(1).map((r, i) => r.at - p.readings[i]!.at);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(5_000);
  await p.end();
});

test('an adapter that cannot sleep is asked for its voltage alone', async () => {
  const p = parked([], ['LP']);
  p.vehicle.startEngine();
  await p.pass(5_000);
  p.vehicle.stopEngine();
  await p.pass(420_000);
  const then = p.sim.heard.length;
  await p.pass(60_000);
  expect(new Set(p.sim.heard.slice(then))).toEqual(new Set(['ATRV']));
  expect(p.sim.heard.length - then).toBeLessThan(100);
  await p.end();
});

test('an engine start out of rest is summed up in its lowest voltage', async () => {
  const p = parked(['weak-battery']);
  p.vehicle.ignition(true);
  await p.pass(30_000);
  p.vehicle.startEngine();
  await p.pass(8_000);
  const lowest = p.readings.find((r) => r.signal === 'obd.crank-voltage');
  expect(lowest?.value).toBeGreaterThan(8.4);
  expect(lowest?.value).toBeLessThan(10);
  await p.end();
});
