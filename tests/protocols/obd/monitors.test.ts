import { describe, expect, test } from 'vitest';
import { monitorName, testName } from '../../../protocols/obd/monitor-names.ts';
import { legacyResult, monitorResults, oxygenResult } from '../../../protocols/obd/monitors.ts';
import fc from '../../tools/property.ts';

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
        monitorText: { en: 'Oxygen sensor, bank 1 sensor 1', zh: '氧传感器:1 列 1 号' },
        tid: 1,
        test: 'rich-to-lean threshold',
        testText: { en: 'rich-to-lean threshold', zh: '浓到稀的阈值电压' },
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
        monitorText: { en: 'Oxygen sensor, bank 1 sensor 1', zh: '氧传感器:1 列 1 号' },
        tid: 5,
        test: 'rich-to-lean switch time',
        testText: { en: 'rich-to-lean switch time', zh: '浓到稀的切换时间' },
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

  test('a test that has not run since codes were cleared is neither passed nor failed', () => {
    expect(monitorResults('7E8', [0x21, 0x80, 0x01, 0, 0, 0, 0, 0, 0])[0]?.passed).toBeNull();
    expect(monitorResults('7E8', [0xa2, 0x0c, 0x24, 0, 0, 0, 0, 0xff, 0xff])[0]?.passed).toBe(true);
  });

  // SAE J1979-DA, table of monitors: the first and the last of each row.
  test.each([
    [0x01, 'oxygen-sensor-b1s1', '氧传感器:1 列 1 号'],
    [0x06, 'oxygen-sensor-b2s2', '氧传感器:2 列 2 号'],
    [0x10, 'oxygen-sensor-b4s4', '氧传感器:4 列 4 号'],
    [0x11, 'oxygen-sensor-b1s5', '氧传感器:1 列 5 号'],
    [0x12, 'oxygen-sensor-b2s5', '氧传感器:2 列 5 号'],
    [0x21, 'catalyst-b1', '三元催化器:1 列'],
    [0x24, 'catalyst-b4', '三元催化器:4 列'],
    [0x31, 'egr-b1', '废气再循环:1 列'],
    [0x34, 'egr-b4', '废气再循环:4 列'],
    [0x35, 'vvt-b1', '可变气门正时:1 列'],
    [0x38, 'vvt-b4', '可变气门正时:4 列'],
    [0x39, 'evap-cap-off', '燃油蒸气泄漏:油箱盖未盖或 3.8 mm'],
    [0x3c, 'evap-0.5mm', '燃油蒸气泄漏:0.5 mm'],
    [0x3d, 'purge-flow', '炭罐脱附流量'],
    [0x41, 'oxygen-sensor-heater-b1s1', '氧传感器加热器:1 列 1 号'],
    [0x50, 'oxygen-sensor-heater-b4s4', '氧传感器加热器:4 列 4 号'],
    [0x52, 'oxygen-sensor-heater-b2s5', '氧传感器加热器:2 列 5 号'],
    [0x61, 'heated-catalyst-b1', '加热型催化器:1 列'],
    [0x71, 'secondary-air-1', '二次空气 1'],
    [0x74, 'secondary-air-4', '二次空气 4'],
    [0x81, 'fuel-system-b1', '燃油系统:1 列'],
    [0x86, 'boost-b2', '增压压力控制:2 列'],
    [0x91, 'nox-adsorber-b2', '氮氧化物吸附器:2 列'],
    [0x98, 'nox-catalyst-b1', '氮氧化物(SCR)催化器:1 列'],
    [0xa1, 'misfire', '失火:全部气缸'],
    [0xa2, 'misfire-cylinder-1', '失火:1 缸'],
    [0xad, 'misfire-cylinder-12', '失火:12 缸'],
    [0xb1, 'misfire-cylinder-16', '失火:16 缸'],
    [0xb3, 'particulate-filter-b2', '颗粒捕集器:2 列'],
    [0x5f, 'monitor-5F', '监测项 5F'],
    [0xe5, 'maker-E5', '厂家监测项 E5'],
  ])('monitor %i is %s', (mid, name, zh) => {
    expect(monitorName(mid)).toMatchObject({ name, text: { zh } });
  });

  test('every number has a name in both languages, and no two share one', () => {
    const names = Array.from({ length: 256 }, (_, mid) => monitorName(mid));
    expect(new Set(names.map((n) => n.name)).size).toBe(256);
    expect(names.every((n) => n.text.en !== '' && n.text.zh !== '')).toBe(true);
  });

  test('B0 and B1 are cylinders with the tests of misfire, and the filters of earlier issues with any other', () => {
    const of = (mid: number, tid: number) => monitorResults(null, [mid, tid, 0x24, 0, 1, 0, 0, 0, 9])[0];
    expect(of(0xb0, 0x0b)).toMatchObject({ monitor: 'misfire-cylinder-15', test: expect.stringContaining('ten') });
    expect(of(0xb0, 0x82)).toMatchObject({ monitor: 'particulate-filter-b1', test: null });
    expect(of(0xb1, 0x82)?.monitorText.zh).toBe('颗粒捕集器:2 列');
  });

  test('standard tests have words on the monitors that have them, and nowhere else', () => {
    for (let tid = 0x01; tid <= 0x0a; tid++) expect(testName(0x01, tid)?.zh).toBeTruthy();
    expect(testName(0xa1, 0x0c)?.en).toContain('last cycle');
    expect(testName(0x21, 0x01)).toBeNull();
    expect(testName(0x01, 0x0b)).toBeNull();
    expect(testName(0x01, 0x81)).toBeNull();
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
