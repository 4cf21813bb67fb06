import { describe, expect, test } from 'vitest';
import { event, toCloudEvent } from '../../protocols/event.ts';
import { SYNC_LIMITS, SyncBatch, SyncReply } from '../../protocols/sync.ts';

const lift = toCloudEvent({
  ...event('liftgate.bay.lift.v1', 1_700_000_000_000, { bay: '1', raised: false, heightMm: 0 }),
  site: 's',
  gateway: 'g',
  epoch: 'e',
  seq: 1,
});
const batch = {
  epoch: 'k3',
  sentAt: '2026-03-03T01:00:00.000Z',
  events: [lift],
  ages: { 'cam-1': 1_200, 'obd-1': null },
  downCursor: '0',
};
const reply = {
  contiguousSeq: '9007199254740993',
  verdicts: [{ seq: '1', verdict: 'accepted', reason: null }],
  down: { cursor: '7', events: [lift], more: false },
  time: '2026-03-03T01:00:00.000Z',
};

describe('sync', () => {
  test('a batch and a reply come back from JSON as they went, cursors exact beyond 2^53', () => {
    expect(SyncBatch.parse(JSON.parse(JSON.stringify(batch)))).toEqual(batch);
    expect(SyncReply.parse(JSON.parse(JSON.stringify(reply)))).toEqual(reply);
  });

  test('one bad event does not hold up the batch, too many do', () => {
    expect(SyncBatch.safeParse({ ...batch, events: [lift, 'garbage', null] }).success).toBe(true);
    expect(SyncBatch.safeParse({ ...batch, events: new Array(SYNC_LIMITS.events + 1).fill(lift) }).success).toBe(false);
  });

  test.each([
    ['a cursor that is a number', { ...batch, downCursor: 7 }],
    ['a negative cursor', { ...batch, downCursor: '-1' }],
    ['an epoch with a dash', { ...batch, epoch: 'a-b' }],
    ['a negative age', { ...batch, ages: { a: -1 } }],
    ['an unknown key', { ...batch, extra: true }],
  ])('%s is refused', (_, bad) => {
    expect(SyncBatch.safeParse(bad).success).toBe(false);
  });

  test('a downlink event that is not one is refused as a whole', () => {
    expect(SyncReply.safeParse({ ...reply, down: { ...reply.down, events: [{}] } }).success).toBe(false);
  });
});
