import { LiftgateError, messageOf } from '../../protocols/error.ts';
import type { CloudEvent } from '../../protocols/event.ts';
import type { SourceAges } from '../../protocols/sync.ts';
import type { Clock, Millis } from '../../protocols/time.ts';
import type { Batch, Outbox } from '../store/outbox.ts';
import { Bell, pause } from './bell.ts';
import { deliver, type Luck } from './deliver.ts';
import { openLine } from './line.ts';
import { Link } from './link.ts';
import { backOff, PACE, type Pace } from './pace.ts';
import { Refused } from './post.ts';

export interface UplinkStatus {
  /** `twin`: another gateway runs under the identity of this one. */
  readonly cloud: 'reached' | 'unreachable' | 'denied' | 'twin';
  readonly lastReplyAt: Millis | null;
  readonly lastError: string | null;
}

export interface UplinkDeps {
  /** Base URL of the cloud. */
  readonly url: string;
  readonly token: string;
  /** Random name of this run of the gateway. */
  readonly instance: string;
  readonly outbox: Omit<Outbox, 'deadLetters' | 'deadCount' | 'replayDead' | 'dropped' | 'depths'>;
  readonly ages: () => SourceAges;
  /** Keeps what came down together with its cursor; only then is the cursor sent back. */
  readonly onDown: (cursor: string, events: readonly CloudEvent[]) => Promise<void>;
  readonly onStatus: (status: UplinkStatus) => void;
  /** A batch was settled: when its events were recorded, and how many of them the cloud had already. */
  readonly onDelivered: (batch: Pick<Batch, 'recordedAt'> & { readonly duplicates: number }) => void;
  /** A loop still goes round. */
  readonly beat: () => void;
  /** The cloud's clock, just now. */
  readonly onTime: (truth: Millis) => void;
  /** Something that a person should read in the log; the uplink goes on. */
  readonly onTrouble: (what: string) => void;
  readonly clock: Clock;
  /** Steady clock, ms. */
  readonly mono: () => number;
  /** 0 ≤ x < 1 */
  readonly random: () => number;
  readonly pace?: Partial<Pace>;
}

const MOST_EVENTS = 500;
/** Longest time between two beats. */
const BEAT_MS = 10_000;
/** A lane that nobody wakes looks by itself after this time: what was held back may go again. */
const IDLE_MS = 5_000;

/**
 * Brings the outbox to the cloud until aborted. Three loops share one link: the poll keeps it (sign of life, ages, what
 * comes down), the urgent lane carries alerts and what is new, the back-fill lane what is older, one batch at a time.
 * Every failure is waited out and tried again; nothing is ever given up here.
 */
export async function runUplink(deps: UplinkDeps, signal: AbortSignal): Promise<void> {
  const pace: Pace = { ...PACE, ...deps.pace };
  const link = new Link();
  const failed = new AbortController();
  const ending = AbortSignal.any([signal, failed.signal]);
  let status: UplinkStatus = { cloud: 'unreachable', lastReplyAt: null, lastError: null };
  const tell = (change: Partial<UplinkStatus>) => {
    status = { ...status, ...change };
    deps.onStatus(status);
  };
  const line = openLine(deps, pace, ending);
  const reached = (began: number, carried: boolean) => {
    link.succeed(began, carried || deps.outbox.numbers().queued === deps.outbox.heldBack());
    tell({ cloud: 'reached', lastReplyAt: deps.clock(), lastError: null });
  };
  const lost = (e: unknown) => {
    if (ending.aborted) return;
    const code = e instanceof LiftgateError ? e.code : null;
    const cloud = code === 'conflict' ? 'twin' : code === 'denied' ? 'denied' : 'unreachable';
    tell({ cloud, lastError: messageOf(e) });
    link.fail(deps.mono(), (failures) => pauseAfter(e, failures, deps.random(), pace));
  };

  /** Keeps the link: an empty batch is held by the cloud until there is something to come down. */
  async function poll(): Promise<void> {
    while (!ending.aborted) {
      deps.beat();
      const began = deps.mono();
      try {
        const isNew = !link.isUp;
        const news = await line.poll(isNew);
        if (isNew) deps.outbox.connected();
        reached(began, false);
        if (!news) await pause(Math.max(0, pace.heartbeatMs - (deps.mono() - began)), ending);
      } catch (e) {
        lost(e);
      }
      // A long pause is no standstill.
      for (let left = 1; !link.isUp && left > 0 && !ending.aborted; ) {
        deps.beat();
        left = link.retryAt - deps.mono();
        await pause(Math.min(BEAT_MS, Math.max(0, left)), ending);
      }
    }
  }

  async function lane(kind: 'urgent' | 'back-fill'): Promise<void> {
    const bell = new Bell();
    const unsubscribe = deps.outbox.subscribe(() => bell.ring());
    let limit = MOST_EVENTS;
    const luck: Luck = { refused: 0 };
    try {
      while (!ending.aborted) {
        await link.whenUp(ending);
        bell.reset();
        const batch = ending.aborted ? null : deps.outbox.next({ events: limit, lane: kind });
        if (batch === null) {
          await bell.wait(IDLE_MS, ending);
          // A lone event waits a moment for company.
          if (kind === 'urgent') await pause(pace.lingerMs, ending);
          continue;
        }
        const began = deps.mono();
        try {
          await deliver(batch, line, deps, luck);
          reached(began, true);
          limit = Math.min(MOST_EVENTS, limit * 2);
        } catch (e) {
          if (e instanceof Refused && e.status === 413 && batch.seqs.length > 1)
            limit = Math.ceil(batch.seqs.length / 2);
          else lost(e);
        }
      }
    } finally {
      unsubscribe();
    }
  }

  const loops = [poll(), lane('urgent'), lane('back-fill')];
  try {
    await Promise.all(loops);
  } finally {
    // One that ends for a reason of its own takes the others along; whoever runs the uplink starts it anew.
    failed.abort();
    await Promise.allSettled(loops);
  }
}

function pauseAfter(e: unknown, failures: number, random: number, pace: Pace): number {
  const asked = e instanceof LiftgateError ? e.retryAfterMs : null;
  // A little jitter on top: all gateways were asked for the same pause.
  if (asked !== null) return asked + random * pace.firstMs;
  if (e instanceof LiftgateError && e.code === 'denied') return pace.deniedMs;
  return backOff(failures, random, pace);
}
