import type { Cells } from './cells.ts';

/**
 * What a classifier sees of a region: ten numbers. Twenty labelled frames cannot feed more. The first seven ask how far
 * the region is from each empty frame that was shown, and take the nearest: lamps on and off, door open and shut are all
 * "empty" once each was shown. None of them changes with the strength of the light; correlations do not even see a gain
 * that differs between bright and dark. Brightness itself is not among them: glare and shadows are brightness, and with
 * twenty frames a model leans on it.
 */
export const FEATURES = [
  'edge-pattern', // 1 − correlation of edges: another shape stands there; a shadow has few edges
  'texture-pattern', // the same of the deviation inside cells
  'edge-change', // mean change of edge density
  'edge-middle', // median change: a person, a trolley, a beam of light change few cells, a car most
  'edge-cells', // share of cells whose edges changed
  'texture-middle', // median change
  'colour-change',
  'edge-mean',
  'texture-mean',
  'colour-mean',
] as const;

const CHANGED = 0.5;

/** @param empty the same region in frames known to be empty; without any, the first seven are 1 */
export function featuresOf(cells: Cells, empty: readonly Cells[]): number[] {
  const compared = empty.map((e) => [
    1 - correlation(cells.edge, e.edge),
    1 - correlation(cells.texture, e.texture),
    distance(cells.edge, e.edge),
    middle(cells.edge, e.edge),
    cells.edge.filter((v, i) => Math.abs(v - e.edge[i]!) > CHANGED).length / Math.max(1, cells.edge.length),
    middle(cells.texture, e.texture),
    distance(cells.colour, e.colour),
  ]);
  const nearest = Array.from({ length: 7 }, (_, f) => Math.min(...compared.map((c) => c[f]!), empty.length ? 99 : 1));
  return [...nearest, mean(cells.edge), mean(cells.texture), mean(cells.colour)];
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
}

function distance(a: readonly number[], b: readonly number[]): number {
  return mean(a.map((v, i) => Math.abs(v - b[i]!)));
}

function middle(a: readonly number[], b: readonly number[]): number {
  const sorted = a.map((v, i) => Math.abs(v - b[i]!)).sort((x, y) => x - y);
  return sorted[sorted.length >> 1] ?? 0;
}

/** Pearson's; 0 where one of the two does not vary at all. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const ma = mean(a);
  const mb = mean(b);
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i += 1) {
    ab += (a[i]! - ma) * (b[i]! - mb);
    aa += (a[i]! - ma) ** 2;
    bb += (b[i]! - mb) ** 2;
  }
  return aa * bb > 1e-12 ? ab / Math.sqrt(aa * bb) : 0;
}
