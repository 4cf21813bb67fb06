import { connect } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { DeviceConfig } from '../../../config/schema/devices.ts';
import { createDrivers } from '../../../gateway/drivers/index.ts';
import { supervise } from '../../../gateway/drivers/supervisor.ts';
import type { Reading } from '../../../protocols/reading.ts';
import { createSensorSimulator } from '../../../simulators/sensor.ts';
import { createWicanSimulator } from '../../../simulators/wican.ts';
import { eventually, PASSWORD } from './mqtt/rig.ts';

const deps = { clock: Date.now, onStranger: () => {} };
const devices = [
  { kind: 'elm327', id: 'obd-1', port: 'tcp://127.0.0.1:1' },
  { kind: 'scanner', id: 'scan-1', port: 'tcp://127.0.0.1:1' },
  {
    kind: 'camera',
    id: 'cam-1',
    url: 'http://127.0.0.1:1/onvif',
    user: 'u',
    password: 'p',
    rules: [{ rule: 'r', bay: '1' }],
  },
  { kind: 'sensor', id: 'lift-1', signals: ['lift.height'], password: PASSWORD },
  { kind: 'wican', id: 'dongle-1', password: PASSWORD },
].map((d) => DeviceConfig.parse(d));

describe('the table of kinds', () => {
  test('makes one line per device with a line of its own, and one for all MQTT devices', () => {
    const lines = createDrivers({ devices, mqtt: { mode: 'embedded', host: '127.0.0.1', port: 0 } }, deps);
    expect(lines.map(({ id, kind, feeds }) => [id, kind, feeds])).toEqual([
      ['obd-1', 'elm327', ['obd-1']],
      ['scan-1', 'scanner', ['scan-1']],
      ['cam-1', 'camera', ['cam-1']],
      ['mqtt', 'broker', ['mqtt', 'lift-1', 'dongle-1']],
    ]);
  });

  test('opens a broker unasked only where there is an MQTT device', () => {
    expect(createDrivers({ devices: devices.slice(0, 3) }, deps).map((l) => l.id)).not.toContain('mqtt');
    expect(createDrivers({ devices: devices.slice(3) }, deps).map((l) => l.id)).toEqual(['mqtt']);
  });

  test('refuses a device that takes the id of the broker', () => {
    const taken = devices.map((d) => (d.id === 'lift-1' ? { ...d, id: 'mqtt' } : d));
    expect(() => createDrivers({ devices: taken }, deps)).toThrow(/choose another/);
  });
});

test('devices that are there are read while those that are not are tried again, and all of it ends together', async () => {
  const readings: Reading[] = [];
  const listening = Promise.withResolvers<number>();
  const stopper = new AbortController();
  const { done, status } = supervise(
    {
      lines: createDrivers(
        { devices, mqtt: { mode: 'embedded', host: '127.0.0.1', port: 0 } },
        { ...deps, onListening: listening.resolve },
      ),
      emit: async (batch) => void readings.push(...batch),
      clock: Date.now,
      mono: () => performance.now(),
      random: Math.random,
      silence: {},
      onDevice: vi.fn(),
    },
    stopper.signal,
  );
  const port = await listening.promise;
  const url = `mqtt://127.0.0.1:${port}`;
  const sensor = createSensorSimulator({ url, device: 'lift-1', password: PASSWORD });
  const dongle = createWicanSimulator({ url, device: 'dongle-1', password: PASSWORD });
  const VIN = 'LSVAA4182E2123456';
  await sensor.publish('lift.height', 1_850);
  await sensor.publish('lift.height', 1.2, { unit: 'm', at: Date.now() });
  await dongle.publish({ '0C-EngineRPM': 800, VIN });
  await dongle.frames([{ id: 0x7e8, data: [0x03, 0x41, 0x05, 0x7b] }]);
  const weeks = Array.from({ length: 450 }, (_, i) => ({
    signal: 'obd.crank-voltage' as const,
    value: 10 - i / 1_000,
    at: Date.now() - (500 - i) * 3_600_000,
  }));
  await dongle.backlog(VIN, weeks);

  const of = (signal: string) => readings.filter((r) => r.signal === signal);
  expect(of('lift.height').map((r) => r.value)).toEqual([1_850, 1_200]);
  expect(of('obd.rpm')).toMatchObject([{ device: 'dongle-1', value: 800, vin: VIN }]);
  expect(of('obd.coolant')).toMatchObject([{ device: 'dongle-1', value: 83, part: '7E8' }]);
  const kept = of('obd.crank-voltage');
  expect(kept.map((r) => r.at)).toEqual(weeks.map((r) => r.at));
  expect(kept.every((r) => r.late && r.vin === VIN)).toBe(true);

  const stateOf = (id: string) => status().find((s) => s.device === id);
  expect([stateOf('mqtt'), stateOf('lift-1'), stateOf('dongle-1')]).toMatchObject([
    { state: 'online', life: 1 },
    { state: 'online', life: 1 },
    { state: 'online', life: 1 },
  ]);
  await eventually(() => {
    for (const id of ['obd-1', 'scan-1', 'cam-1']) expect(stateOf(id)?.state).toBe('backoff');
  });

  sensor.cut();
  await eventually(() => expect(stateOf('lift-1')).toMatchObject({ state: 'online', life: 2 }));
  await sensor.close();
  await eventually(() => expect(stateOf('lift-1')).toMatchObject({ state: 'backoff', reason: 'line-lost' }));
  expect(stateOf('dongle-1')).toMatchObject({ state: 'online', life: 1 });

  stopper.abort();
  expect(await done).toEqual([]);
  await dongle.close();
  const probe = connect(port, '127.0.0.1');
  await new Promise((resolve) => probe.once('error', resolve));
});
