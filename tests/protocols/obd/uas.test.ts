import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rawOf, scaled, scalingOf } from '../../../protocols/obd/uas.ts';

// SAE J1979-DA, appendix E: limits of each scaling.
test.each([
  [0x01, 0xff, 0xff, 65_535, null],
  [0x07, 0xff, 0xff, 16_383.75, '1/min'],
  [0x0a, 0x0f, 0xa0, 488, 'mV'],
  [0x0b, 0x30, 0x39, 12.345, 'V'],
  [0x10, 0x00, 0x64, 100, 'ms'],
  [0x16, 0x00, 0x00, -40, 'Cel'],
  [0x2f, 0x27, 0x10, 100, '%'],
  [0x39, 0x00, 0x00, -327.68, '%'],
  [0x81, 0xff, 0xff, -1, null],
  [0x8a, 0x80, 0x00, -3997.696, 'mV'],
  [0x96, 0xff, 0x38, -20, 'Cel'],
  [0xfe, 0x80, 0x00, -8192, 'Pa'],
])('identifier %i of %i %i is %d %s', (uas, high, low, value, unit) => {
  expect(scaled(uas, high, low)).toBe(value);
  expect(scalingOf(uas)?.unit).toBe(unit);
});

test('from 0x80 on numbers have a sign, below never', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 255 }), fc.nat(255), fc.nat(255), (uas, high, low) => {
      const raw = rawOf(uas, high, low);
      const plain = high * 256 + low;
      expect(raw).toBe(uas >= 0x80 && high >= 0x80 ? plain - 65_536 : plain);
      expect(Number.isFinite(scaled(uas, high, low))).toBe(true);
    }),
  );
});

test('an identifier that no table knows keeps the number and has no unit', () => {
  expect(scalingOf(0x7b)).toBeNull();
  expect(scaled(0x7b, 1, 0)).toBe(256);
});
