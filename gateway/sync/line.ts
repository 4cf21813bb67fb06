import { LiftgateError } from '../../protocols/error.ts';
import { LONGEST_HOLD_MS, type SyncBatch, type SyncReply } from '../../protocols/sync.ts';
import { fromRfc3339, toRfc3339 } from '../../protocols/time.ts';
import type { Batch } from '../store/outbox.ts';
import type { Pace } from './pace.ts';
import { post } from './post.ts';
import type { UplinkDeps } from './uplink.ts';

/** The conversation with the cloud: each answer is taken in as a whole before the next question. */
export interface Line {
  /**
   * A sign of life that asks for what comes down.
   * @param isNew the first of a connection: both sides find out what the other has lost
   * @returns was there anything?
   */
  poll(isNew: boolean): Promise<boolean>;
  /** Brings a batch, and settles it. */
  send(batch: Batch): Promise<void>;
}

type LineDeps = Pick<
  UplinkDeps,
  'url' | 'token' | 'instance' | 'outbox' | 'ages' | 'onDown' | 'onDelivered' | 'onTime' | 'onTrouble' | 'clock'
>;

export function openLine(deps: LineDeps, pace: Pace, signal: AbortSignal): Line {
  const { outbox } = deps;
  const url = `${deps.url.replace(/\/+$/, '')}/v1/sync`;
  /** What comes down is taken in one answer after the other. */
  let turn: Promise<unknown> = Promise.resolve();

  async function ask(batch: Batch, more: Pick<SyncBatch, 'waitMs' | 'wantReceived'> = {}): Promise<boolean> {
    const now = deps.clock();
    const head: Omit<SyncBatch, 'events'> = {
      epoch: batch.epoch,
      sentAt: toRfc3339(now),
      ages: deps.ages(),
      downCursor: outbox.downCursor(),
      instance: deps.instance,
      backlog: backlogAt(now),
      ...(batch.waited.length > 0 ? { waited: [...batch.waited] } : {}),
      ...more,
    };
    // The events are JSON already: no need to take them apart and put them together again.
    const body = `${JSON.stringify(head).slice(0, -1)},"events":[${batch.events.join(',')}]}`;
    const deadline = AbortSignal.timeout(pace.deadlineMs + (more.waitMs ?? 0));
    const content = { body, events: batch.events.length };
    const known = outbox.confirmed(batch.epoch);
    const reply = await post(url, deps.token, content, now, AbortSignal.any([signal, deadline]));
    const truth = fromRfc3339(reply.time);
    if (truth !== null) deps.onTime(truth);
    await settle(batch, reply, known);
    return takeDown(head.downCursor, reply.down);
  }

  function backlogAt(now: number): SyncBatch['backlog'] {
    const oldest = outbox.oldestAt();
    return {
      queued: outbox.numbers().queued,
      oldestMs: oldest === null ? null : Math.max(0, Math.round(now - oldest)),
    };
  }

  async function settle(batch: Batch, reply: SyncReply, known: number): Promise<void> {
    const { duplicates, settled, again, renumbered, epochBegan } = await outbox.settle(batch.epoch, reply, known);
    if (epochBegan === 'behind')
      deps.onTrouble(
        'the cloud has more of our events than this store: it was restored from an old copy; a new epoch begins',
      );
    if (epochBegan === 'conflict')
      deps.onTrouble(
        'the cloud has other events under our numbers: this store was copied or restored; a new epoch begins',
      );
    if (again > 0) deps.onTrouble(`the cloud has lost ${again} events that it had confirmed; they are sent again`);
    if (renumbered > 0) deps.onTrouble(`${renumbered} events go up under new numbers`);
    if (batch.seqs.length > 0) deps.onDelivered({ recordedAt: batch.recordedAt, duplicates });
    if (batch.seqs.length > 0 && settled + renumbered === 0 && reply.verdicts.length < batch.seqs.length)
      throw new LiftgateError(
        'invalid',
        `the cloud ${url} took a batch and gave no verdict on any of it: update the cloud`,
      );
  }

  /** @param asked the cursor that this is the answer to; an answer that another one has overtaken says nothing new */
  function takeDown(asked: string, down: SyncReply['down']): Promise<boolean> {
    const mine = turn.then(async () => {
      if (outbox.downCursor() !== asked || (down.events.length === 0 && down.cursor === asked)) return false;
      await deps.onDown(down.cursor, down.events);
      return true;
    });
    turn = mine.catch(() => {});
    return mine;
  }

  const empty = (epoch: string): Batch => ({ epoch, seqs: [], events: [], recordedAt: [], waited: [] });
  return {
    async poll(isNew) {
      if (!isNew) return ask(empty(outbox.epoch), { waitMs: Math.min(pace.heartbeatMs, LONGEST_HOLD_MS) });
      let news = false;
      for (const epoch of outbox.epochs()) news = (await ask(empty(epoch), { wantReceived: true })) || news;
      return news;
    },
    async send(batch) {
      await ask(batch);
    },
  };
}
