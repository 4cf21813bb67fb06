import { describe, expect, test } from 'vitest';
import { LEAVES, type Leaf } from '../../protocols/event.ts';
import { billedUtil, dwellOf, facilityUtil, timeUtil, turnover, visitsOf, waitOf } from '../../protocols/figures.ts';
import {
  foldIntervals,
  type Interval,
  ledgerOf,
  lossTree,
  pieceByHand,
  shares,
  sumTrees,
} from '../../protocols/ledger.ts';
import fc from '../tools/property.ts';

const EIGHT = Date.parse('2026-03-03T08:00:00+08:00');
const at = (minutes: number) => EIGHT + minutes * 60_000;

function piece(from: number, to: number, leaf: Leaf | null, more: Partial<Interval> = {}): Interval {
  return {
    bay: '1',
    interval: `1.${from}`,
    version: 1,
    day: '2026-03-03',
    from: at(from),
    to: at(to),
    leaf,
    open: true,
    stay: leaf === 'working' || leaf === 'idle' || leaf === 'waiting' ? 's-1' : null,
    visit: null,
    vin: null,
    order: null,
    rule: 'r',
    evidence: [],
    confidence: null,
    by: 'engine',
    at: at(to),
    removed: false,
    why: null,
    ...more,
  };
}
const story = (pieces: readonly Interval[], from = 0, to = 600) =>
  ledgerOf(foldIntervals(new Map(), pieces).values(), at(from), at(to));
const told = (pieces: readonly Interval[], from = 0, to = 600) =>
  story(pieces, from, to).map((p) => [(p.from - EIGHT) / 60_000, (p.to - EIGHT) / 60_000, p.leaf, p.by]);

describe('the ledger of a bay', () => {
  test('an amended piece replaces the old by its id and version, whichever comes first', () => {
    const first = piece(0, 60, 'empty');
    const amended = piece(0, 50, 'empty', { version: 2 });
    const gone = piece(100, 110, 'idle', { version: 3, removed: true });
    const expected = [[0, 50, 'empty', 'engine']];
    expect(told([first, amended, piece(100, 110, 'idle'), gone])).toEqual(expected);
    expect(told([gone, amended, piece(100, 110, 'idle'), first, first])).toEqual(expected);
  });

  test("a person's word lies over the engine's, a later one over an earlier, and taken back it leaves no trace", () => {
    const engine = [piece(0, 60, 'empty'), piece(60, 120, 'idle'), piece(120, 180, 'empty')];
    const said = { bay: '1', vin: null, order: null, who: 'LW', why: 'the camera was covered' } as const;
    const one = { ...said, correction: 'a', from: at(30), to: at(90), leaf: 'working' as const, at: at(200) };
    const two = { ...said, correction: 'b', from: at(80), to: at(100), leaf: 'waiting-parts' as const, at: at(201) };
    const day = '2026-03-03';
    const byHand = (c: typeof one | typeof two, withdrawn = false) => pieceByHand({ ...c, withdrawn }, day);
    expect(told([byHand(two), ...engine, byHand(one)])).toEqual([
      [0, 30, 'empty', 'engine'],
      [30, 60, 'working', 'person'],
      [60, 80, 'working', 'person'],
      [80, 100, 'waiting-parts', 'person'],
      [100, 120, 'idle', 'engine'],
      [120, 180, 'empty', 'engine'],
    ]);
    const back = [byHand(one, true), byHand(two, true)];
    expect(told([...back, ...engine, byHand(one), byHand(two)])).toEqual(told(engine));
  });

  test('a correction of the car alone leaves the time as it was booked', () => {
    const vin = 'LSVAG2180E2100001';
    const c = { correction: 'a', bay: '1', from: at(0), to: at(60), leaf: null, vin, order: null } as const;
    const fix = pieceByHand({ ...c, who: 'LW', at: at(99), why: 'wrong label', withdrawn: false }, '2026-03-03');
    expect(story([piece(0, 60, 'working', { vin: '1HGCM82633A004352' }), fix])).toMatchObject([
      { leaf: 'working', stay: 's-1', vin, by: 'person', why: 'wrong label' },
    ]);
  });

  const anyPiece = fc
    .record({
      from: fc.integer({ min: -100, max: 600 }),
      length: fc.integer({ min: 0, max: 200 }),
      leaf: fc.constantFrom(...LEAVES),
      open: fc.boolean(),
      by: fc.constantFrom('engine' as const, 'person' as const),
      interval: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      version: fc.integer({ min: 1, max: 4 }),
      removed: fc.boolean(),
      when: fc.integer({ min: 0, max: 5 }),
    })
    .map(({ from, length, leaf, when, ...more }) => piece(from, from + length, leaf, { ...more, at: at(when) }));
  // One version of one interval is one word: it can be said twice, not in two ways.
  const anyPieces = fc.uniqueArray(anyPiece, { maxLength: 20, selector: (p) => `${p.interval}/${p.version}` });

  test('any order of the events, with repetitions, gives the same ledger; it never overlaps and always adds up', () => {
    const shuffled = anyPieces.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 })),
    );
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        const pieces = story(one);
        expect(story(other)).toEqual(pieces);
        pieces.slice(1).forEach((p, i) => {
          expect(p.from).toBeGreaterThanOrEqual(pieces[i]!.to);
        });
        const t = lossTree(pieces, at(0), at(600));
        expect(t.calendar).toBe(600 * 60);
        expect(t.missing).toBeGreaterThanOrEqual(0);
        expect(t.missing + t.closed + t.open).toBe(t.calendar);
        expect(t.blocked + t.unknown + t.empty + t.occupied).toBe(t.open);
        expect(t.leaves.working + t.waiting + t.leaves.rework + t.leaves.idle).toBe(t.occupied);
        expect(LEAVES.reduce((n, leaf) => n + t.leaves[leaf], 0)).toBe(t.open);
        expect(sumTrees([t, t]).open).toBe(2 * t.open);
        if (t.open > 0) expect(Object.values(shares(t.leaves)).reduce((n, s) => n + Math.round(s * 10), 0)).toBe(1_000);
      }),
    );
  });
});

describe('percentages', () => {
  test('the tenths that rounding leaves go to the largest remainders, so that the sum is 100.0', () => {
    expect(shares({ a: 1, b: 1, c: 1 })).toEqual({ a: 33.4, b: 33.3, c: 33.3 });
    expect(shares({ a: 0, b: 0 })).toEqual({ a: 0, b: 0 });
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 10 ** 9 }), { minLength: 1, maxLength: 20 }), (parts) => {
        fc.pre(parts.some((p) => p > 0));
        const whole = parts.reduce((n, p) => n + p, 0);
        const got = shares(Object.fromEntries(parts.map((p, i) => [`k${i}`, p])));
        expect(Object.values(got).reduce((n, s) => n + Math.round(s * 10), 0)).toBe(1_000);
        for (const [i, p] of parts.entries())
          expect(Math.abs(got[`k${i}`]! - (100 * p) / whole)).toBeLessThanOrEqual(0.1);
      }),
    );
  });
});

describe('named ratios', () => {
  test('occupied over available is 28 of 48 hours: 58 %, with nothing unknown', () => {
    const t = lossTree(
      story([piece(0, 28 * 60, 'idle'), piece(28 * 60, 48 * 60, 'empty')], 0, 2_880),
      at(0),
      at(2_880),
    );
    expect(timeUtil(t).value).toBeCloseTo(28 / 48);
    expect(timeUtil(t)).toMatchObject({ coverage: 1, hours: 48, low: 28 / 48, high: 28 / 48 });
  });

  test('below 95 % coverage there is a range and no value; a blocked bay is not available', () => {
    const day = [piece(0, 60, 'blocked'), piece(60, 120, 'unknown'), piece(120, 300, 'idle'), piece(300, 600, 'empty')];
    const u = timeUtil(lossTree(story(day), at(0), at(600)));
    expect(u).toMatchObject({ value: null, hours: 9, low: 180 / 540, high: 240 / 540 });
    expect(u.coverage).toBeCloseTo(1 - 60 / 540);
    const almost = [piece(0, 10, 'unknown'), piece(10, 310, 'idle'), piece(310, 600, 'empty')];
    expect(timeUtil(lossTree(story(almost), at(0), at(600))).value).toBeCloseTo(300 / 590);
  });

  test('what is not known is null, and what is sold may exceed what is available', () => {
    const t = lossTree(story([piece(0, 600, 'working')]), at(0), at(600));
    expect(billedUtil(t, null)).toBeNull();
    expect(billedUtil(t, 14.5 * 3_600)).toBeCloseTo(1.45);
    expect(facilityUtil(12_000, 100, 3 * 22 * 8)).toBeCloseTo(12_000 / 52_800);
    expect(facilityUtil(1, 0, 8)).toBeNull();
    expect(turnover(20, 8, 1)).toBe(2.5);
    expect(turnover(3, 8, 0)).toBeNull();
    expect(timeUtil(lossTree([], at(0), at(600)))).toMatchObject({ value: null, coverage: null, hours: 0 });
  });

  test('dwell and wait are ranks of what was there; a stay that goes on, or ends in the unknown, has no dwell', () => {
    const stay = (from: number, work: number, to: number, id: string) => [
      piece(from, work, 'waiting', { stay: id }),
      piece(work, to, 'working', { stay: id }),
    ];
    const pieces = story([
      ...stay(0, 10, 50, 'a'),
      piece(50, 60, 'empty'),
      ...stay(60, 80, 160, 'b'),
      ...stay(160, 190, 220, 'c'),
      piece(220, 230, 'unknown'),
      ...stay(230, 235, 300, 'd'),
    ]);
    const visits = visitsOf(pieces);
    expect(visits.map((v) => [v.stay, v.completed])).toEqual([
      ['a', true],
      ['b', true],
      ['c', false],
      ['d', false],
    ]);
    expect(dwellOf(visits)).toEqual({ count: 2, p50: 50 * 60, p90: 100 * 60 });
    expect(waitOf(visits)).toEqual({ count: 4, p50: 10 * 60, p90: 30 * 60 });
  });
});
