import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkDigitOf, isVin, readVin } from '../../protocols/vin.ts';
import { MAKER_COUNT } from '../../protocols/wmi.ts';

const anyVin = fc.string({
  unit: fc.constantFrom(...'ABCDEFGHJKLMNPRSTUVWXYZ0123456789'),
  minLength: 17,
  maxLength: 17,
});

describe('reading a VIN', () => {
  test('the textbook VINs have the right check digit', () => {
    for (const vin of ['11111111111111111', '1M8GDM9AXKP042788', '1HGCM82633A004352', '5YJSA1H12FFP71790']) {
      expect(readVin(vin)).toMatchObject({ vin, checkDigit: 'right' });
    }
  });

  test('maker, year, plant and serial are read', () => {
    expect(readVin('1HGCM82633A004352')).toEqual({
      vin: '1HGCM82633A004352',
      fault: null,
      maker: 'Honda',
      region: 'North America',
      modelYears: [2003],
      plant: 'A',
      serial: '004352',
      checkDigit: 'right',
    });
    expect(readVin('5YJSA1H12FFP71790').modelYears).toEqual([2015]);
  });

  test('outside North America both years of a code are shown', () => {
    expect(readVin('LSVAA49J132047371')).toMatchObject({
      maker: 'SAIC Volkswagen',
      region: 'Asia',
      modelYears: [2003, 2033],
    });
    expect(readVin('WVWZZZ1KZBW123456').modelYears).toEqual([1981, 2011]);
    expect(readVin('WVWZZZ1KZ0W123456').modelYears).toEqual([]);
  });

  test('a European VIN without a check digit is still a VIN', () => {
    expect(readVin('WVWZZZ1KZBW123456')).toMatchObject({
      vin: 'WVWZZZ1KZBW123456',
      checkDigit: 'wrong',
      maker: 'Volkswagen',
    });
  });

  test('letter case, blanks and dashes do not matter to a person who types', () => {
    expect(readVin(' 1hgcm8-2633a 004352 ').vin).toBe('1HGCM82633A004352');
  });

  test('what is no VIN is refused with the reason', () => {
    expect(readVin('1HGCM8')).toMatchObject({
      vin: null,
      checkDigit: 'absent',
      fault: 'a VIN has 17 characters, this has 6',
    });
    expect(readVin('1HGCM82633O004352').fault).toContain('character 11 is "O"');
  });

  test('an unknown maker is null, and an unassigned zone too', () => {
    expect(readVin('00000000000000000')).toMatchObject({ maker: null, region: null });
    expect(readVin('LZZ99999999999999').maker).toBe('Sinotruk');
    expect(MAKER_COUNT).toBeGreaterThan(120);
  });

  test('any one changed digit of the serial number is seen by the check digit', () => {
    fc.assert(
      fc.property(anyVin, fc.nat(5), fc.integer({ min: 1, max: 9 }), (text, place, add) => {
        const vin = `${text.slice(0, 11)}123456`;
        const right = `${vin.slice(0, 8)}${checkDigitOf(vin)}${vin.slice(9)}`;
        expect(readVin(right)).toMatchObject({ vin: right, checkDigit: 'right' });
        const at = 11 + place;
        const changed = right.slice(0, at) + ((Number(right[at]) + add) % 10) + right.slice(at + 1);
        expect(readVin(changed).checkDigit).toBe('wrong');
      }),
    );
  });

  test('seventeen characters without I, O and Q are a VIN, whatever they are', () => {
    fc.assert(fc.property(anyVin, isVin));
    fc.assert(fc.property(fc.string(), (text) => ['right', 'wrong', 'absent'].includes(readVin(text).checkDigit)));
  });
});
