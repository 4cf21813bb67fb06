import { type Cells, longestRow, middleness } from './cells.ts';
import { ORIENTATIONS } from './luma.ts';

/**
 * What a classifier sees of a region: fourteen numbers; twenty labelled frames cannot feed more. All of them ask how far the
 * region is from the empty frames that were shown, cell by cell. None changes with the strength of the light; brightness
 * itself is not among them: glare and shadows are brightness, and with twenty frames a model leans on it.
 *
 * A cell is compared with each of the empty frames, and the quarter that fits best decides: lamps on and off, door
 * open and shut are all "empty" once each was shown, and a person or a cart in one of those frames is outvoted there.
 */
export const FEATURES = [
  'edge-mean', // mean change: how much of the region shows another structure
  'edge-middle', // median: a person, a trolley, a beam of light change few cells, a car most
  'edge-least', // third decile: what a car leaves of the floor
  'edge-cells', // share of cells that changed for the most part
  'edge-row', // longest row of such cells: a car is wide, a person is not
  'edge-centre', // mean change about the middle: carts stand at the rim
  'line-mean', // the same six of edges however faint: haze and glare weaken edges, and do not move them
  'line-middle',
  'line-least',
  'line-cells',
  'line-row',
  'line-centre',
  'colour-mean', // change of colour ratios: paint on grey concrete; a shadow keeps them
  'colour-middle',
] as const;

/** Strengths below these are no structure: two cells of nothing are the same. */
const FAINT_EDGE = 0.01;
const FAINT_LINE = 0.1;
const CHANGED = 0.5;
/** Which of the empty frames decides, best fit first. */
const BEST = 0.25;

/** @param empty the same region in frames known to be empty; without any, all is as different as can be */
export function featuresOf(cells: Cells, empty: readonly Cells[]): number[] {
  const edge = changes(cells.edge, empty, (e) => e.edge, FAINT_EDGE);
  const line = changes(cells.line, empty, (e) => e.line, FAINT_LINE);
  const colour = Array.from({ length: cells.places.length }, (_, c) =>
    best(
      empty.map((e) =>
        Math.hypot(cells.colour[2 * c]! - e.colour[2 * c]!, cells.colour[2 * c + 1]! - e.colour[2 * c + 1]!),
      ),
    ),
  );
  return [...summary(edge, cells.places), ...summary(line, cells.places), mean(colour), ranked(colour, 0.5)];
}

/** Per cell: |a − b| ÷ (|a| + |b|) over the directions, 0 the same to 1 nothing in common. */
function changes(
  now: readonly number[],
  empty: readonly Cells[],
  of: (e: Cells) => readonly number[],
  faint: number,
): number[] {
  return Array.from({ length: now.length / ORIENTATIONS }, (_, c) =>
    best(
      empty.map((e) => {
        const then = of(e);
        let [apart, a, b] = [0, 0, 0];
        for (let i = c * ORIENTATIONS; i < (c + 1) * ORIENTATIONS; i += 1) {
          apart += (now[i]! - then[i]!) ** 2;
          a += now[i]! ** 2;
          b += then[i]! ** 2;
        }
        return Math.sqrt(apart) / (Math.sqrt(a) + Math.sqrt(b) + faint);
      }),
    ),
  );
}

function best(distances: number[]): number {
  return distances.length === 0 ? 1 : ranked(distances, BEST);
}

function summary(change: readonly number[], places: readonly number[]): number[] {
  let [weighed, weight] = [0, 0];
  for (const [i, place] of places.entries()) {
    const w = middleness(place);
    weighed += w * change[i]!;
    weight += w;
  }
  return [
    mean(change),
    ranked(change, 0.5),
    ranked(change, 0.3),
    change.filter((c) => c > CHANGED).length / Math.max(1, change.length),
    longestRow(places, (i) => change[i]! > CHANGED),
    weight > 0 ? weighed / weight : 0,
  ];
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
}

/** The quantile q (0 to 1), between two neighbours in proportion. 0 for no values. */
function ranked(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? 0;
  return low + (at - Math.floor(at)) * ((sorted[Math.ceil(at)] ?? low) - low);
}
