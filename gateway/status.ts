import type { GatewayConfig } from '../config/schema.ts';
import type { SiteStatus } from '../protocols/api/site.ts';
import type { EventData } from '../protocols/event.ts';
import type { Clock, Millis } from '../protocols/time.ts';
import type { DeviceStatus } from './drivers/roster.ts';
import type { Commit } from './store/journal.ts';
import type { Store } from './store/store.ts';
import type { UplinkStatus } from './sync/uplink.ts';

type Stranger = SiteStatus['strangers'][number];

const MOST_STRANGERS = 50;
const COMMITS = 512;
/** The ticks alone make a commit each second; without one for so long, something has died. */
const DEAD_MS = 15_000;

/** What the gateway notices of itself while it runs, in memory. */
export class Notices {
  readonly #strangers = new Map<string, Stranger>();
  readonly #commitMs: number[] = [];
  #commits = 0;
  #committedAt: number;
  readonly #mono: () => number;
  uplink: UplinkStatus | null = null;
  /** The store refused for want of room, and has not taken anything since. */
  full = false;

  constructor(mono: () => number) {
    this.#mono = mono;
    this.#committedAt = mono();
  }

  committed({ ms }: Commit): void {
    this.#commitMs[this.#commits++ % COMMITS] = ms;
    this.#committedAt = this.#mono();
    this.full = false;
  }

  stranger(name: string, via: string, at: Millis): void {
    const known = this.#strangers.get(name);
    if (!known && this.#strangers.size >= MOST_STRANGERS) return;
    this.#strangers.set(name, { name, via, at, count: (known?.count ?? 0) + 1 });
  }

  get strangers(): Stranger[] {
    return [...this.#strangers.values()].sort((a, b) => b.at - a.at);
  }

  /** 95th percentile of the last commits, in ms; null before the first. */
  get commitP95Ms(): number | null {
    const sorted = [...this.#commitMs].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length * 0.95)] ?? null;
  }

  /** Null while the gateway lives. A full store is no death: it waits for room. */
  illness(): string | null {
    const silentMs = this.#mono() - this.#committedAt;
    return this.full || silentMs < DEAD_MS ? null : `nothing was committed for ${Math.round(silentMs / 1_000)} s`;
  }
}

export interface StatusParts {
  readonly config: GatewayConfig;
  readonly layout: EventData<'liftgate.site.layout.v1'>;
  readonly store: Store<unknown, never>;
  readonly notices: Notices;
  readonly devices: () => DeviceStatus[];
  readonly clock: Clock;
}

/** The state of the whole gateway for its own people, put together on each call. */
export function statusOf({ config, layout, store, notices, devices, clock }: StatusParts): () => SiteStatus {
  const { id, name, timezone, locale } = config.site;
  const startedAt = clock();
  const known = new Map(layout.devices.map((d) => [d.device, d]));
  return () => {
    const { uplink } = notices;
    return {
      site: { id, name, timezone, locale },
      now: clock(),
      startedAt,
      bays: layout.bays.map(({ bay, name }) => ({ bay, name })),
      devices: devices().map((d) => {
        const { name: called = d.device, kind = 'sensor', bay = null, silenceMs = null } = known.get(d.device) ?? {};
        return { ...d, name: called, kind, bay, silenceMs, last: [...d.last] };
      }),
      strangers: notices.strangers,
      outbox: {
        ...store.outbox.numbers(),
        droppedBy: store.outbox.dropped(),
        dead: store.outbox.deadCount(),
        oldestAt: store.outbox.oldestAt(),
        cloud: config.cloud ? (uplink?.cloud ?? 'unreachable') : 'none',
        lastReplyAt: uplink?.lastReplyAt ?? null,
        lastError: uplink?.lastError ?? null,
      },
      clock: store.boot.status(),
      store: {
        epoch: store.epoch,
        bytes: store.retention.bytes(),
        budgetBytes: config.store.budgetMb * 1_048_576,
        commitP95Ms: notices.commitP95Ms,
        full: notices.full,
      },
    };
  };
}
