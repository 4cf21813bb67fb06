import type { Cells } from './cells.ts';
import type { Frame } from './frame.ts';
import { isTooDark, Looker } from './look.ts';
import type { Polygon } from './region.ts';
import { type Background, backgroundOf } from './view.ts';

/** What is measured of one frame for somebody at the site page. */
export interface Survey {
  /** Nothing can be learned from it. */
  readonly dark: boolean;
  /** Of each outline that was asked for, in that order. */
  readonly cells: readonly Cells[];
  /** What the camera saw, bays and all. */
  readonly view: Background;
}

/** Measures outlines in a frame. Takes tens of milliseconds. */
export function survey(frame: Frame, outlines: readonly Polygon[]): Survey {
  const { luma, cells } = new Looker().look(frame, outlines);
  return { dark: isTooDark(luma), cells, view: backgroundOf(luma, []) };
}
