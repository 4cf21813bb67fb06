import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Store } from '../../../gateway/store/store.ts';
import { fromCloudEvent } from '../../../protocols/event.ts';
import type { Verdict } from '../../../protocols/sync.ts';
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

const seqs = (texts: readonly string[]) => texts.map((t) => fromCloudEvent(JSON.parse(t)).seq);
const verdict = (seq: number, v: Verdict['verdict'], reason: string | null = null): Verdict => ({
  seq: String(seq),
  verdict: v,
  reason,
});

test('a batch holds the oldest events, in order, in the form of the border', () => {
  const texts = store.outbox.next();
  expect(seqs(texts)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(fromCloudEvent(JSON.parse(texts[0]!))).toEqual({
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

test('what has a verdict or lies under the cursor is acknowledged, once', () => {
  store.outbox.settle({ contiguousSeq: '3', verdicts: [1, 2, 3, 5].map((n) => verdict(n, 'accepted')) });
  expect(seqs(store.outbox.next())).toEqual([4, 6, 7, 8, 9, 10]);
  store.outbox.settle({ contiguousSeq: '3', verdicts: [verdict(5, 'duplicate')] });
  expect(store.outbox.numbers()).toEqual({ produced: 10, acknowledged: 4, queued: 6, dropped: 0 });
  expect(store.outbox.oldestAt()).toBe(NOON + 40);
});

test('what the cloud refuses for good is never sent again and kept for a person to see', () => {
  store.outbox.settle({
    contiguousSeq: '10',
    verdicts: [verdict(4, 'rejected', 'data: too old'), verdict(5, 'conflict', 'another body')],
  });
  expect(store.outbox.next()).toEqual([]);
  expect(store.outbox.deadLetters(10)).toEqual([
    { seq: 5, verdict: 'conflict', reason: 'another body', at: NOON },
    { seq: 4, verdict: 'rejected', reason: 'data: too old', at: NOON },
  ]);
  expect(store.outbox.oldestAt()).toBeNull();
});

test('a cursor that went back means a restored cloud: what it lost is queued again', () => {
  store.outbox.settle({ contiguousSeq: '10', verdicts: [] });
  store.outbox.settle({ contiguousSeq: '6', verdicts: [] });
  expect(seqs(store.outbox.next())).toEqual([7, 8, 9, 10]);
  expect(store.outbox.numbers()).toEqual({ produced: 10, acknowledged: 6, queued: 4, dropped: 0 });
});

test('a cloud that knows more than this store is told apart from success', () => {
  expect(() => store.outbox.settle({ contiguousSeq: '11', verdicts: [] })).toThrow(
    expect.objectContaining({ code: 'conflict', message: expect.stringContaining('old copy') }),
  );
  expect(store.outbox.numbers().queued).toBe(10);
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
