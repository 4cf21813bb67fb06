import { type Reading, reading } from '../reading.ts';
import type { Millis } from '../time.ts';
import type { Label } from './label.ts';

/** What is kept of a badge: that someone was there. Who it was is not needed, and so not kept. */
export const SEEN = 'seen';

/** A label as the reading of the scanner that read it; its part is the AIM symbology identifier, where there is one. */
export function scanReading(device: string, { kind, text, symbology }: Label, at: Millis): Reading {
  return reading(device, `scan.${kind}`, kind === 'badge' ? SEEN : text, at, { part: symbology });
}
