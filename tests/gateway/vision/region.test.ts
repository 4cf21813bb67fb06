import { expect, test } from 'vitest';
import { readRegion, WHOLE } from '../../../gateway/vision/region.ts';

const SIZE = { width: 200, height: 100 };

test.each([
  ['', WHOLE],
  ['full', WHOLE],
  ['Bay 1 left', null],
  [
    '0.1 0.2 0.5 0.6',
    [
      [0.1, 0.2],
      [0.6, 0.2],
      [0.6, 0.8],
      [0.1, 0.8],
    ],
  ],
  // Too big for a width and a height: two corners.
  [
    '0.5,0.5,1,1',
    [
      [0.5, 0.5],
      [1, 0.5],
      [1, 1],
      [0.5, 1],
    ],
  ],
  [
    '100 50 200 100',
    [
      [0.5, 0.5],
      [1, 0.5],
      [1, 1],
      [0.5, 1],
    ],
  ],
  [
    '20 10 100 50',
    [
      [0.1, 0.1],
      [0.6, 0.1],
      [0.6, 0.6],
      [0.1, 0.6],
    ],
  ],
  [
    '[[0, 0], [1, 0], [0.5, 1]]',
    [
      [0, 0],
      [1, 0],
      [0.5, 1],
    ],
  ],
  [
    '0 0; 200 0; 100 100',
    [
      [0, 0],
      [1, 0],
      [0.5, 1],
    ],
  ],
])('the region "%s" is read', (text, corners) => {
  const read = readRegion(text, SIZE);
  expect(read?.map((p) => p.map((n) => Math.round(n * 1_000) / 1_000)) ?? null).toEqual(corners);
});

test('a region without an area is refused', () => {
  expect(() => readRegion('0.5 0.5 0 0.2', SIZE)).toThrow(/with an area inside the picture/);
});
