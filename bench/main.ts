import { cpus, loadavg } from 'node:os';
import type { Section } from './section.ts';

/** `npm run bench [noun …]`: measures, and prints one table a section. `--json` prints JSON. */
const SECTIONS: Readonly<Record<string, () => Promise<{ run(): Promise<Section> }>>> = {
  start: () => import('./start.ts'),
  latency: () => import('./latency.ts'),
  scan: () => import('./scan.ts'),
  throughput: () => import('./throughput.ts'),
  drain: () => import('./drain.ts'),
  ingest: () => import('./ingest.ts'),
  memory: () => import('./memory.ts'),
  engine: () => import('./engine.ts'),
  obd: () => import('./obd.ts'),
  flags: () => import('./flags.ts'),
  camera: () => import('./camera.ts'),
};
/** Only where it is asked for: half an hour, or a day. */
const BY_NAME: typeof SECTIONS = { soak: () => import('./soak.ts') };
const OPTIONS = ['--events', '--minutes'];

const words = process.argv.slice(2);
const json = words.includes('--json');
const wanted = words.filter((w, n) => !w.startsWith('--') && !OPTIONS.includes(words[n - 1] ?? ''));
const unknown = wanted.filter((w) => !Object.hasOwn({ ...SECTIONS, ...BY_NAME }, w));
if (unknown.length > 0) {
  process.stderr.write(
    `bench: no section ${unknown.join(', ')}; there are ${Object.keys({ ...SECTIONS, ...BY_NAME }).join(', ')}\n`,
  );
  process.exit(2);
}

const sections: Section[] = [];
const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}, load ${loadavg()[0]!.toFixed(2)} at the start`;
if (!json) process.stdout.write(`${machine}\n`);
for (const noun of wanted.length > 0 ? wanted : Object.keys(SECTIONS)) {
  process.stderr.write(`measuring ${noun} …\n`);
  const section = await (await (SECTIONS[noun] ?? BY_NAME[noun])!()).run();
  sections.push(section);
  if (!json) print(section);
}
if (json) process.stdout.write(`${JSON.stringify({ machine, sections }, null, 2)}\n`);

function print({ title, rows }: Section): void {
  process.stdout.write(`\n${title}\n`);
  for (const { name, value, unit, goal, met } of rows) {
    const figure = Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
    const verdict = goal === undefined ? '' : `  goal ${goal}: ${met ? 'met' : 'missed'}`;
    process.stdout.write(`  ${name.padEnd(58)} ${figure.padStart(10)} ${unit.padEnd(12)}${verdict}\n`);
  }
}
