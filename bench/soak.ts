import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSensorSimulator } from '../simulators/sensor.ts';
import { type Lab, openLab } from '../tests/tools/lab.ts';
import { residentMb } from './family.ts';
import { load } from './fork.ts';
import { optionOf } from './option.ts';
import { median, type Row, type Section } from './section.ts';
import { day, loadDevices, PROBE, withLoadDevices } from './workshop.ts';

const PASSWORD = 'bench-password';
/** `--minutes N`: how long; a day is 1440. */
const MINUTES = optionOf('--minutes', 30);
/** Readings a second that cause no event, and pauses between changes that do, ms. */
const RATE = 200;
const CHANGE_MS = 500;
const SAMPLE_MS = 5_000;
/** Of the whole time: caches fill, what was loaded is collected. */
const WARM_UP = 1 / 3;
/** The ends that are compared, of the time after that. */
const END = 1 / 6;

interface Sample {
  readonly gateway: number;
  readonly cloud: number;
  readonly store: number;
}

/**
 * The whole chain under an even load for a long time: does anything grow? Memory is compared between the first and the
 * last sixth of the time after the warm-up, by its median there. By its own command only: it is no part of a run of all.
 */
export async function run(): Promise<Section> {
  const lab = await openLab(day, (yaml) => withLoadDevices(yaml, PASSWORD));
  const stop = new AbortController();
  const samples: Sample[] = [];
  let changes = 0;
  try {
    const seconds = MINUTES * 60;
    const port = Number(new URL(lab.brokerUrl).port);
    const background = load({ port, devices: loadDevices(PASSWORD), rate: RATE, window: 5_000, seconds });
    const changing = change(lab, stop.signal);
    const until = performance.now() + seconds * 1_000;
    while (performance.now() < until) {
      await sleep(SAMPLE_MS);
      samples.push(sampleOf(lab));
    }
    stop.abort();
    changes = await changing;
    await background;
  } finally {
    stop.abort();
    await lab.close();
  }
  return {
    title: `Soak of ${MINUTES} min: ${RATE} readings/s and ${changes.toLocaleString('en')} changes of a bay`,
    rows: [...memoryRows(samples, 'gateway'), ...memoryRows(samples, 'cloud'), ...storeRows(samples)],
  };
}

/** A lift that goes up and down: each is an event with a row of its own, all the way to the cloud. */
async function change(lab: Lab, signal: AbortSignal): Promise<number> {
  const sensor = createSensorSimulator({ url: lab.brokerUrl, device: PROBE, password: PASSWORD });
  let count = 0;
  for (; !signal.aborted; count++) {
    await sensor.publish('lift.height', count % 2 === 0 ? 1_750 : 0);
    await sleep(CHANGE_MS);
  }
  await sensor.close();
  return count;
}

function sampleOf(lab: Lab): Sample {
  const folder = join(lab.folder, 'gateway');
  const files = readdirSync(folder).filter((name) => name.startsWith('gateway.db'));
  const store = files.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0) / 1_048_576;
  return { gateway: residentMb(lab.gateway().pid), cloud: residentMb(lab.cloud().pid), store };
}

function endsOf(samples: readonly Sample[], key: keyof Sample): [first: number, last: number] {
  const warm = samples.slice(Math.floor(samples.length * WARM_UP)).map((s) => s[key]);
  const length = Math.max(1, Math.floor(warm.length * END));
  return [median(warm.slice(0, length)), median(warm.slice(-length))];
}

function memoryRows(samples: readonly Sample[], who: 'gateway' | 'cloud'): Row[] {
  const [first, last] = endsOf(samples, who);
  const growth = (last / first - 1) * 100;
  return [
    { name: `${who}, memory after the warm-up`, value: first, unit: 'MB' },
    { name: `${who}, memory at the end`, value: last, unit: 'MB' },
    { name: `${who}, growth`, value: growth, unit: '%', goal: '≤ 1', met: growth <= 1 },
  ];
}

function storeRows(samples: readonly Sample[]): Row[] {
  const [first, last] = endsOf(samples, 'store');
  const hours = (MINUTES / 60) * (1 - WARM_UP) * (1 - END);
  return [
    { name: 'store of the gateway with its log, at the end', value: last, unit: 'MB' },
    {
      name: 'store, growth: what is kept is limited by days and by store.budgetMb',
      value: (last - first) / hours,
      unit: 'MB/h',
    },
  ];
}
