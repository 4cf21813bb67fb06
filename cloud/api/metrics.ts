import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Db } from '../store/pool.ts';

export interface Metrics {
  readonly registry: Registry;
  readonly batches: Histogram;
  readonly events: Counter<'verdict'>;
  readonly requests: Histogram<'method' | 'route' | 'status'>;
  /** Registers a number that is read when somebody looks. */
  watch(name: string, help: string, read: () => number | Promise<number>): void;
}

/** Numbers for Prometheus: sums over all sites, no ids and no names. */
export function createMetrics(db: Db): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const metrics: Metrics = {
    registry,
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
