import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createElm327 } from '../../../../gateway/drivers/elm327/driver.ts';
import type { Reading } from '../../../../protocols/reading.ts';
import { createElm327Simulator, type Elm327Options } from '../../../../simulators/obd/elm327.ts';
import { createVehicle, type VehicleFault } from '../../../../simulators/obd/vehicle.ts';
import { createWire } from '../../../tools/wire.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** An STN chip that was told to wake when the voltage changes. */
const WAKING = { personality: 'stn1110', wakesItself: true } as const;

/** A driver on a car, both on a clock that is moved by hand. */
function parked(
  faults: readonly VehicleFault[] = [],
  lacks: readonly string[] = [],
  more: Partial<Elm327Options> & { port?: string } = {},
) {
  const { port = 'memory', ...adapter } = more;
  const wire = createWire();
  const vehicle = createVehicle({ vin: 'LSVAU2A35N2183546', clock: () => Date.now(), crankMs: 700, faults });
  const sim = createElm327Simulator({ line: wire.device, vehicle, lacks, resetMs: 500, searchMs: 1_500, ...adapter });
  const driver = createElm327(
    { kind: 'elm327', id: 'obd-1', port, baud: 38_400, interval: 1 },
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

const RESTING: readonly (readonly [string, Partial<Elm327Options> & { port?: string }])[] = [
  ['whose adapter has no voltmeter', { lacks: ['RV', 'LP'] }],
  ['whose adapter always measures the same', { volts: 12.4 }],
  ['whose battery a charger seems to hold up', { volts: 14.7 }],
  ['on Wi-Fi', { port: 'tcp://192.168.0.10:35000' }],
  ['on Wi-Fi, with an adapter that wakes itself', { port: 'tcp://192.168.0.10:35000', ...WAKING }],
  ['on Bluetooth, without a voltmeter', { port: '/dev/rfcomm0', lacks: ['RV', 'LP'] }],
  ['with an adapter that needs a tenth of a second for everything', { latencyMs: 100 }],
];

test.each(RESTING)(
  'a car %s is back within 5 s of its ignition, after minutes and after an hour',
  async (_, { lacks = [], ...more }) => {
    const p = parked([], lacks, more);
    p.vehicle.startEngine();
    await p.pass(30_000);
    for (const minutes of [2, 60]) {
      p.vehicle.ignition(false);
      await p.pass(minutes * 60_000);
      const before = p.rpm();
      p.vehicle.ignition(true);
      await p.pass(5_000);
      expect(p.rpm()).toBeGreaterThan(before);
    }
    await p.end();
  },
);

test('an engine that stands with its ignition on is not polled, though no voltmeter tells; its start is seen', async () => {
  const p = parked([], ['RV']);
  p.vehicle.startEngine();
  await p.pass(10_000);
  p.vehicle.stopEngine();
  p.vehicle.ignition(true);
  await p.pass(60_000);
  const [then, before] = [p.sim.heard.length, p.rpm()];
  await p.pass(60_000);
  expect(p.rpm()).toBe(before);
  // The question whether anyone is there, and how fast the engine turns.
  expect(p.requests(then).length).toBeLessThanOrEqual(45);
  p.vehicle.startEngine();
  await p.pass(5_700);
  expect(p.rpm()).toBeGreaterThan(before);
  await p.end();
});

test('a radio is put to sleep only with an adapter that wakes itself', async () => {
  for (const [more, sleeps] of [
    [{}, false],
    [WAKING, true],
  ] as const) {
    const p = parked([], [], { port: 'tcp://192.168.0.10:35000', ...more });
    p.vehicle.startEngine();
    await p.pass(10_000);
    p.vehicle.stopEngine();
    await p.pass(600_000);
    expect(p.sim.heard.some((h) => h === 'ATLP' || h === 'STSLEEP')).toBe(sleeps);
    await p.end();
  }
});

test('an adapter that wakes itself sees the lowest voltage of a start out of its sleep', async () => {
  const p = parked(['weak-battery'], [], WAKING);
  p.vehicle.startEngine();
  await p.pass(10_000);
  p.vehicle.stopEngine();
  await p.pass(700_000);
  // It is awake now and then, for a look at its voltmeter.
  while (!p.sim.asleep) await p.pass(50);
  p.vehicle.startEngine();
  await p.pass(8_000);
  const lowest = p.readings.findLast((r) => r.signal === 'obd.crank-voltage');
  expect(lowest?.value).toBeLessThan(10);
  await p.end();
});
