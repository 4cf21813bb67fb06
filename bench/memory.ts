import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openLab } from '../tests/tools/lab.ts';
import { family, residentMb, statusOf } from './family.ts';
import { load } from './fork.ts';
import type { Row, Section } from './section.ts';
import { day, loadDevices, withLoadDevices } from './workshop.ts';

const PASSWORD = 'bench-password';
/** By then what loading the program has left behind is collected (bin/slim.ts). */
const REST_MS = 20_000;
const IDLE_MB = 150;

/** Resident memory of each process (VmRSS): at rest, and at the end of a minute of 1,000 readings/s. Linux only. */
export async function run(): Promise<Section> {
  const lab = await openLab(day, (yaml) => withLoadDevices(yaml, PASSWORD));
  const rows: Row[] = [];
  try {
    await sleep(REST_MS);
    const [gateway, ...others] = residents(lab.gateway().pid, lab.cloud().pid, 'at rest');
    rows.push({ ...gateway!, goal: `≤ ${IDLE_MB}`, met: gateway!.value <= IDLE_MB }, ...others);
    const port = Number(new URL(lab.brokerUrl).port);
    await load({ port, devices: loadDevices(PASSWORD), rate: 1_000, window: 5_000, seconds: 60 });
    rows.push(...residents(lab.gateway().pid, lab.cloud().pid, 'after 1 min of 1,000/s'));
  } finally {
    await lab.close();
  }
  return { title: 'Resident memory of each process', rows };
}

function residents(gateway: number, cloud: number, when: string): Row[] {
  const row = (name: string, value: number): Row => ({ name: `${name}, ${when}`, value, unit: 'MB' });
  const postgres = family(cloud).filter((pid) => nameOf(pid) === 'postgres');
  return [
    row('gateway', residentMb(gateway)),
    row('cloud', residentMb(cloud)),
    row(
      `PostgreSQL, ${postgres.length} processes, shared pages counted once each`,
      sum(postgres.map(proportional)) / 1_024,
    ),
  ];
}

const nameOf = (pid: number) => /^Name:\s+(\S+)/m.exec(statusOf(pid))?.[1];
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** Proportional set size: shared pages are split among those who share them, so that a sum makes sense. */
function proportional(pid: number): number {
  return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]);
}
