import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { isLiftgateError } from '../../../protocols/error.ts';
import { parseFormula } from '../../../protocols/obd/formula.ts';
import { fits, profileReading, profileSteps, readProfile } from '../../../protocols/obd/profile.ts';
import fc from '../../tools/property.ts';

const value = (formula: string, data: number[]) => parseFormula(formula, 'test').value(data);

describe('a formula', () => {
  test.each<[string, number[], number | null]>([
    ['A', [7], 7],
    ['(A*256+B)/4', [0x1a, 0xf8], 1726],
    ['A-40', [0], -40],
    ['-A + 2 * 3', [1], 5],
    ['10 - 4 - 3', [], 3],
    ['8 / 4 / 2', [], 1],
    ['signed(A)', [0xff], -1],
    ['signed(A, B) / 10', [0xff, 0x9c], -10],
    ['bit(A, 7)', [0x80], 1],
    ['bits(A, 4, 4)', [0xa5], 10],
    ['bits(A*256+B, 4, 8)', [0x12, 0x34], 0x23],
    ['AA', [...Array<number>(26).fill(0), 9], 9],
    ['1.5 * A', [2], 3],
    ['A / B', [1, 0], null],
    ['B', [1], null],
  ])('%s of %j is %s', (formula, data, expected) => {
    expect(value(formula, data)).toBe(expected);
  });

  test.each([
    'A +',
    '(A',
    'A B',
    'process.exit()',
    'constructor',
    'A; B',
    'bit(A)',
    'bits(A, 30, 8)',
    'signed()',
    '',
    '2 ** 3',
    'A[0]',
    `${'('.repeat(50)}A${')'.repeat(50)}`,
    'A+'.repeat(200),
  ])('"%s" is refused by name', (formula) => {
    expect(() => parseFormula(formula, 'parameters.0')).toThrow(/parameters\.0/);
  });

  test('any text is read or refused, never run and never hung', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.uint8Array({ maxLength: 8 }), (text, data) => {
        try {
          const v = value(text, [...data]);
          expect(v === null || Number.isFinite(v)).toBe(true);
        } catch (e) {
          expect(isLiftgateError(e)).toBe(true);
        }
      }),
    );
  });
});

describe('a profile', () => {
  const file = join(import.meta.dirname, '../../../config/examples/obd-profile.yaml');
  const example = readProfile(parse(readFileSync(file, 'utf8')), 'obd-profile.yaml');
  const oil = example.parameters[0]!;
  const answer = (bytes: number[]) => [{ source: '7E9', bytes, can: true }];

  test('the example can be read and fits its cars alone', () => {
    expect(example.parameters.map((p) => p.name)).toEqual(['gearbox-oil', 'door-open']);
    expect(fits(example, 'LVXAA49J132047371')).toBe(true);
    expect(fits(example, 'WVWZZZ1KZBW123456')).toBe(false);
    expect(fits(example, null)).toBe(false);
  });

  test('only the answer to its request counts; out of range or short is unknown', () => {
    expect(profileReading(oil, answer([0x62, 0x1e, 0x1c, 0x03, 0x84]))).toEqual({
      name: 'gearbox-oil',
      unit: 'Cel',
      value: 90,
    });
    expect(profileReading(oil, answer([0x62, 0x1e, 0x1d, 0x03, 0x84]))).toBeNull();
    expect(profileReading(oil, answer([0x62, 0x1e, 0x1c, 0x7f, 0xff]))?.value).toBeNull();
    expect(profileReading(oil, answer([0x62, 0x1e, 0x1c, 0x03]))?.value).toBeNull();
    expect(profileReading(oil, [])).toBeNull();
  });

  test('each parameter is asked of its own control unit', () => {
    const steps = profileSteps(example);
    const first = steps.next();
    expect(first.value).toEqual({ request: '221E1C', to: '7E9' });
    const second = steps.next(answer([0x62, 0x1e, 0x1c, 0x03, 0x84]));
    expect(second.value).toEqual({ request: '220101', to: '7ED' });
    expect(steps.next([]).value).toEqual([{ name: 'gearbox-oil', unit: 'Cel', value: 90 }]);
  });

  test('what could write to a car is refused, and every mistake is named', () => {
    const one = { name: 'x', header: '7E0', request: '2E1234', bytes: 1, formula: 'A' };
    expect(() => readProfile({ profile: 'p', parameters: [one] }, 'p.yaml')).toThrow(
      /p\.yaml.*parameters\.0\.request.*it only reads/,
    );
    const long = { ...one, request: '221234', formula: 'A+B' };
    expect(() => readProfile({ profile: 'p', parameters: [long] }, 'p.yaml')).toThrow(/needs 2 bytes/);
    const twice = { ...one, request: '221234' };
    expect(() => readProfile({ profile: 'p', parameters: [twice, twice] }, 'p.yaml')).toThrow(/stands there twice/);
    const bare = { ...one, request: '221234', header: 70 };
    expect(() => readProfile({ profile: 'p', parameters: [bare] }, 'p.yaml')).toThrow(/put it in quotes/);
    expect(() => readProfile(null, 'p.yaml')).toThrow(/p\.yaml is no OBD profile/);
  });
});
