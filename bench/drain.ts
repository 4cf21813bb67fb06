import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DrainOrder, DrainReady } from './drain-gateway.ts';
import { type DrainSink, startSink } from './drain-sink.ts';
import { residentMb } from './family.ts';
import { forked } from './fork.ts';
import { optionOf } from './option.ts';
import { quantile, type Row, type Section } from './section.ts';

/** Events that wait before the cloud is reached; `--events N` for a quicker look. */
const BACKLOG = optionOf('--events', 1_000_000);
/** As docs/gateway-service.md asks for on small machines. */
const FLAGS = ['--max-semi-space-size=2'];
/** New events a second while the backlog drains. */
const LIVE = 20;

/**
 * A gateway's store with a long backlog meets its cloud again: how long it takes to start, how fast the backlog goes up,
 * how long a new event takes meanwhile, and how much memory that needs. The cloud is one that only counts: what is
 * measured here is the gateway's side.
 */
export async function run(): Promise<Section> {
  const folder = mkdtempSync(join(tmpdir(), 'liftgate-drain-'));
  const sink = await startSink();
  const order: DrainOrder = { folder, url: sink.url, backlog: BACKLOG, live: LIVE };
  const rows: Row[] = [];
  try {
    const filling = await forked<DrainReady>('drain-gateway.ts', { ...order, phase: 'fill' });
    const before = statSync(join(folder, 'gateway.db')).size;
    const { child, answer } = await forked<DrainReady>('drain-gateway.ts', { ...order, phase: 'drain' }, FLAGS);
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, residentMb(child.pid!));
    }, 100);
    const started = performance.now();
    while (sink.history() < BACKLOG) await sleep(50);
    const seconds = (performance.now() - started) / 1_000;
    clearInterval(watch);
    rows.push(...rowsOf(sink, seconds, answer.openedMs, most));
    child.send('sweep');
    const swept = await new Promise<DrainReady>((resolve) => child.once('message', (m) => resolve(m as DrainReady)));
    child.disconnect();
    rows.push({ name: 'file before the drain', value: before / 1_048_576, unit: 'MB' });
    const after = swept.bytes / 1_048_576;
    rows.push({ name: 'file after the sweep behind it: bays, scans and codes stay', value: after, unit: 'MB' });
    filling.child.kill();
  } finally {
    await sink.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  return { title: `Drain of ${BACKLOG.toLocaleString('en')} events, with ${LIVE} new ones a second`, rows };
}

function rowsOf(sink: DrainSink, seconds: number, openedMs: number, memory: number): Row[] {
  const rate = BACKLOG / seconds;
  const p95 = quantile(sink.live, 0.95);
  return [
    { name: 'start with all of them waiting', value: openedMs / 1_000, unit: 's', goal: '≤ 3', met: openedMs <= 3_000 },
    { name: 'drain', value: rate, unit: 'events/s', goal: '≥ 12,000', met: rate >= 12_000 },
    {
      name: `new event to the cloud, p95 of ${sink.live.length}`,
      value: p95,
      unit: 'ms',
      goal: '≤ 1,000',
      met: p95 <= 1_000,
    },
    { name: 'most memory (VmRSS)', value: memory, unit: 'MB', goal: '≤ 200', met: memory <= 200 },
  ];
}
