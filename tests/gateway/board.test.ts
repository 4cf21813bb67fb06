import { afterEach, beforeEach, expect, test } from 'vitest';
import { openBoard } from '../../gateway/board.ts';
import type { Store } from '../../gateway/store/store.ts';
import { EMPTY_BOARD, foldAll } from '../../protocols/board.ts';
import { event } from '../../protocols/event.ts';
import { NOON, openTally, type Sum, type Tally, tallies, tempFolder } from './store/fixture.ts';

let folder: string;
let remove: () => void;
let store: Store<Sum, Tally>;
beforeEach(() => {
  ({ folder, remove } = tempFolder());
  store = openTally(folder);
});
afterEach(() => {
  store.close();
  remove();
});

const open = () => openBoard(store, () => ({ now: NOON, ages: {}, behindMs: 0, cloudReached: null }));
const order = (seq: number, state: 'expected' | 'in-progress') => ({
  ...event('liftgate.order.v1', NOON, {
    order: `o-${seq}`,
    vin: null,
    plate: '沪A12345',
    model: null,
    bay: null,
    state,
    hold: null,
    promisedAt: null,
    standardMinutes: null,
    job: null,
  }),
  site: 'north',
  gateway: 'cloud',
  epoch: 'c1',
  seq,
});

test('each commit that changes the view is one revision, told to those who listen', async () => {
  const board = open();
  const revs: number[] = [];
  const stop = board.subscribe(() => revs.push(board.current().rev));
  await store.journal.append(tallies(1, 10));
  await store.journal.append(tallies(11, 15));
  await store.journal.append(tallies(16, 20));
  expect(revs).toEqual([2, 3]);
  expect(board.current().view.bays.B1?.raised).toBe(false);
  stop();
  await store.journal.append(tallies(21, 30));
  expect(revs).toHaveLength(2);
});

test('after a restart the view is the same, saved or not, with what came from the cloud', async () => {
  const first = open();
  await store.journal.append(tallies(1, 100));
  await store.journal.acceptDown('1', [order(1, 'expected')], () => ({ at: NOON, n: 1 }));
  first.save();
  await store.journal.append(tallies(101, 130));
  await store.journal.acceptDown('2', [order(2, 'expected')], () => ({ at: NOON, n: 1 }));
  const before = first.current().view;
  const { stream } = first;
  store.close();

  store = openTally(folder);
  const second = open();
  expect(second.current().view).toEqual(before);
  expect(Object.keys(before.queue)).toEqual(['o-1', 'o-2']);
  expect(second.stream).not.toBe(stream);
  const whole = foldAll(foldAll(EMPTY_BOARD, store.eventsAfter(0)), store.downAfter(0));
  expect(second.current().view).toEqual(whole);
});
