import { faultRows } from './camera/faults.ts';
import { forked } from './fork.ts';
import type { Row, Section } from './section.ts';

/** Bay cameras: a thousand faults, and bays from pixels, side by side. */
export async function run(): Promise<Section> {
  const pixels = forked<Row[]>('pixels.ts', {});
  const faults = await faultRows();
  return { title: 'Cameras', rows: [...faults, ...(await pixels).answer] };
}
