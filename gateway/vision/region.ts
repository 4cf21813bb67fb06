import { LiftgateError } from '../../protocols/error.ts';

/** Corners as shares of the picture's width and height, 0 to 1. */
export type Polygon = readonly (readonly [x: number, y: number])[];

export const WHOLE: Polygon = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
];

/**
 * Reads a region: four numbers are a rectangle `x y width height`
 * (or, where that would not fit into the picture, two corners `x1 y1 x2 y2`), six and more an even count are corners
 * `x1 y1 x2 y2 x3 y3 …`, with any separators; shares of the picture, or pixels when one is above 1 (`size` is needed
 * then). Nothing, or `full`, is the whole picture. Null for any other text: it is a name.
 */
export function readRegion(text: string, size: { width: number; height: number } | null): Polygon | null {
  const clean = text.trim();
  if (clean === '' || /^(full|whole|all|\*)$/i.test(clean)) return WHOLE;
  if (!/^[\d\s.,;:|/()[\]x+-]+$/i.test(clean) || !/\d/.test(clean)) return null;
  const numbers = [...clean.matchAll(/-?\d*\.?\d+/g)].map((m) => Number(m[0]));
  if (numbers.length < 4 || numbers.length % 2 === 1) return null;
  const inPixels = numbers.some((n) => n > 1);
  if (inPixels && size === null) return null;
  const { width, height } = inPixels ? size! : { width: 1, height: 1 };
  const shares = numbers.map((n, i) => n / (i % 2 === 0 ? width : height));
  if (numbers.length > 4) return checked(text, pairs(shares));
  const [x, y, third, fourth] = shares as [number, number, number, number];
  const areCorners = (x + third > BEYOND || y + fourth > BEYOND) && third > x && fourth > y;
  const [w, h] = areCorners ? [third - x, fourth - y] : [third, fourth];
  return checked(text, [
    [x, y],
    [x + w, y],
    [x + w, y + h],
    [x, y + h],
  ]);
}

/** Further than this over the rim a rectangle was not meant. */
const BEYOND = 1.02;

function pairs(numbers: readonly number[]): [number, number][] {
  return Array.from({ length: numbers.length / 2 }, (_, i) => [numbers[2 * i]!, numbers[2 * i + 1]!]);
}

function checked(text: string, polygon: Polygon): Polygon {
  const inside = polygon.map(([x, y]) => [clip(x), clip(y)] as const);
  if (areaOf(inside) < 0.0005)
    throw new LiftgateError(
      'invalid',
      `expected a region with an area inside the picture, got "${text}"; corners are shares from 0 to 1, or pixels`,
    );
  return inside;
}

const clip = (n: number) => Math.min(1, Math.max(0, n));

/** As a share of the picture. */
export function areaOf(p: Polygon): number {
  return (
    Math.abs(p.reduce((sum, [x, y], i) => sum + x * p[(i + 1) % p.length]![1] - p[(i + 1) % p.length]![0] * y, 0)) / 2
  );
}

/** Is the point inside? Even-odd rule. */
export function isInside(polygon: Polygon, x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i, i += 1) {
    const [ax, ay] = polygon[i]!;
    const [bx, by] = polygon[j]!;
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export function boxOf(polygon: Polygon): Box {
  const xs = polygon.map(([x]) => x);
  const ys = polygon.map(([, y]) => y);
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}
