import { describe, expect, test } from 'vitest';
import { dayOf } from '../../../dashboard/wall/day.ts';
import { promiseOf } from '../../../dashboard/wall/look.ts';
import { tileOf } from '../../tools/fake-board.ts';

const MINUTE = 60_000;
const since = Date.parse('2026-11-20T08:00:00Z');
const tile = tileOf('1', { occupancy: 'occupied', since, promisedAt: since + 100 * MINUTE });

describe('the promise of a tile', () => {
  test.each([
    [0, 'in-time'],
    [89, 'in-time'],
    [90, 'tight'],
    [100, 'tight'],
    [101, 'late'],
  ])('after %i of 100 minutes it is %s', (minutes, word) => {
    expect(promiseOf(tile, since + minutes * MINUTE)).toBe(word);
  });

  test('is not there where nothing was promised, and never called late without a clock', () => {
    expect(promiseOf({ ...tile, promisedAt: null }, since)).toBe(null);
    expect(promiseOf(tile, null)).toBe('in-time');
  });
});

describe('the day of the bays', () => {
  const day = {
    bay: '1',
    day: '2026-11-20',
    open: 1_000,
    working: 150,
    waiting: 50,
    idle: 0,
    blocked: 0,
    empty: 200,
    unknown: 600,
    visits: 1,
  };

  test('is measured against the time that is known, and says how much that is', () => {
    expect(dayOf([{ ...tile, today: day }])).toMatchObject({ occupied: 0.5, productive: 0.375, coverage: 0.4 });
  });

  test('has no figures while nothing is known, and is not there before the first open second', () => {
    const blind = { ...day, working: 0, waiting: 0, empty: 0, unknown: 1_000 };
    expect(dayOf([{ ...tile, today: blind }])).toMatchObject({ occupied: null, productive: null, coverage: 0 });
    expect(dayOf([{ ...tile, today: null }])).toBe(null);
  });
});
