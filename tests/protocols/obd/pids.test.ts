import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeParameter } from '../../../protocols/obd/parameter.ts';
import { PARAMETERS, parameterNamed, parameterOf, pidBytes, splitPids } from '../../../protocols/obd/pids.ts';

const read = (pid: number, data: number[]) =>
  Object.fromEntries(decodeParameter(parameterOf(pid)!, data)!.map((r) => [r.name, r.value]));

describe('parameters of service 01', () => {
  // SAE J1979, examples and limits of annex B: the bytes, and what they mean.
  test.each<[number, number[], Record<string, unknown>]>([
    [0x01, [0x82, 0x07, 0x65, 0x04], { mil: true, 'code-count': 2 }],
    [0x02, [0x01, 0x30], { 'freeze-code': 'P0130' }],
    [0x02, [0, 0], { 'freeze-code': null }],
    [0x03, [0x02, 0x00], { 'fuel-system-1': 'closed loop', 'fuel-system-2': 'off' }],
    [0x03, [0x03, 0x00], { 'fuel-system-1': null, 'fuel-system-2': 'off' }],
    [0x06, [0x80], { 'stft-1': 0 }],
    [0x06, [0x80, 0xff], { 'stft-1': 0, 'stft-3': 99.21875 }],
    [0x0a, [0xff], { 'fuel-pressure': 765 }],
    [0x0b, [0x64], { 'intake-pressure': 100 }],
    [0x0e, [0x00], { 'timing-advance': -64 }],
    [0x0e, [0xff], { 'timing-advance': 63.5 }],
    [0x12, [0x04], { 'secondary-air': 'atmosphere or off' }],
    [0x13, [0x33], { 'o2-sensors': 'b1s1 b1s2 b2s1 b2s2' }],
    [0x14, [0x5a, 0xff], { 'o2-b1s1-voltage': 0.45, 'o2-b1s1-trim': null }],
    [0x15, [0xff, 0x80], { 'o2-b1s2-voltage': 1.275, 'o2-b1s2-trim': 0 }],
    [0x1c, [0x06], { 'obd-standard': 'EOBD' }],
    [0x1c, [0xff], { 'obd-standard': null }],
    [0x1e, [0x01], { pto: true }],
    [0x21, [0xff, 0xff], { 'distance-mil': 65_535 }],
    [0x22, [0x00, 0x64], { 'rail-pressure-relative': 7.9 }],
    [0x23, [0x0b, 0xb8], { 'rail-pressure': 30_000 }],
    [0x24, [0x80, 0x00, 0x40, 0x00], { 'lambda-b1s1-ratio': 1, 'lambda-b1s1-voltage': 2 }],
    [0x30, [0x0c], { 'warm-ups-since-clear': 12 }],
    [0x32, [0x80, 0x00], { 'evap-pressure': -8192 }],
    [0x32, [0x00, 0x04], { 'evap-pressure': 1 }],
    [0x34, [0x80, 0x00, 0x80, 0x00], { 'lambda-current-b1s1-ratio': 1, 'lambda-current-b1s1-current': 0 }],
    [0x3c, [0x11, 0x30], { 'catalyst-b1s1': 400 }],
    [0x43, [0x00, 0xff], { 'load-absolute': 100 }],
    [0x44, [0x80, 0x00], { 'lambda-commanded': 1 }],
    [0x4d, [0x01, 0x00], { 'time-mil': 256 }],
    [0x51, [0x04], { 'fuel-type': 'diesel' }],
    [0x51, [0x00], { 'fuel-type': null }],
    [0x5c, [0x82], { oil: 90 }],
    [0x5d, [0x69, 0x00], { 'injection-timing': 0 }],
    [0x5e, [0x00, 0x64], { 'fuel-rate': 5 }],
    [0x61, [0x7d], { 'torque-demand': 0 }],
    [0x63, [0x01, 0x2c], { 'torque-reference': 300 }],
    [0x66, [0x01, 0x01, 0x00, 0xff, 0xff], { 'maf-a': 8, 'maf-b': null }],
    [0x67, [0x03, 0x7b, 0x28], { 'coolant-1': 83, 'coolant-2': 0 }],
    [
      0x70,
      [0x07, 0x10, 0x00, 0x0f, 0x00, 0, 0, 0, 0, 0x02],
      {
        'boost-a-commanded': 128,
        'boost-a': 120,
        'boost-a-control': 'closed loop',
        'boost-b-commanded': null,
        'boost-b': null,
        'boost-b-control': null,
      },
    ],
    [
      0x78,
      [0x05, 0x0f, 0xa0, 0, 0, 0x17, 0x70, 0, 0],
      {
        'exhaust-b1s1': 360,
        'exhaust-b1s2': null,
        'exhaust-b1s3': 560,
        'exhaust-b1s4': null,
      },
    ],
    [
      0x7f,
      [0x01, 0, 0, 0x0e, 0x10, 0, 0, 0, 0, 0, 0, 0, 0],
      { 'engine-time': 3600, 'idle-time': null, 'pto-time': null },
    ],
    [0x9a, [0x06, 0, 0x64, 0x00, 0xff, 0x9c], { 'traction-battery-voltage': 400, 'traction-battery-current': -10 }],
    [0x9d, [0x00, 0x32, 0x00, 0x64], { 'fuel-rate-engine': 1, 'fuel-rate-vehicle': 2 }],
    [0xa6, [0x00, 0x01, 0xe2, 0x40], { odometer: 12_345.6 }],
    [0xb2, [0xff], { 'traction-battery-health': 100 }],
  ])('%i of %j', (pid, data, expected) => {
    expect(read(pid, data)).toEqual(expected);
  });

  test('numbers and names are there once', () => {
    const numbers = PARAMETERS.map((p) => p.pid);
    expect(new Set(numbers).size).toBe(numbers.length);
    const names = PARAMETERS.flatMap((p) => p.quantities.map((q) => q.name));
    expect(new Set(names).size).toBe(names.length);
    expect(numbers.length).toBeGreaterThan(140);
    for (const name of names) expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  });

  test('a parameter is found by its name and by the name of a quantity in it', () => {
    expect(parameterNamed('rpm')?.pid).toBe(0x0c);
    expect(parameterNamed('o2-b1s2-voltage')?.pid).toBe(0x15);
    expect(parameterNamed('toString')).toBeNull();
  });

  test('whatever the bytes are, a value is a number in its range, a word, a switch, or unknown', () => {
    for (const parameter of PARAMETERS) {
      const { bytes } = parameter;
      fc.assert(
        fc.property(fc.uint8Array({ minLength: bytes, maxLength: bytes + 2 }), (data) => {
          const values = decodeParameter(parameter, [...data])!;
          for (const q of parameter.quantities) {
            const value = values.find((v) => v.name === q.name)?.value;
            if (typeof value !== 'number') continue;
            expect(Number.isFinite(value)).toBe(true);
            expect(value).toBeGreaterThanOrEqual(q.range![0] - 1e-6);
            expect(value).toBeLessThanOrEqual(q.range![1] + 1e-6);
          }
        }),
        { numRuns: 40 },
      );
    }
  });

  test('data that are too short are unknown, never filled up', () => {
    for (const parameter of PARAMETERS) {
      const least = parameter.least ?? parameter.bytes;
      for (let n = 0; n < least; n++) expect(decodeParameter(parameter, Array<number>(n).fill(0xff))).toBeNull();
    }
  });

  test('an older issue of the standard sends fewer bytes, and what it sends is read', () => {
    expect(read(0x6d, [0x07, 0, 1, 0, 2, 0x28])).toEqual({
      'rail-a-commanded': 10,
      'rail-a': 20,
      'rail-a-temperature': 0,
    });
  });
});

describe('an answer of several parameters', () => {
  test('is taken apart by the length of each, in any order', () => {
    const found = splitPids([0x0d, 0x20, 0x0c, 0x1a, 0xf8, 0x05, 0x7b], [0x0c, 0x0d, 0x05]);
    expect(found.map((f) => f.readings?.[0]?.value)).toEqual([32, 1726, 83]);
  });

  test('ends at the first that no table knows, that was not asked for, or that is cut short', () => {
    expect(splitPids([0x0d, 0x20, 0xc7, 1, 2], [0x0d, 0xc7])).toHaveLength(1);
    expect(splitPids([0x0d, 0x20, 0x0c, 0x1a, 0xf8], [0x0d, 0x05])).toHaveLength(1);
    expect(splitPids([0x0d, 0x20, 0x0c, 0x1a], [0x0d, 0x0c])).toHaveLength(1);
    expect(pidBytes(0xc7)).toBeNull();
    expect(pidBytes(0x40)).toBe(4);
  });

  test('to one parameter alone is all its own, so a second bank comes through', () => {
    expect(splitPids([0x06, 0x80, 0xff], [0x06])[0]?.readings).toEqual([
      { name: 'stft-1', value: 0, unit: '%' },
      { name: 'stft-3', value: 99.21875, unit: '%' },
    ]);
  });

  test('random bytes never break it', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => Array.isArray(splitPids([...bytes]))));
  });
});
