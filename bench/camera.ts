import { faultRows } from './camera/faults.ts';
import { pixelRows } from './camera/pixels.ts';
import type { Section } from './section.ts';

/** Bay cameras: a thousand faults, then bays from pixels; not side by side, for a time-lapse must not wait for drawing. */
export async function run(): Promise<Section> {
  return { title: 'Cameras', rows: [...(await faultRows()), ...(await pixelRows())] };
}
