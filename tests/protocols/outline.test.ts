import { expect, test } from 'vitest';
import { type Outline, outlineFault } from '../../protocols/outline.ts';
import fc from '../tools/property.ts';

const SQUARE: Outline = [
  [0.1, 0.1],
  [0.9, 0.1],
  [0.9, 0.9],
  [0.1, 0.9],
];

test.each([
  ['two corners', SQUARE.slice(0, 2), 'few'],
  ['33 corners', Array.from({ length: 33 }, (_, i) => [i / 40, (i % 2) / 2] as const), 'many'],
  ['a corner outside of the picture', [...SQUARE.slice(0, 3), [-0.01, 0.9] as const], 'outside'],
  ['a corner that is no number', [...SQUARE.slice(0, 3), [Number.NaN, 0.9] as const], 'outside'],
  ['an hourglass', [SQUARE[0]!, SQUARE[2]!, SQUARE[1]!, SQUARE[3]!], 'crossed'],
  ['a line', [SQUARE[0]!, SQUARE[1]!, SQUARE[0]!], 'small'],
  ['a speck', SQUARE.map(([x, y]) => [x / 50, y / 50] as const), 'small'],
])('%s is no outline of a bay', (_, outline, fault) => expect(outlineFault(outline)).toBe(fault));

test('a bay may be any shape that does not cross itself, also a hollow one', () => {
  expect(outlineFault(SQUARE)).toBe(null);
  expect(outlineFault([...SQUARE, [0.4, 0.5]])).toBe(null);
  expect(outlineFault([...SQUARE].reverse())).toBe(null);
});

test('every star around a middle is an outline, wherever it begins', () => {
  const radii = fc.array(fc.double({ min: 0.1, max: 0.5, noNaN: true }), { minLength: 4, maxLength: 32 });
  fc.assert(
    fc.property(radii, fc.nat(31), (list, turn) => {
      const star = list.map((r, i) => {
        const angle = (2 * Math.PI * i) / list.length;
        return [0.5 + r * Math.cos(angle), 0.5 + r * Math.sin(angle)] as const;
      });
      const first = turn % star.length;
      expect(outlineFault([...star.slice(first), ...star.slice(0, first)])).toBe(null);
    }),
  );
});
