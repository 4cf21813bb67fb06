import { expect, test } from 'vitest';
import { createVehicle, type VehicleFault, type VehicleOptions } from '../../../simulators/obd/vehicle.ts';

function driven(faults: readonly VehicleFault[] = [], more: Partial<VehicleOptions> = {}) {
  let now = 0;
  const vehicle = createVehicle({ vin: '1D4GP00R55B123456', faults, clock: () => now, ...more });
  return { vehicle, wait: (seconds: number) => (now += seconds * 1000) };
}

test('a start goes from rest over the starter to a running engine', () => {
  const { vehicle, wait } = driven();
  expect(vehicle.now()).toMatchObject({ state: 'off', rpm: 0 });
  expect(vehicle.now().voltage).toBeCloseTo(12.6, 1);
  vehicle.startEngine();
  wait(0.2);
  expect(vehicle.now().state).toBe('cranking');
  expect(vehicle.now().voltage).toBeLessThan(10.6);
  wait(2);
  expect(vehicle.now()).toMatchObject({ state: 'running' });
  expect(vehicle.now().rpm).toBeGreaterThan(600);
  expect(vehicle.now().voltage).toBeGreaterThan(13.5);
});

test('a good engine is warm after ten minutes, one whose thermostat stands open never', () => {
  for (const [faults, least, most] of [
    [[], 80, 92],
    [['thermostat-open'], 50, 70],
  ] as const) {
    const { vehicle, wait } = driven(faults);
    vehicle.startEngine();
    wait(2);
    vehicle.drive(50);
    wait(600);
    expect(vehicle.now().coolant).toBeGreaterThan(least);
    expect(vehicle.now().coolant).toBeLessThan(most);
    expect(vehicle.now().speed).toBe(50);
  }
});

test('a weak battery shows in the starter, a vacuum leak in the trims at idle', () => {
  const weak = driven(['weak-battery']);
  weak.vehicle.startEngine();
  weak.wait(0.2);
  expect(weak.vehicle.now().voltage).toBeLessThan(9);
  const leak = driven(['vacuum-leak']);
  leak.vehicle.startEngine();
  leak.wait(10);
  const idle = leak.vehicle.now().longTrim;
  leak.vehicle.drive(90);
  leak.wait(10);
  expect(idle).toBeGreaterThan(15);
  expect(leak.vehicle.now().longTrim).toBeLessThan(8);
});

test('it answers only while the ignition is on, and several parameters at once on CAN', () => {
  const { vehicle } = driven();
  expect(vehicle.answer([0x01, 0x0c])).toEqual([]);
  vehicle.ignition(true);
  expect(vehicle.answer([0x01, 0x0c, 0x0d])).toEqual([
    { ecu: 0, messages: [[0x41, 0x0c, 0, 0, 0x0d, 0]] },
    { ecu: 1, messages: [[0x41, 0x0d, 0]] },
  ]);
  expect(vehicle.answer([0x0b])).toEqual([]);
});

test('the same seed gives the same values', () => {
  const values = (seed: number) => {
    let now = 0;
    const vehicle = createVehicle({ vin: '1D4GP00R55B123456', seed, clock: () => now });
    vehicle.startEngine();
    return Array.from({ length: 20 }, () => {
      now += 500;
      return vehicle.now().rpm;
    });
  };
  expect(values(3)).toEqual(values(3));
  expect(values(3)).not.toEqual(values(4));
});

/** What service 06 answers to one monitor: nine bytes for each result (SAE J1979). */
function results(vehicle: ReturnType<typeof createVehicle>, mid: number) {
  const [service, ...bytes] = vehicle.answer([0x06, mid])[0]?.messages[0] ?? [];
  if (service !== 0x46) return [];
  const word = (i: number) => bytes[i]! * 256 + bytes[i + 1]!;
  return Array.from({ length: bytes.length / 9 }, (_, n) => {
    const at = n * 9;
    return { mid: bytes[at], tid: bytes[at + 1], value: word(at + 3), min: word(at + 5), max: word(at + 7) };
  });
}

test('its bitmaps lead to every monitor, from the oxygen sensors to the cylinders', () => {
  const { vehicle } = driven();
  vehicle.ignition(true);
  const listed: number[] = [];
  for (let base = 0; ; base += 0x20) {
    const [message] = vehicle.answer([0x06, base])[0]!.messages;
    const bits = message!.slice(2).reduce((all, b) => all * 256 + b, 0);
    for (let bit = 0; bit < 32; bit++) if ((bits / 2 ** (31 - bit)) & 1) listed.push(base + bit + 1);
    if (!listed.includes(base + 0x20)) break;
  }
  const monitors = listed.filter((n) => n % 0x20 !== 0);
  expect(monitors).toEqual([0x01, 0x02, 0x21, 0x41, 0x42, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5]);
  for (const mid of monitors) expect(results(vehicle, mid).map((r) => r.mid)).toContain(mid);
});

test('a fault is near its limit and a good part far from it', () => {
  for (const [fault, powertrain, mid, tid] of [
    ['aged-catalyst', 'petrol', 0x21, 0x80],
    ['lazy-sensor', 'petrol', 0x01, 0x05],
    ['loaded-filter', 'diesel', 0xb2, 0x85],
  ] as const) {
    const shares = [[], [fault]].map((faults) => {
      const { vehicle } = driven(faults, { powertrain });
      vehicle.ignition(true);
      const { value, max } = results(vehicle, mid).find((r) => r.tid === tid)!;
      return value / max;
    });
    expect(shares[0]).toBeLessThan(0.5);
    expect(shares[1]).toBeGreaterThan(0.9);
    expect(shares[1]).toBeLessThanOrEqual(1);
  }
});

test('misfires are counted by cylinder in the cycle that goes on, and stay after it', () => {
  const { vehicle, wait } = driven(['misfire']);
  vehicle.startEngine();
  wait(2);
  const counts = () => [0xa2, 0xa3, 0xa4, 0xa5].map((mid) => results(vehicle, mid).find((r) => r.tid === 0x0c)!.value);
  expect(Math.max(...counts())).toBeLessThan(2);
  wait(600);
  const [one, two, three, four] = counts();
  expect(three).toBeGreaterThan(40);
  expect(Math.max(one!, two!, four!)).toBeLessThan(6);
  const before = counts();
  vehicle.ignition(true);
  expect(counts()).toEqual(before);
});

test('after a clear its monitors have not run: zeros, and readiness says so', () => {
  const { vehicle } = driven();
  vehicle.ignition(true);
  expect(vehicle.answer([0x01, 0x01])[0]!.messages[0]!.at(-1)).toBe(0);
  vehicle.answer([0x04]);
  expect(results(vehicle, 0x21)).toEqual([{ mid: 0x21, tid: 0x80, value: 0, min: 0, max: 0 }]);
  expect(vehicle.answer([0x01, 0x01])[0]!.messages[0]!.at(-1)).toBeGreaterThan(0);
  expect(vehicle.answer([0x01, 0x31])[0]!.messages[0]).toEqual([0x41, 0x31, 0, 0]);
});

test('a diesel tells of its filter, a hybrid of its pack, and each of nothing else', () => {
  const diesel = driven([], { powertrain: 'diesel' }).vehicle;
  const hybrid = driven([], { powertrain: 'hybrid' }).vehicle;
  for (const v of [diesel, hybrid]) v.ignition(true);
  const tells = (v: typeof diesel, pid: number) => v.answer([0x01, pid]).length > 0;
  expect([0x7a, 0x7c, 0x8b, 0x9a, 0x06].map((pid) => tells(diesel, pid))).toEqual([true, true, true, false, false]);
  expect([0x5b, 0x9a, 0xb2, 0x06, 0x7a].map((pid) => tells(hybrid, pid))).toEqual([true, true, true, true, false]);
});
