import { describe, expect, test } from 'vitest';
import { codeBytes, codeFacts, codeText } from '../../../protocols/obd/dtc.ts';
import { PIDS, parameterOf, signalsOf, splitPids } from '../../../protocols/obd/pids.ts';
import { answersTo, monitorStatus, refusals, supported, trouble, vinOf } from '../../../protocols/obd/services.ts';
import { valueFault } from '../../../protocols/reading.ts';
import fc from '../../tools/property.ts';

const signals = (pid: number, data: readonly number[]) =>
  splitPids([pid, ...data], [pid]).flatMap((a) => signalsOf(pid, a.readings ?? []));

describe('service 01', () => {
  test.each([
    [0x0c, [0x1a, 0xf8], 1726],
    [0x0d, [0xff], 255],
    [0x05, [0x7b], 83],
    [0x04, [0xff], 100],
    [0x06, [0x00], -100],
    [0x07, [0x80], 0],
    [0x10, [0x01, 0x90], 4],
    [0x1f, [0x01, 0x00], 256],
    [0x42, [0x37, 0x14], 14.1],
    [0x46, [0x28], 0],
    [0xa6, [0x00, 0x01, 0xe2, 0x40], 12_345.6],
  ])('parameter %i of %j is %d', (pid, data, value) => {
    expect(signals(pid, data)).toMatchObject([{ value }]);
  });

  test('every value that bytes can hold fits the range of its signal', () => {
    for (const { pid } of PIDS) {
      const { bytes } = parameterOf(pid)!;
      fc.assert(
        fc.property(fc.uint8Array({ minLength: bytes, maxLength: bytes }), (data) => {
          for (const { signal, value } of signals(pid, [...data])) expect(valueFault(signal, value)).toBeNull();
        }),
        { numRuns: 30 },
      );
    }
  });

  test('a short answer is not filled up', () => {
    expect(signals(0x0c, [0x1a])).toEqual([]);
  });

  test.each([
    // SAE J1979-DA: a byte of the fuel system; open with lean drive detection, closed, closed with a faulty sensor, off.
    [0x03, [0x01, 0x00], [['obd.closed-loop', false]]],
    [0x03, [0x02, 0x00], [['obd.closed-loop', true]]],
    [0x03, [0x10, 0x02], [['obd.closed-loop', true]]],
    [0x03, [0x00, 0x00], []],
    [0x7a, [0x01, 0xff, 0x9c, 0, 0, 0, 0], [['obd.dpf-pressure', -1]]],
    [0x7b, [0x01, 0x03, 0xe8, 0, 0, 0, 0], []],
    [
      0x8b,
      [0x70, 0, 0x80, 0x01, 0x2c, 0x02, 0x58],
      [
        ['obd.dpf-trigger', 50.196],
        ['obd.dpf-regeneration-distance', 600],
      ],
    ],
    [0x8b, [0x10, 0, 0xff, 0, 0, 0, 0], [['obd.dpf-trigger', 100]]],
    [
      0x9a,
      [0x06, 0, 0x5a, 0x00, 0xff, 0x38],
      [
        ['obd.pack-voltage', 360],
        ['obd.pack-current', -20],
      ],
    ],
  ])('parameter %i of %j is the signals %j', (pid, data, expected) => {
    expect(signals(pid, data).map(({ signal, value }) => [signal, value])).toEqual(expected);
  });

  test('a bitmap names the parameters', () => {
    expect(supported(0x00, [0xbe, 0x1f, 0xa8, 0x13])).toEqual([
      1, 3, 4, 5, 6, 7, 0x0c, 0x0d, 0x0e, 0x0f, 0x10, 0x11, 0x13, 0x15, 0x1c, 0x1f, 0x20,
    ]);
    expect(supported(0x20, [0x80, 0, 0, 1])).toEqual([0x21, 0x40]);
    expect(supported(0x20, [0x80])).toBeNull();
  });

  test('the status tells lamp and count', () => {
    expect(monitorStatus([0x83, 7, 0xff, 0])).toEqual({ lamp: true, codes: 3 });
    expect(monitorStatus([0x83])).toBeNull();
  });

  test('only the answer that was asked for counts', () => {
    const messages = [
      { source: '7E8', bytes: [0x41, 0x0d, 0x20], can: true },
      { source: '7E8', bytes: [0x41, 0x0c, 0x1a, 0xf8], can: true },
      { source: '7E9', bytes: [0x7f, 0x01, 0x11], can: true },
    ];
    expect(answersTo('010C', messages)).toEqual([{ source: '7E8', data: [0x1a, 0xf8], can: true }]);
    expect(refusals(messages)).toEqual([{ source: '7E9', service: 1, reason: 0x11 }]);
  });
});

describe('trouble codes', () => {
  test('every code goes to bytes and back', () => {
    for (let n = 0; n < 65_536; n += 7) {
      const code = codeText(n >> 8, n & 255);
      expect(codeBytes(code)).toEqual([n >> 8, n & 255]);
      expect(codeFacts(code)).not.toBeNull();
    }
  });

  test('the structure says who defines a code', () => {
    expect(codeFacts('P0301')).toMatchObject({
      system: 'powertrain',
      origin: 'standard',
      subsystem: 'ignition-or-misfire',
    });
    expect(codeFacts('P1234')?.origin).toBe('maker');
    expect(codeFacts('P2096')?.origin).toBe('standard');
    expect(codeFacts('P3000')?.origin).toBe('maker');
    expect(codeFacts('P3400')?.origin).toBe('standard');
    expect(codeFacts('C2100')).toMatchObject({ system: 'chassis', origin: 'maker', subsystem: null });
    expect(codeFacts('U0100')).toMatchObject({ system: 'network', origin: 'standard' });
    expect(codeFacts('P4000')).toBeNull();
  });

  test('on CAN a count comes first; the older buses give three codes a frame', () => {
    const can = (data: number[]) => trouble({ source: '7E8', data, can: true });
    const old = (data: number[]) => trouble({ source: '10', data, can: false });
    expect(can([2, 0x03, 0x01, 0xc1, 0x00])).toEqual(['P0301', 'U0100']);
    expect(can([0])).toEqual([]);
    expect(can([3, 0x03, 0x01])).toBeNull();
    expect(can([])).toBeNull();
    expect(old([0x03, 0x01, 0x01, 0x28, 0, 0])).toEqual(['P0301', 'P0128']);
    expect(old([0, 0, 0, 0, 0, 0])).toEqual([]);
  });
});

test('any VIN comes through exactly, first and last character too', () => {
  const vin = fc.string({
    unit: fc.constantFrom(...'ABCDEFGHJKLMNPRSTUVWXYZ0123456789'),
    minLength: 17,
    maxLength: 17,
  });
  fc.assert(
    fc.property(vin, (text) => {
      const letters = Array.from(text, (c) => c.charCodeAt(0));
      expect(vinOf({ source: '7E8', data: [1, ...letters], can: true })).toBe(text);
      expect(vinOf({ source: '10', data: [0, 0, 0, ...letters], can: false })).toBe(text);
    }),
  );
  expect(vinOf({ source: '7E8', data: [1, ...Array<number>(17).fill(0)], can: true })).toBeNull();
  expect(vinOf({ source: '7E8', data: [1, ...Array<number>(17).fill(0xff)], can: true })).toBeNull();
});
