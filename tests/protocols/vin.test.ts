import { describe, expect, test } from 'vitest';
import { checkDigitOf, isVin, readVin } from '../../protocols/vin.ts';
import { MAKER_COUNT, makerOf } from '../../protocols/wmi.ts';
import fc from '../tools/property.ts';

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
      plantName: 'Marysville',
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
    expect(MAKER_COUNT).toBeGreaterThan(600);
  });

  // One for each part of the table, and those that lists have quarrelled about.
  test.each([
    ['LW4', 'Li Auto'],
    ['LVY', 'Volvo Cars (China)'],
    ['LYV', 'Volvo Cars (China)'],
    ['YSM', 'Polestar'],
    ['LPS', 'Polestar'],
    ['LE4', 'Beijing Benz'],
    ['LJU', 'Lotus (Wuhan), Maple'],
    ['LNB', 'BAIC (and Xiaomi)'],
    ['LGX', 'BYD'],
    ['LFV', 'FAW-Volkswagen'],
    ['L10', null],
    ['L99', null],
    ['JTD', 'Toyota'],
    ['JTH', 'Lexus'],
    ['JNK', 'Infiniti'],
    ['JMB', 'Mitsubishi'],
    ['JM1', 'Mazda'],
    ['KMH', 'Hyundai'],
    ['KMU', 'Genesis'],
    ['KNM', 'Renault Samsung'],
    ['W1K', 'Mercedes-Benz'],
    ['W0V', 'Opel'],
    ['TMB', 'Škoda'],
    ['VR3', 'Peugeot'],
    ['YV1', 'Volvo Cars'],
    ['ZAC', 'Jeep'],
    ['55S', 'Mercedes-Benz USA'],
    ['7FC', 'Rivian'],
    ['3KP', 'Kia'],
    ['9BH', 'Hyundai Brazil'],
    ['AAV', 'Volkswagen South Africa'],
  ])('maker of %s', (wmi, maker) => {
    expect(makerOf(`${wmi}00000000000000`)).toBe(maker);
  });

  test.each([
    ['5YJSA1H12FFP71790', 'Fremont'],
    ['WVWZZZ1KZBW123456', 'Wolfsburg'],
    ['WBA0000000F000000', 'Munich'],
    ['2T10000000C000000', 'Cambridge'],
    ['3VW0000000M000000', 'Puebla'],
    ['1G10000000L000000', null],
    ['LSVAA49J132047371', null],
  ])('plant of %s', (vin, plantName) => {
    expect(readVin(vin).plantName).toBe(plantName);
  });

  // One code for each model year, with the position 7 that North America has for it.
  test.each([
    ['1', 'A', 2010],
    ['1', 'Y', 2030],
    ['1', '1', 2031],
    ['1', '9', 2039],
  ])('position 7 a letter: %s, %s is %i', (first, code, year) => {
    expect(readVin(`${first}HGCM8A63${code}A004352`.padEnd(17, '0').slice(0, 17)).modelYears).toEqual([year]);
    expect(readVin(`${first}HGCM8663${code}A004352`.padEnd(17, '0').slice(0, 17)).modelYears).toEqual([year - 30]);
  });

  // 49 CFR 565.15(b) ties position 7 to the year for cars and light trucks alone.
  test.each([
    ['1FUJGLDR6CLBP8834', [1982, 2012]],
    ['1XKYDP9X1FJ440001', [1985, 2015]],
    ['1ZZDP48X1FJ440001', [1985, 2015]],
    ['1FTFW1ET5DFC10312', [2013]],
  ])('of a heavy vehicle, or of an unknown maker, both years are told: %s', (vin, years) => {
    expect(readVin(vin).modelYears).toEqual(years);
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
