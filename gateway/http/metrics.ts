import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { SiteStatus } from '../../protocols/api/site.ts';
import type { Millis } from '../../protocols/time.ts';

export interface Metrics {
  observeCommit(ms: number): void;
  /** Events that the cloud has just settled: when they were recorded, and how many it had already. */
  observeDelivery(recordedAt: readonly (Millis | null)[], duplicates: number, now: Millis): void;
  /** Prometheus text of this moment; the outbox's numbers are of one snapshot, so that they add up. */
  text(status: SiteStatus): Promise<string>;
  readonly contentType: string;
}

/** What the store and the uplink know beyond the site's status. */
export interface DeepNumbers {
  readonly dropped: readonly { readonly class: string; readonly reason: string; readonly count: number }[];
  readonly depths: { readonly alert: number; readonly live: number; readonly 'back-fill': number };
  readonly heldBack: number;
  /** The process as a whole stood still. */
  readonly stalls: { readonly count: number; readonly longestMs: number };
  readonly clock: { readonly quality: string; readonly offsetMs: number | null };
}

/** @param deep read in the same moment as the status */
export function createMetrics(deep: () => DeepNumbers): Metrics {
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
  const dropped = new Gauge({
    name: 'liftgate_events_dropped',
    help: 'Events that were dropped, by class and reason; they add up to liftgate_events{state="dropped"}',
    labelNames: ['class', 'reason'],
    registers,
  });
  const depth = new Gauge({
    name: 'liftgate_outbox_depth',
    help: 'Events that wait, by lane; they add up to liftgate_events{state="queued"}',
    labelNames: ['lane'],
    registers,
  });
  const held = new Gauge({
    name: 'liftgate_outbox_held',
    help: 'Events among them that the cloud could not digest and that wait for another try',
    registers,
  });
  const delivery = new Histogram({
    name: 'liftgate_delivery_seconds',
    help: 'Time from recording an event to the verdict of the cloud',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 600, 3_600, 86_400],
    registers,
  });
  const duplicates = new Counter({
    name: 'liftgate_duplicates_total',
    help: 'Events that the cloud had already when they arrived, since the start',
    registers,
  });
  const offset = new Gauge({
    name: 'liftgate_clock_offset_seconds',
    help: 'This clock less that of the cloud at the last reply; NaN: never compared',
    registers,
  });
  const clockQuality = new Gauge({
    name: 'liftgate_clock_good',
    help: '1 while this clock agrees with that of the cloud within 2 s',
    registers,
  });
  const stalls = new Gauge({
    name: 'liftgate_stalls',
    help: 'How often this process stood still for more than a second, since its start',
    registers,
  });
  const longestStall = new Gauge({
    name: 'liftgate_stall_longest_seconds',
    help: 'The longest of these standstills',
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
  const dead = new Gauge({
    name: 'liftgate_dead_letters',
    help: 'Events that the cloud refused and that wait for a person',
    registers,
  });
  const full = new Gauge({ name: 'liftgate_store_full', help: '1 while the store has no room', registers });

  return {
    observeCommit: (ms) => commit.observe(ms / 1_000),
    observeDelivery(recordedAt, seen, now) {
      for (const at of recordedAt) if (at !== null) delivery.observe(Math.max(0, now - at) / 1_000);
      duplicates.inc(seen);
    },
    contentType: registry.contentType,
    async text({ now, outbox, devices, store }) {
      for (const state of ['produced', 'acknowledged', 'queued', 'dropped'] as const)
        events.set({ state }, outbox[state]);
      const numbers = deep();
      dropped.reset();
      for (const d of numbers.dropped) dropped.set({ class: d.class, reason: d.reason }, d.count);
      for (const [lane, n] of Object.entries(numbers.depths)) depth.set({ lane }, n);
      held.set(numbers.heldBack);
      offset.set(numbers.clock.offsetMs === null ? Number.NaN : numbers.clock.offsetMs / 1_000);
      stalls.set(numbers.stalls.count);
      longestStall.set(numbers.stalls.longestMs / 1_000);
      clockQuality.set(numbers.clock.quality === 'good' ? 1 : 0);
      oldest.set(outbox.oldestAt === null ? 0 : Math.max(0, now - outbox.oldestAt) / 1_000);
      readings.reset();
      for (const d of devices) readings.set({ device: d.device, kind: d.kind, state: d.state }, d.readings);
      reached.set(outbox.cloud === 'reached' ? 1 : 0);
      bytes.set(store.bytes);
      dead.set(outbox.dead);
      full.set(store.full ? 1 : 0);
      return registry.metrics();
    },
  };
}
