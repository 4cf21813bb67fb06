import { describe, expect, test } from 'vitest';
import { Reference } from '../../../simulators/score/reference.ts';

const STEP = 5_000;

/** Looks of camera and floor, every 5 s; `x`: no word. Gives the flips as [time in s, state, since in s]. */
function flips(camera: string, floor: string): [number, boolean | null, number][] {
  const filter = new Reference();
  const told: [number, boolean | null, number][] = [];
  for (let i = 0; i < camera.length; i++) {
    const words = (
      [
        ['camera', camera[i]],
        ['floor', floor[i]],
      ] as const
    ).flatMap(([source, said]) => (said === 'x' ? [] : [{ source, present: said === '1' }]));
    const since = filter.step(words, i * STEP);
    if (since !== null) told.push([(i * STEP) / 1_000, filter.present, since / 1_000]);
  }
  return told;
}

const zeros = '0'.repeat(12);

describe('the reference filter of the field notes', () => {
  test('two groups that turn together flip when their sum reaches 4 against the state, dated back to their first word', () => {
    // From −3 each, five steps bring the sum to +4; the sixth word of both is not needed.
    expect(flips(`${zeros}${'1'.repeat(8)}`, `${zeros}${'1'.repeat(8)}`).at(-1)).toEqual([80, true, 60]);
  });

  test('one group alone flips only when it has stood at its clamp for 90 s', () => {
    const told = flips(`${zeros}${'1'.repeat(40)}`, 'x'.repeat(52));
    expect(told.at(-1)).toEqual([60 + 5 * 5 + 90 - 5, true, 60]);
  });

  test('against a healthy group that disagrees it takes 300 s', () => {
    const told = flips(`${zeros}${'1'.repeat(80)}`, '0'.repeat(92));
    expect(told.at(-1)).toEqual([60 + 5 * 5 + 300 - 5, true, 60]);
  });

  test('where nobody speaks nothing flips', () => {
    expect(flips('x'.repeat(50), 'x'.repeat(50))).toEqual([]);
  });
});
