import { describe, expect, test } from 'vitest';
import { Reading, valueFault } from '../../../protocols/reading.ts';
import { parsePayload } from '../../../protocols/sensor/payload.ts';
import { SIGNAL_NAMES } from '../../../protocols/signal.ts';
import { toRfc3339 } from '../../../protocols/time.ts';
import fc from '../../tools/property.ts';

const NOW = Date.UTC(2026, 3, 1, 8, 0, 0);
const parse = (text: string) => parsePayload('lift-1', 'lift.height', text, NOW);
const one = (text: string) => {
  const { readings, faults } = parse(text);
  expect(faults).toEqual([]);
  expect(readings).toHaveLength(1);
  return readings[0]!;
};

describe('a sensor payload', () => {
  test('may be a bare number', () => {
    expect(one('1850')).toMatchObject({ device: 'lift-1', signal: 'lift.height', value: 1850, at: NOW, late: false });
  });

  test('may be bare true or false', () => {
    expect(parsePayload('f', 'floor.presence', 'true', NOW).readings[0]).toMatchObject({ value: true });
  });

  test('says with null that the device does not know, which is not zero', () => {
    expect(one('null').value).toBeNull();
    expect(one('{"value":null}').value).toBeNull();
  });

  test('carries its own time as RFC 3339 or in milliseconds', () => {
    const at = NOW - 5_000;
    expect(one(`{"value":1,"at":"${toRfc3339(at)}"}`)).toMatchObject({ at, late: false });
    expect(one(`{"value":1,"at":${at}}`)).toMatchObject({ at, late: false });
  });

  test('is late when its time is more than a minute old, or when it says so', () => {
    expect(one(`{"value":1,"at":${NOW - 60_001}}`).late).toBe(true);
    expect(one(`{"value":1,"at":${NOW - 60_000}}`).late).toBe(false);
    expect(one(`{"value":1,"at":${NOW},"late":true}`).late).toBe(true);
  });

  test('with a clock that was never set or runs ahead takes the time of receipt, and is told to be doubtful', () => {
    for (const at of [0, 1_000_000, NOW + 60_001]) {
      const parsed = parse(`{"value":1,"at":${at}}`);
      expect(parsed.clock).toBe('doubtful');
      expect(parsed.readings[0]).toMatchObject({ at: NOW, late: false });
    }
  });

  test('of the past without a time that can be believed is refused: history must not be guessed', () => {
    expect(parse('{"value":1,"late":true}').faults[0]).toContain('needs a time');
    expect(parse('{"value":1,"late":true,"at":5}').faults[0]).toContain('needs a time');
  });

  test('in another unit is converted', () => {
    expect(one('{"value":1.85,"unit":"m"}').value).toBeCloseTo(1850);
    expect(one('{"value":1850,"unit":"mm"}').value).toBe(1850);
  });

  test('in a unit that does not fit is refused', () => {
    expect(parse('{"value":1,"unit":"kg"}').faults[0]).toContain('lift.height takes mm');
    expect(parse('{"value":1,"unit":"toString"}').faults).toHaveLength(1);
  });

  test.each([
    ['', 'empty'],
    ['up', 'not JSON'],
    ['9999', '0 to 3000 mm'],
    ['true', 'takes a number'],
    ['"1850"', 'takes a number'],
    ['{"val":1}', 'no "value"'],
    ['{"value":{"a":1}}', 'got object'],
    ['{"value":1,"at":"yesterday"}', 'RFC 3339'],
    ['{"value":1,"vin":"ABC"}', '17 characters'],
    ['{"readings":5}', 'must be a list'],
    ['[1,2]', 'takes a number'],
  ])('%j is a fault that says why: %s', (text, why) => {
    const { readings, faults } = parse(text);
    expect(readings).toEqual([]);
    expect(faults.join()).toContain(why);
  });
});

describe('a batch', () => {
  const batch = (readings: unknown[]) => parsePayload('dongle-1', null, JSON.stringify({ readings }), NOW);

  test('holds readings of several signals, each with its time', () => {
    const { readings, faults } = batch([
      { signal: 'obd.crank-voltage', value: 9.8, at: NOW - 86_400_000, late: true, vin: 'LSVAA4182E2123456' },
      { signal: 'obd.intake-air', value: 4, at: NOW - 86_400_000, late: true },
    ]);
    expect(faults).toEqual([]);
    expect(readings.map((r) => [r.signal, r.value, r.late, r.vin])).toEqual([
      ['obd.crank-voltage', 9.8, true, 'LSVAA4182E2123456'],
      ['obd.intake-air', 4, true, null],
    ]);
  });

  test('keeps its good readings when some are bad', () => {
    const { readings, faults } = batch([{ signal: 'obd.rpm', value: 800 }, { signal: 'warp', value: 9 }, 7]);
    expect(readings).toHaveLength(1);
    expect(faults).toHaveLength(2);
  });

  test('of more than 1,000 readings is refused whole', () => {
    const many = (n: number) => Array.from({ length: n }, () => ({ signal: 'obd.rpm', value: 1 }));
    expect(batch(many(1_000)).readings).toHaveLength(1_000);
    expect(batch(many(1_001))).toMatchObject({ readings: [], faults: [expect.stringContaining('at most 1000')] });
  });

  test('on the batch topic must be an object', () => {
    expect(parsePayload('d', null, '5', NOW).faults[0]).toContain('{"readings": [...]}');
  });
});

describe('any payload at all', () => {
  const anything = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record({ value: fc.jsonValue(), at: fc.jsonValue(), unit: fc.jsonValue(), late: fc.jsonValue() })
      .map((o) => JSON.stringify(o)),
    fc
      .array(fc.record({ signal: fc.constantFrom(...SIGNAL_NAMES), value: fc.jsonValue() }), { maxLength: 20 })
      .map((r) => JSON.stringify({ readings: r })),
  );

  test('gives readings that the vocabulary allows, or faults, and never an exception', () => {
    fc.assert(
      fc.property(anything, fc.option(fc.constantFrom(...SIGNAL_NAMES), { nil: null }), (text, signal) => {
        const { readings, faults } = parsePayload('d', signal, text, NOW);
        for (const r of readings) {
          expect(Reading.safeParse(r).success).toBe(true);
          expect(valueFault(r.signal, r.value)).toBeNull();
          expect(r.late ? r.at <= NOW + 60_000 : Math.abs(NOW - r.at) <= 60_000).toBe(true);
        }
        for (const fault of faults) expect(fault.length).toBeGreaterThan(5);
      }),
      { numRuns: 500 },
    );
  });

  test('that carries a number in range gives that number', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 3000, noNaN: true }), (height) => {
        const value = Object.is(height, -0) ? 0 : height;
        expect(one(JSON.stringify(value)).value).toBe(value);
        expect(one(JSON.stringify({ value })).value).toBe(value);
      }),
    );
  });
});
