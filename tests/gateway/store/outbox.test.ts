import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Batch } from '../../../gateway/store/outbox.ts';
import type { Store } from '../../../gateway/store/store.ts';
import { CloudEvent, event, fromCloudEvent } from '../../../protocols/event.ts';
import type { SyncReply, Verdict } from '../../../protocols/sync.ts';
import { NOON, openTally, type Sum, type Tally, tallies, tempFolder } from './fixture.ts';

let folder: string;
let remove: () => void;
let store: Store<Sum, Tally>;
beforeEach(async () => {
  ({ folder, remove } = tempFolder());
  store = openTally(folder);
  await store.journal.append(tallies(1, 100));
});
afterEach(() => {
  store.close();
  remove();
});

function reopen(): void {
  store.close();
  store = openTally(folder);
}
const seqs = (batch: Batch | null) => (batch?.events ?? []).map((t) => fromCloudEvent(JSON.parse(t)).seq);
const verdict = (seq: number, v: Verdict['verdict'], reason: string | null = null): Verdict => ({
  seq: String(seq),
  verdict: v,
  reason,
});
const settle = (reply: Partial<SyncReply>, epoch = store.epoch) =>
  store.outbox.settle(epoch, { contiguousSeq: '0', verdicts: [], ...reply });
const accept = (from: number, to: number, epoch = store.epoch) => {
  const verdicts = Array.from({ length: to - from + 1 }, (_, i) => verdict(from + i, 'accepted'));
  return settle({ contiguousSeq: String(from === 1 ? to : 0), verdicts }, epoch);
};
const alarm = () =>
  event('liftgate.alert.v1', NOON, {
    ...{ alert: 'a', kind: 'device-offline', state: 'raised', severity: 'warning', since: NOON },
    ...{ bay: null, device: 'cam-1', vin: null, detail: {} },
  });

test('a batch holds the oldest events, in order, in the form of the border', () => {
  const batch = store.outbox.next();
  expect(seqs(batch)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(batch?.epoch).toBe(store.epoch);
  expect(fromCloudEvent(JSON.parse(batch!.events[0]!))).toEqual({
    type: 'liftgate.bay.lift.v1',
    subject: 'bay/B1',
    time: NOON + 10,
    data: { bay: 'B1', raised: true, heightMm: 10 },
    site: 'north',
    gateway: 'gw-1',
    epoch: store.epoch,
    seq: 1,
  });
});

test('a batch keeps to its limits, but never is empty where something waits', () => {
  expect(seqs(store.outbox.next({ events: 3 }))).toEqual([1, 2, 3]);
  expect(seqs(store.outbox.next({ bytes: 10 }))).toEqual([1]);
});

test('alerts go first, then what is new; what is older than the connection is history', async () => {
  store.outbox.connected();
  await store.journal.append(tallies(101, 120));
  await store.journal.record([alarm()]);
  const urgent = store.outbox.next({ lane: 'urgent' });
  expect(seqs(urgent)).toEqual([13, 11, 12]);
  const backFill = store.outbox.next({ lane: 'back-fill' });
  expect(seqs(backFill)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  const historical = (b: Batch | null) => b!.events.map((t) => CloudEvent.parse(JSON.parse(t)).historical ?? false);
  expect(historical(urgent)).toEqual([false, false, false]);
  expect(historical(backFill)).toEqual(Array(10).fill(true));
  expect(store.outbox.depths()).toEqual({ alert: 1, live: 2, 'back-fill': 10 });
});

test('what has a verdict is acknowledged, once; a cursor alone acknowledges nothing', async () => {
  await settle({ contiguousSeq: '3', verdicts: [1, 2, 3, 5].map((n) => verdict(n, 'accepted')) });
  expect(seqs(store.outbox.next())).toEqual([4, 6, 7, 8, 9, 10]);
  await settle({ contiguousSeq: '9', verdicts: [verdict(5, 'duplicate')] });
  expect(store.outbox.numbers()).toEqual({ produced: 10, acknowledged: 4, queued: 6, dropped: 0 });
  expect(store.outbox.oldestAt()).toBe(NOON + 40);
});

test('what the cloud refuses for good is never sent again and kept for a person to see', async () => {
  await accept(1, 3);
  await settle({ contiguousSeq: '10', verdicts: [verdict(4, 'rejected', 'data: too old')] });
  expect(seqs(store.outbox.next())).toEqual([5, 6, 7, 8, 9, 10]);
  expect(store.outbox.deadLetters(10)).toMatchObject([
    { seq: 4, id: `${store.epoch}-4`, verdict: 'rejected', reason: 'data: too old', at: NOON },
  ]);
  expect(store.outbox.deadLetters(10)[0]!.event).toMatchObject({ subject: 'bay/B1', data: { heightMm: 40 } });
});

test('what the cloud refused goes up again when a person says so, one or all, and the numbers stay exact', async () => {
  await settle({ verdicts: [verdict(2, 'rejected', 'odd'), verdict(4, 'rejected', 'odd'), verdict(5, 'accepted')] });
  let calls = 0;
  store.outbox.subscribe(() => calls++);
  expect(store.outbox.deadCount()).toBe(2);
  expect(store.outbox.numbers()).toEqual({ produced: 10, acknowledged: 3, queued: 7, dropped: 0 });
  expect(store.outbox.replayDead(`${store.epoch}-4`)).toBe(1);
  expect(seqs(store.outbox.next())).toEqual([1, 3, 4, 6, 7, 8, 9, 10]);
  expect(store.outbox.numbers()).toEqual({ produced: 10, acknowledged: 2, queued: 8, dropped: 0 });
  for (const id of [`${store.epoch}-4`, `${store.epoch}-99`, 'other-2', 'nonsense'])
    expect(() => store.outbox.replayDead(id)).toThrow('no refused event');
  expect(store.outbox.replayDead(null)).toBe(1);
  expect(store.outbox.deadCount()).toBe(0);
  expect(calls).toBe(2);
  expect(store.outbox.numbers()).toEqual({ produced: 10, acknowledged: 1, queued: 9, dropped: 0 });
});

test('an event that is held back is passed over', () => {
  expect(store.outbox.holdBack(2)).toBe(5_000);
  expect(seqs(store.outbox.next({ events: 3 }))).toEqual([1, 3, 4]);
  expect(store.outbox.heldBack()).toBe(1);
});

describe('a restored cloud', () => {
  test('names a lower cursor: what it lost is queued again, and facts for the workshop are asked for anew', async () => {
    await accept(1, 10);
    await store.journal.acceptDown('44', [], () => ({ at: NOON, n: 1 }));
    expect(await settle({ contiguousSeq: '6' })).toMatchObject({ again: 4 });
    expect(seqs(store.outbox.next())).toEqual([7, 8, 9, 10]);
    expect(store.outbox.numbers()).toEqual({ produced: 10, acknowledged: 6, queued: 4, dropped: 0 });
    expect(store.outbox.downCursor()).toBe('0');
  });

  test('is not what an answer tells that another one has overtaken', async () => {
    const asked = store.outbox.confirmed(store.epoch);
    await accept(1, 10);
    const late = { contiguousSeq: '6', verdicts: [] };
    expect(await store.outbox.settle(store.epoch, late, asked)).toMatchObject({ again: 0 });
    expect(store.outbox.numbers()).toMatchObject({ acknowledged: 10, queued: 0 });
    const known = store.outbox.confirmed(store.epoch);
    expect(await store.outbox.settle(store.epoch, late, known)).toMatchObject({ again: 4 });
  });

  test('tells what it has at a new connection: also what lies above a hole is sent again', async () => {
    await settle({ contiguousSeq: '2', verdicts: [1, 2, 5, 6, 7, 9].map((n) => verdict(n, 'accepted')) });
    expect(
      await settle({
        contiguousSeq: '2',
        received: [
          [1, 2],
          [6, 6],
        ],
      }),
    ).toMatchObject({ again: 3 });
    expect(seqs(store.outbox.next())).toEqual([3, 4, 5, 7, 8, 9, 10]);
  });
});

describe('a restored store', () => {
  test('meets a cloud that knows more: a new epoch begins, and what is the same there is acknowledged', async () => {
    const old = store.epoch;
    reopen();
    expect(await settle({ contiguousSeq: '0', received: [[1, 25]] })).toMatchObject({ epochBegan: 'behind' });
    expect(store.epoch).not.toBe(old);
    await store.journal.append(tallies(101, 110));
    expect(store.outbox.next()).toMatchObject({ epoch: old, seqs: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] });
    // Rows 1 to 8 are what the cloud has; 9 and 10 are others than those it got under these numbers.
    const verdicts = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => verdict(n, 'duplicate'));
    verdicts.push(verdict(9, 'conflict'), verdict(10, 'conflict'));
    expect(await settle({ contiguousSeq: '25', verdicts }, old)).toMatchObject({ settled: 8, renumbered: 2 });
    const batch = store.outbox.next();
    expect(batch?.epoch).toBe(store.epoch);
    expect(seqs(batch)).toEqual([1, 2, 3]);
    expect(batch!.events.map((t) => fromCloudEvent(JSON.parse(t)).time)).toEqual([NOON + 110, NOON + 90, NOON + 100]);
    expect(store.outbox.numbers()).toEqual({ produced: 11, acknowledged: 8, queued: 3, dropped: 0 });
    await accept(1, 3);
    expect(store.outbox.next()).toBeNull();
    expect(store.outbox.numbers()).toEqual({ produced: 11, acknowledged: 11, queued: 0, dropped: 0 });
    expect(store.outbox.deadLetters(10)).toEqual([]);
  });

  test('gives what it recorded since its start, and sent to nobody, numbers of the new epoch in the order of recording', async () => {
    const old = store.epoch;
    reopen();
    await store.journal.append(tallies(101, 120));
    await settle({ contiguousSeq: '0', received: [[1, 25]] });
    await store.journal.append(tallies(121, 130));
    expect(store.outbox.next()).toMatchObject({ epoch: old, seqs: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] });
    await accept(1, 10, old);
    const batch = store.outbox.next();
    expect(batch?.epoch).toBe(store.epoch);
    expect(seqs(batch)).toEqual([1, 2, 3]);
    expect(batch!.events.map((t) => fromCloudEvent(JSON.parse(t)).time)).toEqual([NOON + 110, NOON + 120, NOON + 130]);
    await accept(1, 3);
    expect(store.outbox.numbers()).toEqual({ produced: 13, acknowledged: 13, queued: 0, dropped: 0 });
  });

  test('that has handed out new rows already finds out by the clash which of them the cloud took', async () => {
    const old = store.epoch;
    expect(store.outbox.next()?.seqs).toHaveLength(10);
    await settle({ contiguousSeq: '0', received: [[1, 25]] });
    expect(store.outbox.next()).toMatchObject({ epoch: old, seqs: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] });
  });

  test('that was filled up beyond what the cloud knows finds out by the first clash, and loses nothing', async () => {
    expect(await settle({ contiguousSeq: '4', verdicts: [verdict(3, 'conflict'), verdict(4, 'conflict')] })).toEqual({
      duplicates: 0,
      settled: 0,
      again: 0,
      renumbered: 2,
      epochBegan: 'conflict',
    });
    expect(store.outbox.numbers()).toEqual({ produced: 10, acknowledged: 0, queued: 10, dropped: 0 });
  });

  test('keeps its epochs over a restart', async () => {
    await settle({ contiguousSeq: '11' });
    const epochs = store.outbox.epochs();
    reopen();
    expect(store.outbox.epochs()).toEqual(epochs);
    expect(epochs).toHaveLength(2);
  });
});

test('whoever waits for more is called when more is there', async () => {
  let calls = 0;
  const stop = store.outbox.subscribe(() => calls++);
  await store.journal.append(tallies(101, 109));
  expect(calls).toBe(0);
  await store.journal.append(tallies(110, 110));
  expect(calls).toBe(1);
  stop();
  await store.journal.append(tallies(111, 120));
  expect(calls).toBe(1);
});
