import { describe, expect, test } from 'vitest';
import { Pacer } from '../../../../gateway/drivers/mqtt/pacer.ts';
import { reading } from '../../../../protocols/reading.ts';
import fc from '../../../tools/property.ts';

const T = 1_763_800_000_000;
const height = (value: number | null, at: number) => reading('lift-1', 'lift.height', value, at);
const kept = (pacer: Pacer, value: number, at: number) =>
  pacer.take([height(value, at)], at).kept.map((r) => r.value as number);

describe('a deadband', () => {
  test('keeps changes that are large enough, and a heartbeat', () => {
    const pacer = new Pacer([{ signal: 'lift.height', change: 10, silence: 15 }]);
    const said: [number, number][] = [
      [100, 0],
      [104, 1],
      [109, 2],
      [110, 3],
      [101, 4],
      [100, 5],
      [103, 12],
      [104, 21],
    ];
    expect(said.flatMap(([value, s]) => kept(pacer, value, T + 1_000 * s))).toEqual([100, 110, 100, 104]);
  });

  test('in percent is that of the last value', () => {
    const pacer = new Pacer([{ signal: 'lift.height', percent: 10, silence: 60 }]);
    expect([100, 109, 110, 120, 121].flatMap((v, i) => kept(pacer, v, T + i))).toEqual([100, 110, 121]);
  });

  test('is never off by more than itself', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 200 }), (values) => {
        const pacer = new Pacer([{ signal: 'lift.height', change: 25, silence: 3_600 }]);
        let last = Number.NaN;
        values.forEach((value, i) => {
          last = kept(pacer, value, T + 100 * i).at(-1) ?? last;
          expect(Math.abs(last - value)).toBeLessThan(25);
        });
      }),
    );
  });
});

test('a rate cap keeps the last value, a little later', () => {
  const pacer = new Pacer([{ signal: 'lift.height', rate: 2, silence: 15 }]);
  expect([1, 2, 3, 4].flatMap((v, i) => kept(pacer, v, T + 100 * i))).toEqual([1]);
  expect(pacer.waits).toBe(true);
  expect(pacer.due(T + 400)).toEqual([]);
  expect(pacer.due(T + 500).map((r) => r.value)).toEqual([4]);
  expect(pacer.waits).toBe(false);
});

describe('a device that floods', () => {
  test('is thinned to the last value of each signal a second, and its last word is not lost', () => {
    const pacer = new Pacer([], 100);
    let count = 0;
    let floods = false;
    for (let ms = 0; ms < 20_000; ms++) {
      const step = pacer.take([height(ms % 3_000, T + ms)], T + ms);
      count += step.kept.length;
      floods ||= step.floods;
    }
    expect(floods).toBe(true);
    // The burst of ten seconds, and then what the rate lets through.
    expect(count).toBeLessThan(1_000 + 20 * 100 + 40);
    expect(pacer.heldBack).toBeGreaterThan(15_000);
    pacer.take([height(77, T + 20_000)], T + 20_000);
    const after = [...pacer.due(T + 20_000), ...pacer.due(T + 22_000)];
    expect(pacer.waits).toBe(false);
    expect(after.length === 0 || after.at(-1)?.value === 77).toBe(true);
  });

  test('that brings kept records is not thinned', () => {
    const pacer = new Pacer([], 1);
    const records = Array.from({ length: 1_000 }, (_, i) => reading('lift-1', 'lift.height', i, T - i, { late: true }));
    expect(pacer.take(records, T)).toMatchObject({ kept: { length: 1_000 }, floods: false });
  });

  test('ends with its last value, whatever it said before', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 50 }), fc.nat({ max: 300 })), { minLength: 1 }), (said) => {
        const pacer = new Pacer([], 2);
        let at = T;
        let last: unknown;
        for (const [value, wait] of said) {
          at += wait;
          last = kept(pacer, value, at).at(-1) ?? last;
        }
        last = pacer.due(at + 5_000).at(-1)?.value ?? last;
        expect(last).toBe(said.at(-1)![0]);
      }),
    );
  });
});
