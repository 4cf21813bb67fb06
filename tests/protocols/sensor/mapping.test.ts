import { describe, expect, test } from 'vitest';
import { type MapRow, mapPayload, rowFaults } from '../../../protocols/sensor/mapping.ts';
import { READY_MAPS } from '../../../protocols/sensor/maps.ts';
import { parsePath, valueAt } from '../../../protocols/sensor/path.ts';
import { bayIn, fitPattern, patternFault } from '../../../protocols/sensor/pattern.ts';
import fc from '../../tools/property.ts';

const value = (row: Omit<MapRow, 'topic'>, payload: string) => {
  let json: unknown;
  try {
    json = JSON.parse(payload);
  } catch {
    json = undefined;
  }
  const mapped = mapPayload({ topic: 't', ...row }, payload, json);
  return mapped === null ? undefined : 'fault' in mapped ? mapped : mapped.value;
};

describe('a path', () => {
  const json = { ENERGY: { Power: 9, Phases: [1, 2, 3] }, params: { 'switch:0': { apower: 8.9 } }, 气压: 6, "it's": 1 };
  test.each([
    ['$.ENERGY.Power', 9],
    ['ENERGY.Power', 9],
    ['$.ENERGY.Phases[0]', 1],
    ['$.ENERGY.Phases[-1]', 3],
    ["$.params['switch:0'].apower", 8.9],
    ['$["params"]["switch:0"]["apower"]', 8.9],
    ['$.气压', 6],
    ["$['it\\'s']", 1],
    ['$.ENERGY.Phases[7]', undefined],
    ['$.ENERGY.constructor', undefined],
    ['$.ENERGY.Power.x', undefined],
  ])('%s', (text, found) => {
    expect(valueAt(json, parsePath(text)!)).toEqual(found);
  });

  test('of a whole payload is the payload', () => {
    expect(valueAt(7, parsePath('$')!)).toBe(7);
  });

  test.each(['', '$.', '$..a', '$.*', '$[*]', '$[0:2]', '$[?@.a]', 'a b', '$a', "$['a", 'a.[0', '$.a[1.5]'])(
    '%j names none, or many, and is refused',
    (text) => {
      expect(parsePath(text)).toBeNull();
    },
  );

  test('leads to any name that is quoted', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (name) => {
        const quoted = `$['${name.replace(/['\\]/g, '\\$&')}']`;
        expect(valueAt({ [name]: 1 }, parsePath(quoted)!)).toBe(1);
      }),
    );
  });
});

describe('a topic pattern', () => {
  test('takes the name and the bay of the device', () => {
    expect(fitPattern('shop/{bay}/{device}/+', 'plug/3', 'B3')).toEqual({ filter: 'shop/B3/plug/3/+', bayLevel: null });
  });

  test('names the bay where the device serves many', () => {
    const pattern = fitPattern('{device}/lift/{bay}/height', 'plc/1', undefined);
    expect(pattern.filter).toBe('plc/1/lift/+/height');
    expect(bayIn(pattern, 'plc/1/lift/B7/height')).toBe('B7');
  });

  test.each(['a/b+', '#/a', 'a/#/b', '+/#', '{who}/a'])('%j is refused', (text) => {
    expect(patternFault(text)).not.toBeNull();
  });
});

describe('a value', () => {
  const power: Omit<MapRow, 'topic'> = { signal: 'tool.power' };
  test.each([
    [power, '12.5', 12.5],
    [power, '"12.5"', 12.5],
    [power, 'nan', null],
    [power, 'null', null],
    [{ ...power, unit: 'kW' }, '1.2', 1_200],
    [{ ...power, scale: -1, offset: 100 }, '30', 70],
    [{ signal: 'air.pressure', unit: 'bar' }, '6.5', 650],
    [{ signal: 'floor.distance', unit: 'cm', path: '$.SR04.Distance' }, '{"SR04":{"Distance":123.4}}', 1_234],
    [{ signal: 'floor.presence' }, 'ON', true],
    [{ signal: 'floor.presence', invert: true }, 'occupied', false],
    [{ signal: 'door.open' }, 'closed', false],
    [{ signal: 'door.open' }, '1', true],
    [{ signal: 'tool.active', above: 50 }, '80.2', true],
    [{ signal: 'tool.active', above: 50, invert: true }, '80.2', false],
    [{ signal: 'floor.presence', texts: { Car: true, 'No Car': false, Defect: null } }, 'no car', false],
    [{ signal: 'floor.presence', texts: { Defect: null } }, 'DEFECT', null],
    [{ signal: 'lift.height', texts: { low: 0, high: 1_800 } }, 'high', 1_800],
    [{ signal: 'floor.presence', path: '$.x' }, '{"y":1}', undefined],
  ] as const)('%j of %s is %j', (row, payload, expected) => {
    expect(value(row, payload)).toEqual(expected);
  });

  test.each([
    [power, 'banana'],
    [power, 'true'],
    [power, '{"a":1}'],
    [power, '99999999'],
    [{ signal: 'floor.presence' }, '2'],
    [{ signal: 'floor.presence' }, 'perhaps'],
    [{ signal: 'floor.presence', path: '$.a' }, 'no json'],
  ] as const)('%j cannot be made of %s, and a sentence says so', (row, payload) => {
    expect(value(row, payload)).toEqual({ fault: expect.stringContaining(row.signal) });
  });

  test('never throws, whatever the payload', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), fc.constantFrom('tool.power', 'floor.presence'), (text, signal) => {
        value({ signal: signal as MapRow['signal'], path: '$.a' }, text);
        value({ signal: signal as MapRow['signal'] }, text);
      }),
    );
  });
});

describe('a row', () => {
  test.each([
    [{ signal: 'tool.power', topic: 'a', unit: 'bar' }, 'unit'],
    [{ signal: 'floor.presence', topic: 'a', unit: 'W' }, 'unit'],
    [{ signal: 'tool.power', topic: 'a', invert: true }, 'invert'],
    [{ signal: 'tool.power', topic: 'a', above: 1 }, 'above'],
    [{ signal: 'tool.power', topic: 'a', texts: { on: true } }, 'texts'],
    [{ signal: 'floor.presence', topic: 'a', texts: { on: 1 } }, 'texts'],
    [{ signal: 'floor.presence', topic: 'a', path: '$..b' }, 'path'],
    [{ signal: 'floor.presence', topic: 'a/b#' }, 'topic'],
    [{ signal: 'floor.presence' }, 'topic'],
    [{ signal: 'floor.presence', topic: 'a', metric: 'b' }, 'topic'],
  ] as const)('%j is at fault in its %s', (row, option) => {
    expect(rowFaults(row).map((f) => f.option)).toEqual([option]);
  });

  test.each(Object.entries(READY_MAPS))('of the ready map %s can be', (_name, map) => {
    expect(map.rows.flatMap(rowFaults)).toEqual([]);
    expect(map.online.flatMap((o) => patternFault(o.topic) ?? [])).toEqual([]);
  });
});
