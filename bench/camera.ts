import { faultRows } from './camera/faults.ts';
import type { Section } from './section.ts';

/** Bay cameras: a thousand faults. */
export async function run(): Promise<Section> {
  return { title: 'Cameras', rows: await faultRows() };
}
