import { statSync } from 'node:fs';
import { join } from 'node:path';
import { slim } from '../bin/slim.ts';
import { readGatewayConfig } from '../config/load.ts';
import { createEngine } from '../gateway/domain/create.ts';
import { timeOf } from '../gateway/domain/engine.ts';
import { rankOf } from '../gateway/input.ts';
import { openStore } from '../gateway/store/store.ts';
import { runUplink } from '../gateway/sync/uplink.ts';
import { event } from '../protocols/event.ts';
import { factOf } from './facts.ts';

/** A forked process: the store and the uplink of a gateway, without its devices and pages. */
export interface DrainOrder {
  readonly folder: string;
  readonly url: string;
  readonly backlog: number;
  readonly live: number;
  readonly phase?: 'fill' | 'drain';
}

export interface DrainReady {
  /** Time from opening the store to its being ready, ms. */
  readonly openedMs: number;
  readonly bytes: number;
}

const CHUNK = 2_000;
const WEEK_MS = 7 * 86_400_000;

async function run({ folder, url, backlog, live, phase }: DrainOrder): Promise<void> {
  slim();
  const yaml = 'site: { id: drain, name: Drain, timezone: UTC }\nbays: [{ id: B1 }]\n';
  const outcome = readGatewayConfig(yaml, join(folder, 'drain.yaml'));
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.mistakes));
  const started = performance.now();
  const store = openStore({
    ...{ folder, site: 'drain', gateway: 'gw-1', keepDays: 30, budgetBytes: 4_096 * 1_048_576, clock: Date.now },
    boot: { id: 'bench', mono: () => performance.now() },
    decider: { ...createEngine(outcome.config), timeOf, rankOf },
    onTrouble: (what) => process.stderr.write(`${what}\n`),
  });
  const openedMs = performance.now() - started;
  const bytes = () => statSync(join(folder, 'gateway.db')).size;
  if (phase === 'fill') {
    const since = Date.now() - WEEK_MS;
    for (let n = 0; n < backlog; n += CHUNK) {
      const count = Math.min(CHUNK, backlog - n);
      await store.journal.record(Array.from({ length: count }, (_, i) => factOf(n + i, since + n + i)));
    }
    store.saveFold('board', {});
    store.close();
    process.send?.({ openedMs, bytes: bytes() } satisfies DrainReady);
    return;
  }
  const stop = new AbortController();
  const timer = setInterval(() => {
    const body = { bay: 'B1', raised: true, heightMm: 1 };
    void store.journal.record([event('liftgate.bay.lift.v1', Date.now(), body)]);
  }, 1_000 / live);
  const uplink = runUplink(
    {
      ...{ url, token: 'lg_gw_0123456789abcdef', instance: 'bench0000', outbox: store.outbox, clock: Date.now },
      ages: () => ({}),
      onDown: async () => {},
      onStatus: () => {},
      onDelivered: () => {},
      beat: () => {},
      onTime: (truth) => store.boot.agree(truth),
      onTrouble: (what) => process.stderr.write(`${what}\n`),
      mono: () => performance.now(),
      random: Math.random,
    },
    stop.signal,
  );
  process.send?.({ openedMs, bytes: bytes() } satisfies DrainReady);
  await new Promise((resolve) => process.once('message', resolve));
  clearInterval(timer);
  stop.abort();
  await uplink;
  store.saveFold('board', {});
  await store.retention.sweep(Date.now() + WEEK_MS);
  store.close();
  process.send?.({ openedMs, bytes: bytes() } satisfies DrainReady);
}

process.once('disconnect', () => process.exit(0));
process.once('message', (order) => {
  run(order as DrainOrder).catch((e: Error) => {
    process.stderr.write(`drain-gateway: ${e.message}\n`);
    process.exit(1);
  });
});
