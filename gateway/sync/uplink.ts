import { LiftgateError, messageOf } from '../../protocols/error.ts';
import type { CloudEvent } from '../../protocols/event.ts';
import type { SourceAges, SyncReply } from '../../protocols/sync.ts';
import { type Clock, type Millis, toRfc3339 } from '../../protocols/time.ts';
import type { Outbox } from '../store/outbox.ts';
import { backOff, PACE, type Pace } from './pace.ts';
import { post, TooLarge } from './post.ts';

export interface UplinkStatus {
  readonly cloud: 'reached' | 'unreachable' | 'denied';
  readonly lastReplyAt: Millis | null;
  readonly lastError: string | null;
}

export interface UplinkDeps {
  /** Base URL of the cloud. */
  readonly url: string;
  readonly token: string;
  readonly outbox: Pick<Outbox, 'epoch' | 'next' | 'settle' | 'numbers' | 'downCursor' | 'subscribe'>;
  readonly ages: () => SourceAges;
  /** Keeps what came down together with its cursor; only then is the cursor sent back. */
  readonly onDown: (cursor: string, events: readonly CloudEvent[]) => Promise<void>;
  readonly onStatus: (status: UplinkStatus) => void;
  readonly clock: Clock;
  /** 0 ≤ x < 1 */
  readonly random: () => number;
  readonly pace?: Partial<Pace>;
}

const MOST_EVENTS = 500;

/**
 * Brings the outbox to the cloud, batch by batch, until aborted: at once again while more waits, else after a heartbeat
 * or as soon as there is something to say. Every failure is waited out and tried again; nothing is ever given up here.
 */
export async function runUplink(deps: UplinkDeps, signal: AbortSignal): Promise<void> {
  const pace: Pace = { ...PACE, ...deps.pace };
  const bell = new Bell();
  const unsubscribe = deps.outbox.subscribe(() => bell.ring());
  let status: UplinkStatus = { cloud: 'unreachable', lastReplyAt: null, lastError: null };
  const tell = (change: Partial<UplinkStatus>) => {
    status = { ...status, ...change };
    deps.onStatus(status);
  };
  let failures = 0;
  let limit = MOST_EVENTS;
  try {
    while (!signal.aborted) {
      bell.reset();
      const events = deps.outbox.next({ events: limit });
      try {
        const reply = await send(deps, events, pace, signal);
        if (deps.outbox.settle(reply) === 0 && events.length > 0) throw unsettled(deps.url);
        if (isNews(reply, deps.outbox.downCursor())) await deps.onDown(reply.down.cursor, reply.down.events);
        failures = 0;
        tell({ cloud: 'reached', lastReplyAt: deps.clock(), lastError: null });
        limit = Math.min(MOST_EVENTS, limit * 2);
        if (reply.down.more || deps.outbox.numbers().queued > 0) continue;
        await bell.wait(pace.heartbeatMs, signal);
        if (!signal.aborted) await new Bell().wait(pace.lingerMs, signal);
      } catch (e) {
        if (signal.aborted) return;
        if (e instanceof TooLarge && events.length > 1) {
          limit = Math.ceil(events.length / 2);
          continue;
        }
        const denied = e instanceof LiftgateError && e.code === 'denied';
        tell({ cloud: denied ? 'denied' : 'unreachable', lastError: sayError(e) });
        await new Bell().wait(pauseAfter(e, ++failures, deps.random(), pace), signal);
      }
    }
  } finally {
    unsubscribe();
  }
}

async function send(deps: UplinkDeps, events: readonly string[], pace: Pace, signal: AbortSignal): Promise<SyncReply> {
  const now = deps.clock();
  const head = JSON.stringify({
    epoch: deps.outbox.epoch,
    sentAt: toRfc3339(now),
    ages: deps.ages(),
    downCursor: deps.outbox.downCursor(),
  });
  // The events are JSON already: no need to take them apart and put them together again.
  const body = `${head.slice(0, -1)},"events":[${events.join(',')}]}`;
  const url = `${deps.url.replace(/\/+$/, '')}/v1/sync`;
  return post(url, deps.token, body, now, AbortSignal.any([signal, AbortSignal.timeout(pace.deadlineMs)]));
}

function unsettled(url: string): LiftgateError {
  return new LiftgateError(
    'invalid',
    `the cloud ${url} took a batch and gave no verdict on any of it: update the cloud`,
  );
}

function isNews(reply: SyncReply, cursor: string): boolean {
  return reply.down.events.length > 0 || reply.down.cursor !== cursor;
}

function pauseAfter(e: unknown, failures: number, random: number, pace: Pace): number {
  const asked = e instanceof LiftgateError ? e.retryAfterMs : null;
  // A little jitter on top: all gateways were asked for the same pause.
  if (asked !== null) return asked + random * pace.firstMs;
  if (e instanceof LiftgateError && e.code === 'denied') return pace.deniedMs;
  return backOff(failures, random, pace);
}

function sayError(e: unknown): string {
  return e instanceof TooLarge ? 'the cloud refuses a single event for its size (413)' : messageOf(e);
}

/** Wakes one waiter early; a ring while nobody waits is remembered. */
class Bell {
  #rung = false;
  #wake: (() => void) | null = null;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  reset(): void {
    this.#rung = false;
  }

  /** Resolves after a ring, after `ms`, or when aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void> {
    if (this.#rung || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.#wake = null;
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done, { once: true });
      this.#wake = done;
    });
  }
}
