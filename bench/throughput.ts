import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLab } from '../tests/tools/lab.ts';
import { forked, load } from './fork.ts';
import { median, type Section } from './section.ts';
import { day, loadDevices, withLoadDevices } from './workshop.ts';

const PASSWORD = 'bench-password';
const ROUNDS = 3;
const SECONDS = 5;

/** Readings a second from MQTT (QoS 1) to durable: counted by acknowledgements, which come after the commit. */
export async function run(): Promise<Section> {
  const folder = mkdtempSync(join(tmpdir(), 'liftgate-bare-'));
  const bare = await forked<{ port: number }>('bare.ts', { file: join(folder, 'bare.db') });
  const lab = await openLab(day, (yaml) => withLoadDevices(yaml, PASSWORD));
  const order = { devices: loadDevices(PASSWORD).slice(0, 8), rate: null, window: 500, seconds: SECONDS };
  const ports = { bare: bare.answer.port, ours: Number(new URL(lab.brokerUrl).port) };
  const rates = { bare: [] as number[], ours: [] as number[] };
  try {
    for (const [who, port] of Object.entries(ports)) await load({ ...order, port, seconds: 2 }).then(() => who);
    for (let round = 0; round < ROUNDS; round++) {
      for (const who of ['bare', 'ours'] as const) {
        const { acknowledged, seconds } = await load({ ...order, port: ports[who] });
        rates[who].push(acknowledged / seconds);
      }
    }
  } finally {
    bare.child.disconnect();
    await lab.close();
    rmSync(folder, { recursive: true, force: true });
  }
  const [ours, theirs] = [median(rates.ours), median(rates.bare)];
  const ratio = median(rates.ours.map((rate, i) => rate / rates.bare[i]!));
  return {
    title: `MQTT to durable: QoS 1, acknowledged after a commit with full sync, 8 devices, ${ROUNDS} × ${SECONDS} s in turn`,
    rows: [
      {
        name: 'Liftgate, 8 × 500 unacknowledged',
        value: ours,
        unit: 'readings/s',
        goal: '≥ 20,000',
        met: ours >= 20_000,
      },
      { name: 'bare aedes + SQLite, the same load', value: theirs, unit: 'messages/s' },
      { name: 'Liftgate ÷ bare', value: ratio, unit: '', goal: '≥ 0.5', met: ratio >= 0.5 },
    ],
  };
}
