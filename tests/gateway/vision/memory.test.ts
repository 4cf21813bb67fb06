import { describe, expect, test } from 'vitest';
import { BayMemory } from '../../../gateway/vision/memory.ts';

const look = (m: BayMemory, from: number, probabilities: readonly (number | null)[]) =>
  probabilities.map((p, i) => m.take(p, from + 5_000 * i).occupied);

describe('what was seen of a bay before', () => {
  test('a frame that is sure speaks at once', () => {
    expect(look(new BayMemory(), 0, [0.02, 0.97, 0.05])).toEqual([false, true, false]);
  });

  test('a person before the car leaves it occupied; minutes of doubt leave the bay unknown', () => {
    const m = new BayMemory();
    look(m, 0, Array(12).fill(0.98));
    expect(look(m, 60_000, [0.6, 0.5, 0.4])).toEqual([true, true, true]);
    expect(look(m, 75_000, Array(60).fill(0.5)).at(-1)).toBe(null);
  });

  test('doubt never becomes knowledge, however long it lasts', () => {
    expect(new Set(look(new BayMemory(), 0, Array(500).fill(0.7)))).toEqual(new Set([null]));
  });

  test('a bay that cannot be seen is unknown, and what was known of it fades', () => {
    const m = new BayMemory();
    look(m, 0, Array(12).fill(0.02));
    expect(look(m, 60_000, [null, 0.4])).toEqual([null, false]);
    expect(look(m, 900_000, [null, 0.4])).toEqual([null, null]);
  });
});
