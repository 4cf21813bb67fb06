import { describe, expect, test } from 'vitest';
import { figuresOf } from '../../../simulators/score/figures.ts';
import { addTally, tallyOf } from '../../../simulators/score/measure.ts';
import type { Booked, Telling, Track } from '../../../simulators/score/track.ts';
import type { TrueStay, Truth } from '../../../simulators/score/truth.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const stay = (from: number, to: number, more: Partial<TrueStay> = {}): TrueStay => ({
  ...{ bay: 'B1', vin: null, from: from * MINUTE, to: to * MINUTE, told: null },
  ...more,
});
const truth = (...stays: TrueStay[]): Truth => ({ from: 0, to: 2 * HOUR, bays: ['B1'], stays });
const told = (at: number, since: number, booked: Booked | null, present: number | null = null): Telling => {
  return { at: at * MINUTE, since: since * MINUTE, booked, present, stay: booked === 'occupied' ? `s${since}` : null };
};
const score = (t: Truth, track: Partial<Track>) =>
  figuresOf(tallyOf(t, new Map([['B1', { tellings: [], names: [], ...track }]])));

describe('the score', () => {
  test('of a history that is exactly right is perfect, and what was shown meanwhile is late by the latency', () => {
    const tellings = [told(0, 0, 'empty'), told(31, 30, 'occupied'), told(62, 60, 'empty')];
    const f = score(truth(stay(30, 60)), { tellings });
    expect(f).toMatchObject({
      bayDays: 1,
      enterLatency: { p50: 60, p95: 60, count: 1 },
      leaveLatency: { p50: 120, count: 1 },
      startError: { p95: 0, count: 1 },
      falseFlipsPerBayDay: 0,
      missedStaysPerBayDay: 0,
      occupiedTimeError: 0,
      bayMinutesRight: 1,
      bayMinutesRightLive: 117 / 120,
      unknownShare: 0,
    });
  });

  test('counts flips without a true change in the 240 s before', () => {
    const tellings = [told(0, 0, 'empty'), told(10, 10, 'occupied'), told(12, 12, 'empty'), told(65, 65, 'occupied')];
    const f = score(truth(stay(60, 120)), { tellings });
    expect(f.falseFlipsPerBayDay).toBe(3);
    expect(f.enterLatency).toMatchObject({ p50: 300 });
    expect(f.occupiedTimeError).toBeCloseTo(3 / 60);
    expect(f.bayMinutesRight).toBeCloseTo(113 / 120);
  });

  test('finding a bay again after unknown time is no false flip, being wrong about it is', () => {
    const tellings = [told(0, 0, 'occupied'), told(20, 20, 'unknown'), told(40, 40, 'occupied')];
    expect(score(truth(stay(-30, 150)), { tellings }).falseFlipsPerBayDay).toBe(0);
    expect(score(truth(), { tellings: [told(0, 0, 'empty'), ...tellings.slice(1)] }).falseFlipsPerBayDay).toBe(1);
  });

  test('unknown time is told apart and neither right nor wrong', () => {
    const f = score(truth(stay(0, 120)), { tellings: [told(0, 0, 'unknown'), told(30, 30, 'occupied')] });
    expect(f.unknownShare).toBeCloseTo(0.25);
    expect(f.bayMinutesRight).toBe(1);
    expect(score(truth(stay(0, 120)), {}).unknownShare).toBe(1);
  });

  test('a stay that is found when UNKNOWN ends claims no start', () => {
    const tellings = [told(0, 0, 'unknown'), told(40, 40, 'occupied'), told(61, 60, 'empty')];
    const f = score(truth(stay(30, 60), stay(70, 120)), { tellings: [...tellings, told(71, 71, 'occupied')] });
    expect(f.startError).toMatchObject({ p95: 60, count: 1 });
    expect(f.missedStaysPerBayDay).toBe(0);
  });

  test('a stay answers for one true stay: of two cars in one stay the second is missed', () => {
    const tellings = [told(0, 0, 'empty'), told(31, 30, 'occupied'), told(91, 90, 'empty')];
    const f = score(truth(stay(30, 50), stay(51, 90)), { tellings });
    expect(f.missedStaysPerBayDay).toBe(1);
    expect(f.unfoundChanges).toBe(0.5);
  });

  test('a correction amends the history but not what was shown', () => {
    const tellings = [told(0, 0, 'empty'), told(10, 10, 'occupied'), told(20, 5, 'empty'), told(21, 6, 'occupied')];
    const f = score(truth(stay(6, 120)), { tellings });
    expect(f.bayMinutesRight).toBe(1);
    expect(f.bayMinutesRightLive).toBeCloseTo(115 / 120);
  });

  test('a car is named rightly within 60 s of the first word, of those that were named', () => {
    const tellings = [told(30, 30, 'occupied')];
    const cars = truth(stay(30, 60, { vin: 'X', told: 35 * MINUTE }));
    const named = (at: number, vin: string) => [{ at: at * MINUTE, stay: 's30', vin }];
    expect(score(cars, { tellings, names: named(35.5, 'X') }).identity).toEqual({ right: 1, named: 1, stays: 1 });
    expect(score(cars, { tellings, names: named(35.5, 'Y') }).identity).toEqual({ right: 0, named: 1, stays: 1 });
    expect(score(cars, { tellings, names: named(37, 'X') }).identity).toEqual({ right: null, named: 0, stays: 1 });
  });

  test('probabilities are held against what was so, minute by minute', () => {
    const tellings = [told(0, 0, 'empty', 0.1), told(30, 30, null, 0.5), told(60, 60, 'occupied', 0.9)];
    const { calibration } = score(truth(stay(60, 120)), { tellings });
    expect(calibration.minutes).toBe(120);
    expect(calibration.brier).toBeCloseTo((30 * 0.01 + 30 * 0.25 + 60 * 0.01) / 120);
    expect(calibration.bins[5]).toEqual({ told: 0.5, was: 0, minutes: 30 });
    expect(calibration.bins[9]).toMatchObject({ was: 1, minutes: 60 });
  });

  test('days add up', () => {
    const one = tallyOf(truth(stay(30, 60)), new Map([['B1', { tellings: [told(0, 0, 'empty')], names: [] }]]));
    const two = figuresOf(addTally(one, one));
    expect(two).toMatchObject({ bayDays: 2, missedStaysPerBayDay: 1, occupiedTimeError: 1 });
  });
});
