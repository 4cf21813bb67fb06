import { expect, test } from 'vitest';
import { rawOf, scaled, scalingOf } from '../../../protocols/obd/uas.ts';
import fc from '../../tools/property.ts';

/** SAE J1979-DA, appendix E: identifier, unit, and the least and the greatest value that its two bytes express. */
const PUBLISHED: readonly [uas: number, unit: string | null, least: number, most: number][] = [
  [0x01, null, 0, 65535],
  [0x02, null, 0, 6553.5],
  [0x03, null, 0, 655.35],
  [0x04, null, 0, 65.535],
  [0x05, null, 0, 1.9988175],
  [0x06, null, 0, 19.988175],
  [0x07, '1/min', 0, 16383.75],
  [0x08, 'km/h', 0, 655.35],
  [0x09, 'km/h', 0, 65535],
  [0x0a, 'mV', 0, 7995.27],
  [0x0b, 'V', 0, 65.535],
  [0x0c, 'V', 0, 655.35],
  [0x0d, 'mA', 0, 255.9960938],
  [0x0e, 'A', 0, 65.535],
  [0x0f, 'A', 0, 655.35],
  [0x10, 'ms', 0, 65535],
  [0x11, 'ms', 0, 6553500],
  [0x12, 's', 0, 65535],
  [0x13, 'mOhm', 0, 65535],
  [0x14, 'Ohm', 0, 65535],
  [0x15, 'kOhm', 0, 65535],
  [0x16, 'Cel', -40, 6513.5],
  [0x17, 'kPa', 0, 655.35],
  [0x18, 'kPa', 0, 766.7595],
  [0x19, 'kPa', 0, 5177.265],
  [0x1a, 'kPa', 0, 65535],
  [0x1b, 'kPa', 0, 655350],
  [0x1c, 'deg', 0, 655.35],
  [0x1d, 'deg', 0, 32767.5],
  [0x1e, null, 0, 1.9988175],
  [0x1f, null, 0, 3276.75],
  [0x20, null, 0, 255.9960938],
  [0x21, 'mHz', 0, 65535],
  [0x22, 'Hz', 0, 65535],
  [0x23, 'kHz', 0, 65535],
  [0x24, null, 0, 65535],
  [0x25, 'km', 0, 65535],
  [0x26, 'mV/ms', 0, 6553.5],
  [0x27, 'g/s', 0, 655.35],
  [0x28, 'g/s', 0, 65535],
  [0x29, 'Pa/s', 0, 16383.75],
  [0x2a, 'kg/h', 0, 65.535],
  [0x2b, null, 0, 65535],
  [0x2c, 'g/cyl', 0, 655.35],
  [0x2d, 'mg/stroke', 0, 655.35],
  [0x2e, null, 0, 65535],
  [0x2f, '%', 0, 655.35],
  [0x30, '%', 0, 100.00641],
  [0x31, 'L', 0, 65.535],
  [0x32, '[in_i]', 0, 1.9988175],
  [0x33, null, 0, 15.9997149],
  [0x34, 'min', 0, 65535],
  [0x35, 'ms', 0, 655350],
  [0x36, 'g', 0, 655.35],
  [0x37, 'g', 0, 6553.5],
  [0x38, 'g', 0, 65535],
  [0x39, '%', -327.68, 327.67],
  [0x3a, 'g', 0, 65.535],
  [0x3b, 'g', 0, 6.5535],
  [0x3c, 'us', 0, 6553.5],
  [0x3d, 'mA', 0, 655.35],
  [0x3e, 'mm2', 0, 3.9999392],
  [0x3f, 'L', 0, 655.35],
  [0x40, 'ppm', 0, 65535],
  [0x41, 'uA', 0, 655.35],
  [0x42, 'kJ', 0, 6553.5],
  [0x43, 'g/kWh', 0, 15.9997149],
  [0x81, null, -32768, 32767],
  [0x82, null, -3276.8, 3276.7],
  [0x83, null, -327.68, 327.67],
  [0x84, null, -32.768, 32.767],
  [0x85, null, -0.999424, 0.9993935],
  [0x86, null, -9.99424, 9.993935],
  [0x87, 'ppm', -32768, 32767],
  [0x8a, 'mV', -3997.696, 3997.574],
  [0x8b, 'V', -32.768, 32.767],
  [0x8c, 'V', -327.68, 327.67],
  [0x8d, 'mA', -128, 127.9960938],
  [0x8e, 'A', -32.768, 32.767],
  [0x8f, 'us', -32768, 32767],
  [0x90, 'ms', -32768, 32767],
  [0x91, 'ms', -3276800, 3276700],
  [0x92, 'N.m', -3276.8, 3276.7],
  [0x96, 'Cel', -3276.8, 3276.7],
  [0x97, 'Cel', -327.68, 327.67],
  [0x98, 'mg/stroke', -32768, 32767],
  [0x99, 'kPa', -3276.8, 3276.7],
  [0x9c, 'deg', -327.68, 327.67],
  [0x9d, 'deg', -16384, 16383.5],
  [0xa8, 'g/s', -32768, 32767],
  [0xa9, 'Pa/s', -8192, 8191.75],
  [0xad, 'mg/stroke', -327.68, 327.67],
  [0xae, 'mg/stroke', -3276.8, 3276.7],
  [0xaf, '%', -327.68, 327.67],
  [0xb0, '%', -100.007936, 100.004884],
  [0xb1, 'mV/s', -65536, 65534],
  [0xfb, 'kPa', -327680, 327670],
  [0xfc, 'kPa', -327.68, 327.67],
  [0xfd, 'kPa', -32.768, 32.767],
  [0xfe, 'Pa', -8192, 8191.75],
];

test.each(PUBLISHED)('identifier %i has the unit %s and reaches from %d to %d', (uas, unit, least, most) => {
  expect(scalingOf(uas)?.unit).toBe(unit);
  const signed = uas >= 0x80;
  expect(scaled(uas, signed ? 0x80 : 0, 0)).toBeCloseTo(least, 6);
  expect(scaled(uas, signed ? 0x7f : 0xff, 0xff)).toBeCloseTo(most, 6);
});

test('no other identifier has a scaling', () => {
  const known = Array.from({ length: 256 }, (_, uas) => uas).filter((uas) => scalingOf(uas) !== null);
  expect(known).toEqual(PUBLISHED.map(([uas]) => uas));
});

test.each([
  [0x0a, 0x0f, 0xa0, 488],
  [0x16, 0x00, 0x00, -40],
  [0x81, 0xff, 0xff, -1],
  [0x96, 0xff, 0x38, -20],
])('identifier %i of %i %i is %d', (uas, high, low, value) => {
  expect(scaled(uas, high, low)).toBe(value);
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
