import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import type { GatewayConfig } from '../config/schema.ts';
import { messageOf } from '../protocols/error.ts';
import { type CloudEvent, fromCloudEvent, type WorkshopEvent } from '../protocols/event.ts';
import type { SourceAges } from '../protocols/sync.ts';
import type { Clock } from '../protocols/time.ts';
import type { Input } from './domain/engine.ts';
import type { Metrics } from './http/metrics.ts';
import type { Notices } from './status.ts';
import type { Store } from './store/store.ts';
import { runUplink } from './sync/uplink.ts';
import { keepRunning, type Watch } from './watch.ts';

/** The longest request and its pause are well below this. */
const STUCK_MS = 120_000;

export interface CloudLinkParts {
  readonly cloud: GatewayConfig['cloud'];
  readonly store: Pick<Store<unknown, Input>, 'outbox' | 'journal' | 'boot'>;
  readonly notices: Notices;
  readonly metrics: Pick<Metrics, 'observeDelivery'>;
  readonly watch: Watch;
  readonly ages: () => SourceAges;
  readonly clock: Clock;
  /** Steady clock, ms. */
  readonly mono: () => number;
  readonly random: () => number;
  readonly log: Logger;
}

/** Keeps the line to the cloud until aborted; without a cloud there is nothing to keep. */
export async function linkToCloud(parts: CloudLinkParts, signal: AbortSignal): Promise<void> {
  const { cloud, store, notices, metrics, watch, ages, clock, mono, random, log } = parts;
  if (!cloud) return;
  const toInput = (e: WorkshopEvent): Input => ({ kind: 'down', at: clock(), event: e });
  const loop = { name: 'the uplink', watch, mostMs: STUCK_MS, log, random };
  const instance = randomBytes(8).toString('hex');
  const run = (beat: () => void, ending: AbortSignal) =>
    runUplink(
      {
        url: cloud.url,
        token: cloud.token,
        instance,
        beat,
        onDelivered: ({ recordedAt, duplicates }) => metrics.observeDelivery(recordedAt, duplicates, clock()),
        outbox: store.outbox,
        ages,
        onDown: (cursor, events) => store.journal.acceptDown(cursor, understood(events, log), toInput),
        onStatus(status) {
          const before = notices.uplink;
          notices.uplink = status;
          if (before?.cloud === status.cloud && before.lastError === status.lastError) return;
          if (status.lastError === null) log.info({ url: cloud.url }, 'the cloud is reached');
          else log.warn({ url: cloud.url }, status.lastError);
        },
        onTime: (truth) => store.boot.agree(truth),
        onTrouble: (what) => log.warn({ url: cloud.url }, what),
        clock,
        mono,
        random,
      },
      ending,
    );
  await keepRunning(loop, run, signal);
}

/** A newer cloud may say what this gateway does not understand: that is told, and must not stop the rest. */
function understood(events: readonly CloudEvent[], log: Logger): WorkshopEvent[] {
  return events.flatMap((e) => {
    try {
      return [fromCloudEvent(e)];
    } catch (error) {
      log.warn({ id: e.id }, `left out, from the cloud: ${messageOf(error)}`);
      return [];
    }
  });
}
