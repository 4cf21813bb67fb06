import { expect, test } from 'vitest';
import { createVehicle, type VehicleFault } from '../../../simulators/obd/vehicle.ts';

function driven(faults: readonly VehicleFault[] = []) {
  let now = 0;
  const vehicle = createVehicle({ vin: '1D4GP00R55B123456', faults, clock: () => now });
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
