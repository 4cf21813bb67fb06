import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Verdict } from '../../protocols/sync.ts';
import type { Clock } from '../../protocols/time.ts';
import type { Sender } from '../store/letter.ts';
import type { Db } from '../store/pool.ts';
import { gatewayGauges } from './gateway-metrics.ts';

export interface Metrics {
  readonly contentType: string;
  /** Prometheus text of this moment: sums over all sites, no ids and no names. */
  text(): Promise<string>;
  /** The same, and the numbers of each gateway, of one snapshot, so that they add up. */
  textOfAll(): Promise<string>;
  readonly batches: Histogram;
  readonly events: Counter<'verdict'>;
  readonly requests: Histogram<'method' | 'route' | 'status'>;
  /**
   * A batch is committed: how long its new events took from their recording on site.
   * @param waited ms of each until the batch was sent
   * @param tookMs from the batch's arrival to its commit
   */
  delivered(from: Sender, waited: readonly (number | null)[], verdicts: readonly Verdict[], tookMs: number): void;
  /** Registers a number that is read when somebody looks. */
  watch(name: string, help: string, read: () => number | Promise<number>): void;
}

const DELIVERY = 'Time from the recording of an event on site to its commit here, by a clock that nobody sets.';
const DELIVERY_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 600, 3_600, 86_400];

/** Numbers for Prometheus. */
export function createMetrics(db: Db, clock: Clock): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const delivery = new Histogram({
    name: 'liftgate_delivery_seconds',
    help: DELIVERY,
    buckets: DELIVERY_BUCKETS,
    registers,
  });
  const byGateway = new Registry();
  const deliveryOf = new Histogram({
    name: 'liftgate_gateway_delivery_seconds',
    help: DELIVERY,
    labelNames: ['site', 'gateway'],
    buckets: DELIVERY_BUCKETS,
    registers: [byGateway],
  });
  const readGateways = gatewayGauges(db, clock, [byGateway]);
  // One after the other: what a second scrape sets must not come into the text of the first.
  let turn: Promise<unknown> = Promise.resolve();
  const metrics: Metrics = {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    textOfAll() {
      const mine = turn.then(async () => {
        await readGateways();
        return `${await registry.metrics()}\n${await byGateway.metrics()}`;
      });
      turn = mine.catch(() => {});
      return mine;
    },
    delivered({ site, gateway }, waited, verdicts, tookMs) {
      const of = deliveryOf.labels(site, gateway);
      for (const [n, { verdict }] of verdicts.entries()) {
        const ms = waited[n];
        if (verdict !== 'accepted' || ms == null) continue;
        of.observe((ms + tookMs) / 1_000);
        delivery.observe((ms + tookMs) / 1_000);
      }
    },
    batches: new Histogram({
      name: 'liftgate_sync_batch_seconds',
      help: 'Time to take a batch of a gateway, to its commit.',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
      registers,
    }),
    events: new Counter({
      name: 'liftgate_sync_events_total',
      help: 'Events of gateways by verdict.',
      labelNames: ['verdict'],
      registers,
    }),
    requests: new Histogram({
      name: 'liftgate_http_request_seconds',
      help: 'Time to answer a request.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.025, 0.1, 0.25, 1, 5],
      registers,
    }),
    watch(name, help, read) {
      new Gauge({
        name,
        help,
        registers,
        async collect() {
          this.set(await read());
        },
      });
    },
  };
  metrics.watch('liftgate_database_connections', 'Connections to PostgreSQL that are open.', () => db.totalCount);
  metrics.watch('liftgate_database_waiting', 'Requests that wait for a connection.', () => db.waitingCount);
  return metrics;
}
