import { afterEach, expect, test } from 'vitest';
import type { Reading } from '../../../../protocols/reading.ts';
import { valueFault } from '../../../../protocols/reading.ts';
import { openTcpLine } from '../../../../simulators/tcp-line.ts';
import { car, type Rig, rig } from './rig.ts';

let open: Rig | null = null;
const start = (...args: Parameters<typeof rig>): Rig => {
  open = rig(...args);
  return open;
};
afterEach(async () => {
  await open?.stop();
  open = null;
});

/** A warm car with a running engine. */
function warm(...args: Parameters<typeof car>) {
  const vehicle = car({ coolant: 88, ...args[0] });
  vehicle.startEngine();
  return vehicle;
}

const tested = (readings: readonly Reading[]) => [
  ...new Set(readings.filter((r) => r.signal === 'obd.test-max').map((r) => r.part)),
];
const misfires = (r: Rig) => r.heard((x) => x.signal === 'obd.misfires' && x.part === '4');

/** So many rounds of live values. */
const rounds = (r: Rig, n: number) => r.heard(() => r.readings.filter((y) => y.signal === 'obd.rpm').length >= n);

test.each(['pty', 'tcp'])('tests, misfires and permanent codes of a warm car come over %s', async (wire) => {
  const vehicle = warm();
  vehicle.setCodes(['P0420'], [], ['P0301']);
  const r = start(vehicle, wire === 'tcp' ? { line: await openTcpLine() } : {});
  await r.heard((x) => x.signal === 'obd.test-max' && x.part === '42/81');
  await misfires(r);
  // Catalyst first, then sensors, then their heaters; a constant (01/01) is no test.
  expect(tested(r.readings)).toEqual(['21/80', '01/05', '01/06', '02/08', '41/81', '42/81']);
  const of = (signal: string, part: string) => r.readings.find((x) => x.signal === signal && x.part === part)?.value;
  // 1/256 to the step.
  expect(of('obd.test-max', '21/80')).toBe(0.75);
  expect(of('obd.test-value', '21/80')).toBeCloseTo(0.16, 1);
  expect(of('obd.codes.permanent', '7E8')).toEqual(['P0301']);
  expect(of('obd.distance-with-lamp', '7E8')).toBe(120);
  expect(r.readings.find((x) => x.signal === 'obd.monitors-incomplete')).toMatchObject({ value: 0, part: null });
  expect(r.readings.find((x) => x.signal === 'obd.closed-loop')).toMatchObject({ value: true, part: '7E8' });
  expect(r.readings.filter((x) => valueFault(x.signal, x.value) !== null)).toEqual([]);
});

test('a car of J1979-2 tells the same by identifiers', async () => {
  const r = start(warm({ dialect: 'j1979-2' }));
  await misfires(r);
  await r.heard((x) => x.signal === 'obd.test-max' && x.part === '21/80');
  expect(r.sim.heard).toContain('22F621');
});

test('a diesel tells of its filter, a hybrid of its pack', async () => {
  const r = start(warm({ powertrain: 'diesel' }));
  await r.heard((x) => x.signal === 'obd.test-max' && x.part === 'B2/85');
  const signals = () => new Set(r.readings.map((x) => x.signal));
  for (const signal of ['obd.dpf-pressure', 'obd.dpf-trigger', 'obd.dpf-regeneration-distance'] as const)
    expect(signals()).toContain(signal);
  await r.stop();
  const h = start(warm({ powertrain: 'hybrid' }));
  await h.heard((x) => x.signal === 'obd.pack-current');
  await h.heard((x) => x.signal === 'obd.pack-health');
  await h.heard((x) => x.signal === 'obd.pack-charge');
});

test('on the older buses service 05 has the sensors, and service 06 is not asked', async () => {
  const r = start(warm({ bus: 'kwp' }));
  const value = await r.heard((x) => x.signal === 'obd.test-value' && x.part === '01/06');
  // 55 ms in steps of four.
  expect(value.value).toBeCloseTo(0.056, 2);
  expect(r.sim.heard.some((h) => h.startsWith('06'))).toBe(false);
});

test('a car that refuses is read as before, and asked no more', async () => {
  const r = start(warm({ refuses: { '0600': 0x11 } }));
  await rounds(r, 30);
  expect(r.sim.heard.filter((h) => h.startsWith('06'))).toEqual(['0600']);
  expect(r.readings.some((x) => x.signal === 'obd.misfires' || x.signal === 'obd.test-value')).toBe(false);
  expect(r.readings.some((x) => x.value === 'no-vehicle')).toBe(false);
});

test('a cold engine is left alone until it is warm; what it is asked once it is asked once', async () => {
  const r = start(warm({ coolant: 20, powertrain: 'diesel' }));
  await r.heard((x) => x.signal === 'obd.misfires');
  await rounds(r, 20);
  expect(r.sim.heard.filter((h) => h.startsWith('06B2'))).toEqual([]);
  await r.stop();
  const w = start(warm({ powertrain: 'diesel' }));
  await w.heard((x) => x.signal === 'obd.test-max');
  await rounds(w, 20);
  expect(w.sim.heard.filter((h) => h.startsWith('06B2'))).toHaveLength(1);
});

test('live values keep their pace while seldom questions are asked', async () => {
  const r = start(warm());
  await r.heard((x) => x.signal === 'obd.test-max' && x.part === '42/81');
  const { heard } = r.sim;
  const first = heard.findIndex((h) => h.startsWith('0621'));
  const last = heard.findLastIndex((h) => h.startsWith('0642'));
  const between = heard.slice(first, last);
  // Never two seldom questions on end without a round of live values between them.
  const kinds = between.filter((h) => /^0[16]/.test(h)).map((h) => h.slice(0, 2));
  for (let i = 1; i < kinds.length; i++) expect(`${kinds[i - 1]}${kinds[i]}`).not.toBe('0606');
});
