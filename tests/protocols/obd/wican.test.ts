import { describe, expect, test } from 'vitest';
import { parseWican } from '../../../protocols/obd/wican.ts';
import { Reading, valueFault } from '../../../protocols/reading.ts';
import fc from '../../tools/property.ts';

const NOW = Date.UTC(2026, 3, 1, 8, 0, 0);
const VIN = 'LSVAA4182E2123456';
const parse = (body: unknown) => parseWican('dongle-1', JSON.stringify(body), NOW);
const values = (body: unknown) => Object.fromEntries(parse(body).readings.map((r) => [r.signal, r.value]));

const frame = (id: number, data: number[], extd = false) => ({
  id,
  dlc: 8,
  rtr: false,
  extd,
  data: [...data, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa].slice(0, 8),
});
const rx = (...frame: unknown[]) => ({ bus: '0', type: 'rx', ts: 34_610, frame });

describe('a WiCAN dongle, by AutoPID', () => {
  test('names parameters as its standard table or a vehicle profile does', () => {
    expect(
      values({ '0C-EngineRPM': 812.5, ENGINE_COOLANT_TEMP: 88, 'vehicle speed': 0, battery_voltage: 14.1 }),
    ).toEqual({
      'obd.rpm': 812.5,
      'obd.coolant': 88,
      'obd.speed': 0,
      'obd.voltage': 14.1,
    });
  });

  test('carries parameters that are nobody’s business, and they are passed over', () => {
    expect(parse({ SOC: 84, HV_CAPACITY: 57, constructor: 1, __proto__x: 2 })).toMatchObject({
      readings: [],
      faults: [],
    });
  });

  test('names the car for this message when it tells the VIN', () => {
    const { readings } = parse({ VIN, RPM: 800 });
    expect(readings.map((r) => [r.signal, r.value, r.vin])).toEqual([
      ['obd.vin', VIN, VIN],
      ['obd.rpm', 800, VIN],
    ]);
    expect(parse({ RPM: 800 }).readings[0]!.vin).toBeNull();
  });

  test('with an impossible value or VIN is at fault, and the rest of its message still counts', () => {
    const { readings, faults } = parse({ RPM: 99_999, SPEED: 30, VIN: 'IOQ', COOLANT: 'hot' });
    expect(readings.map((r) => r.signal)).toEqual(['obd.speed']);
    expect(faults).toHaveLength(3);
  });

  test('tells the warning lamp with on and off', () => {
    expect(values({ MIL: 'on' })).toEqual({ 'obd.mil': true });
    expect(values({ MIL: 'off' })).toEqual({ 'obd.mil': false });
  });

  test('may give a time; records of the past are late', () => {
    expect(parse({ RPM: 1, at: NOW - 120_000 }).readings[0]).toMatchObject({ at: NOW - 120_000, late: true });
    expect(parse({ RPM: 1 }).readings[0]).toMatchObject({ at: NOW, late: false });
  });

  test('is born and dies with its status', () => {
    expect(parse({ status: 'online' }).status).toBe('online');
    expect(parse({ status: 'offline' }).status).toBe('offline');
    expect(parse({ RPM: 1 }).status).toBeNull();
  });
});

describe('a WiCAN dongle, by raw frames', () => {
  test('brings answers of service 01, named after the control unit', () => {
    const { readings, faults } = parse(
      rx(frame(0x7e8, [0x04, 0x41, 0x0c, 0x0c, 0x80]), frame(0x7e9, [0x03, 0x41, 0x05, 0x7b])),
    );
    expect(faults).toEqual([]);
    expect(readings.map((r) => [r.signal, r.value, r.part])).toEqual([
      ['obd.rpm', 800, '7E8'],
      ['obd.coolant', 83, '7E9'],
    ]);
  });

  test('takes several parameters from one answer, in any order', () => {
    expect(values(rx(frame(0x7e8, [0x06, 0x41, 0x0d, 0x32, 0x0c, 0x1a, 0xf8])))).toEqual({
      'obd.speed': 50,
      'obd.rpm': 1726,
    });
  });

  test('answers with 29-bit identifiers too', () => {
    expect(values(rx(frame(0x18daf110, [0x03, 0x41, 0x0d, 0x20], true)))).toEqual({ 'obd.speed': 32 });
  });

  test('brings a VIN that spans three frames', () => {
    const c = [...VIN].map((ch) => ch.charCodeAt(0));
    const frames = [
      frame(0x7e8, [0x10, 0x14, 0x49, 0x02, 0x01, ...c.slice(0, 3)]),
      frame(0x7e8, [0x21, ...c.slice(3, 10)]),
      frame(0x7e8, [0x22, ...c.slice(10, 17)]),
    ];
    expect(values(rx(...frames))).toEqual({ 'obd.vin': VIN });
  });

  test('brings stored codes and the lamp', () => {
    expect(values(rx(frame(0x7e8, [0x04, 0x43, 0x01, 0x03, 0x01])))).toEqual({ 'obd.codes.stored': ['P0301'] });
    expect(values(rx(frame(0x7e8, [0x06, 0x41, 0x01, 0x81, 0x07, 0x65, 0x04])))).toEqual({ 'obd.mil': true });
  });

  test('carries other traffic of the bus, and it is passed over', () => {
    expect(parse(rx(frame(0x123, [1, 2, 3]), frame(0x7e8, [0x02, 0x7f, 0x01])))).toMatchObject({
      readings: [],
      faults: [],
    });
  });

  test('with half a frame is at fault, never filled up with zeros', () => {
    expect(parse(rx({ id: 0x7e8, dlc: 8, rtr: false, extd: false, data: [4, 0x41] })).faults).toHaveLength(1);
    expect(parse(rx(frame(0x7e8, [0x03, 0x41, 0x0c, 0x0c]))).readings).toEqual([]);
  });
});

test('a value that cannot be made a text is told like any other that is wrong', () => {
  const text = JSON.stringify({ RPM: { toString: 0 }, VIN: { toString: 0 } });
  expect(parseWican('d', text, NOW)).toMatchObject({ readings: [], faults: [expect.anything(), expect.anything()] });
});

test('no payload makes the reader fail, and what it gives the vocabulary allows', () => {
  const body = fc.oneof(
    fc.json(),
    fc.string(),
    fc
      .dictionary(fc.constantFrom('RPM', 'VIN', 'MIL', 'COOLANT', 'at', 'late', 'status'), fc.jsonValue())
      .map((o) => JSON.stringify(o)),
    fc
      .array(
        fc.record({
          id: fc.constantFrom(0x7e8, 0x7e9, 0x123),
          dlc: fc.integer({ min: 0, max: 9 }),
          extd: fc.boolean(),
          data: fc.array(fc.integer({ min: 0, max: 256 }), { maxLength: 9 }),
        }),
        { maxLength: 8 },
      )
      .map((frames) => JSON.stringify({ frame: frames })),
  );
  fc.assert(
    fc.property(body, (text) => {
      for (const r of parseWican('d', text, NOW).readings) {
        expect(Reading.safeParse(r).success).toBe(true);
        expect(valueFault(r.signal, r.value)).toBeNull();
      }
    }),
    { numRuns: 500 },
  );
});
