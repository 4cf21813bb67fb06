import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { SiteStatus } from '../../protocols/api/site.ts';

export interface Metrics {
  observeCommit(ms: number): void;
  /** Prometheus text of this moment; the outbox's numbers are of one snapshot, so that they add up. */
  text(status: SiteStatus): Promise<string>;
  readonly contentType: string;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const commit = new Histogram({
    name: 'liftgate_commit_seconds',
    help: 'Time of one commit of the journal, to the disk and back',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
    registers,
  });
  const events = new Gauge({
    name: 'liftgate_events',
    help: 'Events by where they are; produced = acknowledged + queued + dropped',
    labelNames: ['state'],
    registers,
  });
  const oldest = new Gauge({
    name: 'liftgate_outbox_oldest_seconds',
    help: 'Age of the oldest event that the cloud has not acknowledged',
    registers,
  });
  const readings = new Gauge({
    name: 'liftgate_device_readings',
    help: 'Readings since the start, by device and its state',
    labelNames: ['device', 'kind', 'state'],
    registers,
  });
  const reached = new Gauge({ name: 'liftgate_cloud_reached', help: '1 while the cloud answers', registers });
  const bytes = new Gauge({ name: 'liftgate_store_bytes', help: 'Bytes in use by the store', registers });
  const full = new Gauge({ name: 'liftgate_store_full', help: '1 while the store has no room', registers });

  return {
    observeCommit: (ms) => commit.observe(ms / 1_000),
    contentType: registry.contentType,
    async text({ now, outbox, devices, store }) {
      for (const state of ['produced', 'acknowledged', 'queued', 'dropped'] as const)
        events.set({ state }, outbox[state]);
      oldest.set(outbox.oldestAt === null ? 0 : Math.max(0, now - outbox.oldestAt) / 1_000);
      readings.reset();
      for (const d of devices) readings.set({ device: d.device, kind: d.kind, state: d.state }, d.readings);
      reached.set(outbox.cloud === 'reached' ? 1 : 0);
      bytes.set(store.bytes);
      full.set(store.full ? 1 : 0);
      return registry.metrics();
    },
  };
}
