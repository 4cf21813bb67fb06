import { describe, expect, test } from 'vitest';
import { decodeParameter } from '../../../protocols/obd/parameter.ts';
import { UNPUBLISHED } from '../../../protocols/obd/pid-table/unpublished.ts';
import { PARAMETERS, parameterNamed, parameterOf, pidBytes, pidName, splitPids } from '../../../protocols/obd/pids.ts';
import fc from '../../tools/property.ts';

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
    [
      0x9a,
      [0x0e, 0x04, 0x64, 0x00, 0xff, 0x9c],
      {
        'hybrid-mode': null,
        'hybrid-mode-enhanced': 'charges',
        'traction-battery-voltage': 400,
        'traction-battery-current': -10,
      },
    ],
    [0x9d, [0x00, 0x32, 0x00, 0x64], { 'fuel-rate-engine': 1, 'fuel-rate-vehicle': 2 }],
    [0x51, [0x1d], { 'fuel-type': 'fuel cell, hydrogen' }],
    [0x54, [0xff, 0x38], { 'evap-pressure-wide': -200 }],
    [
      0x6b,
      [0x21, 0x50, 0x50, 0x50, 0x50],
      {
        'egr-temperature-b1s1': 40,
        'egr-temperature-b1s2': 280,
        'egr-temperature-b2s1': null,
        'egr-temperature-b2s2': null,
      },
    ],
    [0x6f, [0x09, 0x64, 0x64], { 'compressor-inlet-a': 100, 'compressor-inlet-b': 800 }],
    [0x74, [0x01, 0x2e, 0xe0, 0, 0], { 'turbo-a-speed': 120_000, 'turbo-b-speed': null }],
    [
      0x7a,
      [0x07, 0xff, 0x9c, 0x27, 0x10, 0x13, 0x88],
      {
        'particulate-filter-b1-difference': -1,
        'particulate-filter-b1-inlet': 100,
        'particulate-filter-b1-outlet': 50,
      },
    ],
    [0x7d, [0x05], { 'nox-control-area': 'inside, inside the carve-out of the maker' }],
    [0x7e, [0x00], { 'pm-control-area': 'none' }],
    [
      0x7f,
      [0x07, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0],
      { 'engine-time': 1, 'idle-time': null, 'pto-time': 0 },
    ],
    [
      0x88,
      [0x81, 0x21, 0x08, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5],
      {
        'scr-reagent-low': true,
        'scr-reagent-wrong': false,
        'scr-consumption-deviates': false,
        'scr-nox-too-high': false,
        'scr-inducement-active': true,
        'scr-history-0-10': 'reagent low',
        'scr-history-10-20': 'wrong reagent',
        'scr-history-20-30': 'NOx too high',
        'scr-history-30-40': 'none',
        'scr-inducement-distance': 1,
        'scr-distance': 2,
        'scr-inducement-distance-10-20': 3,
        'scr-inducement-distance-20-30': 4,
        'scr-inducement-distance-30-40': 5,
      },
    ],
    [
      0x8b,
      [0x7f, 0x05, 0xff, 0x01, 0x00, 0x02, 0x00],
      {
        'filter-regenerating': true,
        'filter-regeneration-active': false,
        'nox-adsorber-regenerating': true,
        'nox-adsorber-desulfurising': false,
        'filter-regeneration-trigger': 100,
        'filter-regeneration-interval': 256,
        'filter-regeneration-distance': 512,
      },
    ],
    [
      0x8c,
      [0x11, 0x10, 0x00, 0, 0, 0, 0, 0, 0, 0x20, 0x00, 0, 0, 0, 0, 0, 0],
      {
        'oxygen-b1s1': 6.250496,
        'oxygen-b1s2': null,
        'oxygen-b2s1': null,
        'oxygen-b2s2': null,
        'lambda-wide-b1s1': 1,
        'lambda-wide-b1s2': null,
        'lambda-wide-b2s1': null,
        'lambda-wide-b2s2': null,
      },
    ],
    [
      0x8f,
      [0x03, 0x01, 0x13, 0x88, 0x02, 0xff, 0x9c],
      {
        'particulate-sensor-b1-measuring': true,
        'particulate-sensor-b1-regenerating': false,
        'particulate-sensor-b1': 50,
        'particulate-sensor-b2-measuring': null,
        'particulate-sensor-b2-regenerating': null,
        'particulate-sensor-b2': null,
      },
    ],
    [
      0x90,
      [0x4d, 0x00, 0x2a],
      {
        'wwh-vehicle-display': 'discriminatory',
        'wwh-vehicle-indicator': 'continuous',
        'wwh-vehicle-not-ready': true,
        'wwh-vehicle-mil-hours': 42,
      },
    ],
    [
      0x91,
      [0x0f, 0, 1, 0, 2],
      { 'wwh-unit-indicator': 'not available', 'wwh-unit-mil-hours': 1, 'wwh-unit-mil-hours-most': 2 },
    ],
    [
      0x92,
      [0x11, 0x10],
      {
        'fuel-control-pressure-1-closed-loop': false,
        'fuel-control-quantity-1-closed-loop': null,
        'fuel-control-timing-1-closed-loop': null,
        'fuel-control-balance-1-closed-loop': null,
        'fuel-control-pressure-2-closed-loop': true,
        'fuel-control-quantity-2-closed-loop': null,
        'fuel-control-timing-2-closed-loop': null,
        'fuel-control-balance-2-closed-loop': null,
      },
    ],
    [
      0x94,
      [0x03, 0x25, 0x00, 0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
      {
        'nox-warning': true,
        'nox-inducement-1': 'active',
        'nox-inducement-2': 'inactive',
        'nox-inducement-3': 'enabled',
        'nox-hours-reagent-quality': 10,
        'nox-hours-reagent-consumption': null,
        'nox-hours-dosing': null,
        'nox-hours-egr-valve': null,
        'nox-hours-monitoring': null,
      },
    ],
    [
      0x9b,
      [0x1f, 0x82, 0x3c, 0x33],
      { 'reagent-type': 1, 'reagent-concentration': 32.5, 'reagent-temperature': 20, 'reagent-tank': 20 },
    ],
    [
      0x9f,
      [0x81, 0xff, 0, 0, 0, 0, 0, 0, 0x33],
      {
        'fuel-system-a-b1': 100,
        'fuel-system-b-b1': null,
        'fuel-system-a-b2': null,
        'fuel-system-b-b2': null,
        'fuel-system-a-b3': null,
        'fuel-system-b-b3': null,
        'fuel-system-a-b4': null,
        'fuel-system-b-b4': 20,
      },
    ],
    [
      0xa3,
      [0x09, 0xff, 0xfc, 0, 0, 0, 0, 0xff, 0xff],
      {
        'evap-pressure-a': -1,
        'evap-pressure-a-wide': null,
        'evap-pressure-b': null,
        'evap-pressure-b-wide': -2,
      },
    ],
    [0xa4, [0x03, 0x60, 0x03, 0x20], { 'gear-actual': 6, 'gear-ratio': 0.8 }],
    [0xa5, [0x03, 0xc8, 0x0f, 0xa0], { 'reagent-dosing-commanded': 100, 'reagent-used-this-cycle': 2 }],
    [0xa6, [0x00, 0x01, 0xe2, 0x40], { odometer: 12_345.6 }],
    [0xc7, [0x01, 0x00], { 'distance-since-reflash': 256 }],
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

  test('what has no public scaling has a name, and is in no way among what is read', () => {
    expect(UNPUBLISHED.filter((u) => parameterOf(u.pid) !== null)).toEqual([]);
    expect(pidName(0xa7)).toBe('nox-sensors-3-and-4');
    expect(pidName(0x0c)).toBe('rpm');
    expect(pidName(0x95)).toBeNull();
    // Readiness is read elsewhere; everything else in the table has values.
    expect(PARAMETERS.filter((p) => p.quantities.length === 0).map((p) => p.pid)).toEqual([0x41]);
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
    expect(splitPids([0x0d, 0x20, 0xa7, 1, 2], [0x0d, 0xa7])).toHaveLength(1);
    expect(splitPids([0x0d, 0x20, 0x0c, 0x1a, 0xf8], [0x0d, 0x05])).toHaveLength(1);
    expect(splitPids([0x0d, 0x20, 0x0c, 0x1a], [0x0d, 0x0c])).toHaveLength(1);
    expect(pidBytes(0xa7)).toBeNull();
    expect(pidBytes(0x40)).toBe(4);
  });

  test('steps over a parameter whose length is known and whose scaling is not public', () => {
    const found = splitPids([0xc5, 1, 2, 3, 4, 0x0d, 0x20], [0x0d, 0xc5]);
    expect(found.map((f) => f.readings)).toEqual([null, [{ name: 'speed', value: 32, unit: 'km/h' }]]);
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
