import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { legacyResult, monitorName, monitorResults, oxygenResult } from '../../../protocols/obd/monitors.ts';

describe('service 06', () => {
  test('one answer holds several tests, each with value and limits in its unit', () => {
    const results = monitorResults(
      '7E8',
      [0x01, 0x01, 0x0a, 0x0b, 0xb0, 0x0b, 0xb0, 0x0b, 0xb0, 0x01, 0x05, 0x10, 0x00, 0x48, 0x00, 0x00, 0x00, 0x60],
    );
    expect(results).toEqual([
      {
        unit: '7E8',
        mid: 1,
        monitor: 'oxygen-sensor-b1s1',
        tid: 1,
        test: 'rich-to-lean threshold',
        measure: 'mV',
        value: 365.024,
        min: 365.024,
        max: 365.024,
        passed: true,
      },
      {
        unit: '7E8',
        mid: 1,
        monitor: 'oxygen-sensor-b1s1',
        tid: 5,
        test: 'rich-to-lean switch time',
        measure: 'ms',
        value: 72,
        min: 0,
        max: 96,
        passed: true,
      },
    ]);
  });

  test('both limits count, and signed scalings are compared as signed', () => {
    const of = (uas: number, v: number[], min: number[], max: number[]) =>
      monitorResults('7E8', [0x21, 0x80, uas, ...v, ...min, ...max])[0]?.passed;
    expect(of(0x01, [0, 5], [0, 1], [0, 9])).toBe(true);
    expect(of(0x01, [0, 0], [0, 1], [0, 9])).toBe(false);
    expect(of(0x01, [0, 10], [0, 1], [0, 9])).toBe(false);
    expect(of(0x81, [0xff, 0xff], [0xff, 0xf0], [0, 9])).toBe(true);
    expect(of(0x81, [0xff, 0xe0], [0xff, 0xf0], [0, 9])).toBe(false);
  });

  test('an incomplete last record is left out', () => {
    expect(monitorResults('7E8', [0x01, 0x01, 0x0a, 0, 1, 0, 0, 0])).toEqual([]);
  });

  test('monitors have names, and those that have none keep their number', () => {
    expect(monitorName(0x06)).toBe('oxygen-sensor-b2s2');
    expect(monitorName(0x21)).toBe('catalyst-b1');
    expect(monitorName(0x31)).toBe('egr-b1');
    expect(monitorName(0x3c)).toBe('evap-0.5mm');
    expect(monitorName(0xa5)).toBe('misfire-cylinder-4');
    expect(monitorName(0xe5)).toBe('maker-E5');
    expect(monitorName(0x5f)).toBe('monitor-5F');
  });

  test('any bytes give finite numbers and never break', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        for (const r of monitorResults(null, [...bytes])) {
          for (const n of [r.value, r.min!, r.max!]) expect(Number.isFinite(n)).toBe(true);
        }
      }),
    );
  });
});

describe('the older buses', () => {
  const message = (bytes: number[]) => ({ source: '10', bytes, can: false });

  test('service 06 gives one limit, and which of both it is', () => {
    expect(legacyResult(message([0x46, 0x01, 0x11, 0x00, 0x20, 0x00, 0x40]))).toMatchObject({
      tid: 1,
      monitor: 'component-11',
      value: 32,
      min: null,
      max: 64,
      passed: true,
    });
    expect(legacyResult(message([0x46, 0x01, 0x91, 0x00, 0x20, 0x00, 0x40]))).toMatchObject({
      min: 64,
      max: null,
      passed: false,
    });
    expect(legacyResult(message([0x46, 0x01, 0x91, 0x00]))).toBeNull();
  });

  test('service 05 tells thresholds in volts and times in seconds, with limits where there are some', () => {
    expect(oxygenResult(message([0x45, 0x01, 0x01, 0x5a]))).toMatchObject({
      monitor: 'oxygen-sensor-b1s1',
      test: 'rich-to-lean threshold',
      measure: 'V',
      value: 0.45,
      passed: null,
    });
    expect(oxygenResult(message([0x45, 0x05, 0x10, 0x12, 0x00, 0x19]))).toMatchObject({
      monitor: 'oxygen-sensor-b2s1',
      measure: 's',
      value: 0.072,
      min: 0,
      max: 0.1,
      passed: true,
    });
    expect(oxygenResult(message([0x45, 0x05, 0x03, 0x12]))).toBeNull();
    expect(oxygenResult(message([0x45, 0x30, 0x01, 0x12]))).toBeNull();
  });
});
