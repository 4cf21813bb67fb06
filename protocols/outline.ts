/** Corners of a bay in a picture, as shares of its width and height from the top left, 0 to 1. */
export type Outline = readonly (readonly [x: number, y: number])[];

export const FEWEST_CORNERS = 3;
export const MOST_CORNERS = 32;
/** Share of the picture: at 480 px of width about 260 pixels, which a grid of cells still has a few in each. */
const LEAST_AREA = 0.002;

export type OutlineFault = 'few' | 'many' | 'outside' | 'small' | 'crossed';

/** What keeps an outline from being the edge of a bay; null: nothing does. */
export function outlineFault(outline: Outline): OutlineFault | null {
  if (outline.length < FEWEST_CORNERS) return 'few';
  if (outline.length > MOST_CORNERS) return 'many';
  if (outline.some(([x, y]) => !(x >= 0 && x <= 1 && y >= 0 && y <= 1))) return 'outside';
  if (isCrossed(outline)) return 'crossed';
  return areaOf(outline) < LEAST_AREA ? 'small' : null;
}

/** Shoelace formula; share of the picture. */
function areaOf(outline: Outline): number {
  const twice = outline.reduce((sum, [x, y], i) => {
    const [u, v] = outline[(i + 1) % outline.length]!;
    return sum + x * v - u * y;
  }, 0);
  return Math.abs(twice) / 2;
}

function isCrossed(outline: Outline): boolean {
  const n = outline.length;
  const edge = (i: number) => [outline[i]!, outline[(i + 1) % n]!] as const;
  for (let i = 0; i < n; i += 1)
    for (let j = i + 2; j < n; j += 1) if ((j + 1) % n !== i && cross(edge(i), edge(j))) return true;
  return false;
}

type Point = Outline[number];

/** Do two edges cross inside both? Each has the ends of the other on either side. */
function cross([a, b]: readonly [Point, Point], [c, d]: readonly [Point, Point]): boolean {
  const side = (p: Point, q: Point, r: Point) =>
    Math.sign((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]));
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}
