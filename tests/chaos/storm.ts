import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGateway } from '../../cloud/modules/access/gateway.ts';
import { openPool } from '../../cloud/store/pool.ts';
import { runUplink } from '../../gateway/sync/uplink.ts';
import { messageOf } from '../../protocols/error.ts';
import { event } from '../../protocols/event.ts';
import { openTally } from '../gateway/store/fixture.ts';
import { freePorts } from '../tools/lab.ts';
import { type Child, endAll, launch } from './child.ts';
import { CloudLog } from './cloud-log.ts';
import { type Issue, judge } from './oracle.ts';
import { FaultProxy } from './proxy.ts';
import { Random } from './random.ts';

export interface StormPlan {
  readonly seed: number;
  /** Answers to be lost after the cloud has committed. */
  readonly lost: number;
  readonly cuts: number;
  readonly minutes: number;
  readonly say: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface StormReport {
  readonly seed: number;
  readonly seconds: number;
  readonly lostResponses: number;
  readonly cuts: number;
  readonly acknowledged: number;
  /** Events that the cloud was brought again and knew. */
  readonly duplicatesSeen: number;
  readonly lost: number;
  readonly doubled: number;
  readonly disordered: number;
  readonly faults: readonly string[];
}

const SITES = ['s1', 's2', 's3', 's4', 's5', 's6'];
/** The real uplink with short pauses: the faults come faster than a gateway of the field would meet them. */
const PACE = { heartbeatMs: 50, lingerMs: 1, firstMs: 4, mostMs: 40, deniedMs: 100, deadlineMs: 15_000 };
/** Records in one append, and how many may wait for the cloud before the next. */
const AT_ONCE = 3;
const MOST_WAITING = 60;
/** Of the requests with events so many lose their answer; of the polls a few. */
const LOSS = 0.7;

/** Six stores with their uplinks in this process, one real cloud; answers are lost and lines cut, thousands of times. */
export async function runStorm({ seed, lost, cuts, minutes, say, signal }: StormPlan): Promise<StormReport> {
  const began = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'liftgate-storm-'));
  chmodSync(folder, 0o711);
  const warp = join(folder, 'warp.json');
  writeFileSync(warp, JSON.stringify({ shiftMs: 0, names: true }));
  const [port] = await freePorts(1);
  const random = new Random(seed);
  const proxy = new FaultProxy(port!);
  const faults: string[] = [];
  const issues = new Map<string, Issue[]>();
  let duplicatesSeen = 0;
  let cloud: Child | null = null;
  try {
    const order = {
      port,
      folder: join(folder, 'cloud'),
      site: 's0',
      gateway: 'gw-1',
      credential: 'lg_gw_'.padEnd(48, 'x'),
      manager: null,
    };
    cloud = await launch({ part: 'cloud', order, log: join(folder, 'cloud.log'), warp });
    await proxy.open();
    const db = await openPool(new CloudLog(join(folder, 'cloud'), 's0').url);
    const tokens = new Map<string, string>();
    for (const site of SITES) tokens.set(site, (await createGateway(db, site, 'gw-1', Date.now())).credential);
    await db.end();

    const lostResponses = () => proxy.counts.get('lost-response') ?? 0;
    const pouring = new AbortController();
    const ending = new AbortController();
    const depths = new Map<string, () => number>();
    async function pour(site: string): Promise<void> {
      const started = performance.now();
      const boot = { id: `boot-${site}`, mono: () => performance.now() - started };
      const store = openTally(join(folder, site), { site, clock: Date.now, boot });
      depths.set(site, () => store.outbox.numbers().queued);
      const uplink = runUplink(
        {
          url: `http://127.0.0.1:${proxy.port}`,
          token: tokens.get(site)!,
          instance: `storm${site}0000`,
          outbox: store.outbox,
          ages: () => ({}),
          onDown: async () => {},
          onStatus: () => {},
          onDelivered({ duplicates }) {
            duplicatesSeen += duplicates;
          },
          beat: () => {},
          onTime: (truth) => store.boot.agree(truth),
          onTrouble: (what) => faults.push(`${site}: ${what}`),
          clock: Date.now,
          mono: () => performance.now(),
          random: () => random.next(),
          pace: PACE,
        },
        ending.signal,
      );
      const mine: Issue[] = [];
      issues.set(site, mine);
      while (!pouring.signal.aborted) {
        if (store.outbox.numbers().queued < MOST_WAITING) {
          const batch = Array.from(
            { length: AT_ONCE },
            (): Issue => ({ device: site, n: 0, issuedAt: 0, fate: 'open', blurred: false }),
          ).map((i, k) => ({ ...i, n: mine.length + k + 1 }));
          mine.push(...batch);
          await store.journal.record(
            batch.map(({ n }) =>
              event('liftgate.bay.lift.v1', Date.now(), { bay: 'B1', raised: n % 2 === 1, heightMm: n }),
            ),
          );
          for (const issue of batch) issue.fate = 'acknowledged';
        } else await sleep(2);
      }
      await uplink;
      const { produced, acknowledged, queued, dropped } = store.outbox.numbers();
      if (produced !== acknowledged + queued + dropped || queued > 0)
        faults.push(
          `${site}: produced ${produced}, acknowledged ${acknowledged}, queued ${queued}, dropped ${dropped}`,
        );
      store.close();
    }
    const pourers = SITES.map((site) => pour(site).catch((e: unknown) => void faults.push(`${site}: ${messageOf(e)}`)));

    const plan = ({ carries }: { carries: boolean }) =>
      random.chance(carries ? LOSS : 0.05) ? ({ kind: 'lost-response' } as const) : null;
    proxy.misbehave(plan);
    const until = began + minutes * 60_000;
    const everyLost = lost / Math.max(1, cuts);
    for (let told = 0; lostResponses() < lost && performance.now() < until && signal?.aborted !== true; ) {
      await sleep(50);
      if (proxy.cuts < cuts && lostResponses() > (proxy.cuts + 0.5) * everyLost) {
        await proxy.cut();
        await sleep(random.between(50, 300));
        await proxy.heal();
        proxy.misbehave(plan);
      }
      if (lostResponses() >= told + 1_000) {
        told = lostResponses();
        say(`${told} answers lost, ${proxy.cuts} cuts, ${duplicatesSeen} duplicates seen`);
      }
    }
    const made = { lostResponses: lostResponses(), cuts: proxy.cuts };
    pouring.abort();
    await proxy.heal();
    const limit = performance.now() + 60_000;
    while ([...depths.values()].some((depth) => depth() > 0) && performance.now() < limit) await sleep(50);
    ending.abort();
    await Promise.all(pourers);

    const sum = { acknowledged: 0, lost: 0, doubled: 0, disordered: 0 };
    for (const site of SITES) {
      const log = new CloudLog(join(folder, 'cloud'), site);
      const rows = (await log.rows()).toSorted((a, b) => a.seq - b.seq);
      const verdict = judge(
        issues.get(site) ?? [],
        rows.map((r) => ({ n: r.data.heightMm ?? 0, where: `${site}-${r.seq}` })),
      );
      sum.acknowledged += issues.get(site)?.filter((i) => i.fate === 'acknowledged').length ?? 0;
      for (const what of ['lost', 'doubled', 'disordered'] as const) {
        sum[what] += verdict[what].length;
        if (verdict[what].length > 0)
          faults.push(`${what}: ${verdict[what].length} of ${site}: ${verdict[what].slice(0, 5).join('; ')}`);
      }
      for (const { ranges } of await log.received())
        if (ranges !== 1) faults.push(`${site}: the cloud has ${ranges} pieces`);
    }
    if (duplicatesSeen === 0) faults.push('no duplicate was ever seen: nothing was tested');
    return { seed, seconds: Math.round((performance.now() - began) / 1_000), ...made, duplicatesSeen, ...sum, faults };
  } finally {
    await cloud?.stop();
    await endAll();
    await proxy.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
