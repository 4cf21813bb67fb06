import { describe, expect, test } from 'vitest';
import { Reading, reading, valueFault } from '../../protocols/reading.ts';
import { SIGNAL_NAMES, signalSpec } from '../../protocols/signal.ts';
import fc from '../tools/property.ts';

describe('readings', () => {
  test('a driver names only what it knows; what it builds is a reading', () => {
    const r = reading('obd-1', 'obd.rpm', 812.5, 1_700_000_000_000);
    expect(r).toEqual({
      device: 'obd-1',
      signal: 'obd.rpm',
      value: 812.5,
      at: 1_700_000_000_000,
      part: null,
      vin: null,
      late: false,
    });
    expect(Reading.parse(r)).toEqual(r);
  });

  test('null is a value of every signal: the device does not know', () => {
    for (const signal of SIGNAL_NAMES) expect(valueFault(signal, null)).toBeNull();
  });

  test('numbers within the range of their signal pass, all others are named with the range', () => {
    for (const signal of SIGNAL_NAMES) {
      const { value, min, max } = signalSpec(signal);
      if (value !== 'number' || min === undefined || max === undefined) continue;
      fc.assert(
        fc.property(fc.double({ min, max, noNaN: true }), (v) => {
          expect(valueFault(signal, v)).toBeNull();
        }),
        { numRuns: 20 },
      );
      expect(valueFault(signal, max + 1)).toContain(`${max}`);
      expect(valueFault(signal, min - 1)).toContain(signal);
      for (const wrong of [Number.NaN, Infinity, '1', true, []]) expect(valueFault(signal, wrong)).toContain(signal);
    }
  });

  test.each([
    ['scan.vin', 17, 'a text'],
    ['floor.presence', 1, 'true or false'],
    ['obd.codes.stored', 'P0301', 'a list'],
  ] as const)('%s does not take %s', (signal, value, kind) => {
    expect(valueFault(signal, value)).toContain(kind);
  });

  test('what is not of the contract is refused', () => {
    const good = reading('d', 'scan.vin', 'X', 1);
    for (const bad of [
      { ...good, signal: 'obd.unheard-of' },
      { ...good, at: 1.5 },
      { ...good, vin: 'SHORT' },
      { ...good, more: 1 },
      { ...good, device: '' },
    ]) {
      expect(Reading.safeParse(bad).success).toBe(false);
    }
  });
});
