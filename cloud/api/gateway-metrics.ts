import { Gauge, type Registry } from 'prom-client';
import type { Clock } from '../../protocols/time.ts';
import { numbersOf } from '../store/numbers.ts';
import type { Db } from '../store/pool.ts';

type Label = 'site' | 'gateway' | 'verdict' | 'class' | 'reason';
const VERDICTS = ['accepted', 'duplicate', 'conflict', 'rejected'] as const;

/**
 * The numbers of each gateway as the database has them: the same on every node of the cloud.
 * @returns reads them anew, all in one look
 */
export function gatewayGauges(db: Db, clock: Clock, registers: Registry[]): () => Promise<void> {
  const gauges: Gauge<Label>[] = [];
  const gauge = (name: string, help: string, ...more: Label[]) => {
    const made = new Gauge<Label>({ name, help, labelNames: ['site', 'gateway', ...more], registers });
    gauges.push(made);
    return made;
  };
  const received = gauge('liftgate_gateway_received', 'Events that came in, whatever became of them.');
  const verdicts = gauge(
    'liftgate_gateway_verdicts',
    'What became of them, by verdict; they add up to liftgate_gateway_received.',
    'verdict',
  );
  const lost = gauge(
    'liftgate_gateway_dropped',
    'Events that were dropped on site, as gap records tell, by class and reason.',
    'class',
    'reason',
  );
  const dead = gauge('liftgate_gateway_dead_letters', 'Events that were refused and wait for a person.');
  const seen = gauge('liftgate_gateway_last_seen_seconds', 'Time since its last word; none before the first.');
  const offset = gauge('liftgate_gateway_clock_offset_seconds', 'Its clock less ours at its last word.');
  const skewed = gauge('liftgate_gateway_clock_skewed', '1 while that is more than 2 s.');
  const queued = gauge('liftgate_gateway_queued', 'Events that waited on site at its last word.');
  const oldest = gauge('liftgate_gateway_oldest_seconds', 'Age of the oldest of them by now.');
  const twin = gauge('liftgate_gateway_twin', '1 while a second gateway speaks under its identity.');
  return async () => {
    const now = clock();
    const all = await numbersOf(db, null, now);
    for (const g of gauges) g.reset();
    for (const { site, gateway, lastSyncAt, ...n } of all) {
      const who = { site, gateway };
      received.set(who, n.received);
      for (const verdict of VERDICTS) verdicts.set({ ...who, verdict }, n[verdict]);
      for (const { class: name, reason, count } of n.lost) lost.set({ ...who, class: name, reason }, count);
      dead.set(who, n.dead);
      twin.set(who, n.twin ? 1 : 0);
      if (lastSyncAt === null) continue;
      const silentMs = Math.max(0, now - lastSyncAt);
      seen.set(who, silentMs / 1_000);
      if (n.skewMs !== null) offset.set(who, n.skewMs / 1_000);
      skewed.set(who, n.skewed ? 1 : 0);
      if (n.queued !== null) queued.set(who, n.queued);
      if (n.queued !== null) oldest.set(who, n.oldestMs === null ? 0 : (n.oldestMs + silentMs) / 1_000);
    }
  };
}
