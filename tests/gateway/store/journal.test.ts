import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Commit } from '../../../gateway/store/journal.ts';
import type { Store } from '../../../gateway/store/store.ts';
import { event } from '../../../protocols/event.ts';
import { decider, NOON, openTally, type Sum, type Tally, tallies, tempFolder } from './fixture.ts';

let folder: string;
let remove: () => void;
let store: Store<Sum, Tally>;
let troubles: string[];
const open = () => openTally(folder, { onTrouble: (what) => troubles.push(what) });

beforeEach(() => {
  ({ folder, remove } = tempFolder());
  troubles = [];
  store = open();
});
afterEach(() => {
  store.close();
  remove();
});

describe('a commit', () => {
  test('is shared by all who wait for it', async () => {
    const commits: Commit[] = [];
    store.subscribe((c) => commits.push(c));
    await Promise.all(tallies(1, 200).map((t) => store.journal.append([t])));
    expect(commits.reduce((n, c) => n + c.inputs, 0)).toBe(200);
    expect(commits.length).toBeLessThan(10);
    expect(commits.flatMap((c) => c.events).map((e) => e.seq)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  });

  test('comes soon for a lone record', async () => {
    await store.journal.append(tallies(1, 1));
    expect(store.journal.state().count).toBe(1);
  });

  test('is on disk, with inputs, events and outbox together, when the promise resolves', async () => {
    await store.journal.append(tallies(1, 30));
    const other = new Database(join(folder, 'gateway.db'), { readonly: true });
    const count = (table: string) => other.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
    expect([count('input'), count('event'), count('outbox')]).toEqual([30, 3, 3]);
    other.close();
  });
});

test('an input that no rule can take changes nothing, is told, and does not stop its neighbours', async () => {
  await store.journal.append([...tallies(1, 5), { at: NOON, n: -1 }, ...tallies(6, 10)]);
  expect(store.journal.state()).toEqual({ count: 10, sum: 55, raised: true });
  expect(troubles).toHaveLength(1);
  expect(troubles[0]).toContain('"n":-1');
});

test('what cannot be kept as JSON is refused alone', async () => {
  const bad = { at: NOON, n: 1n as unknown as number };
  const [first, second] = await Promise.allSettled([store.journal.append([bad]), store.journal.append(tallies(1, 1))]);
  expect(first).toMatchObject({ status: 'rejected', reason: { code: 'invalid' } });
  expect(second.status).toBe('fulfilled');
});

test('an effect that fails takes only its own record down', async () => {
  const lift = event('liftgate.bay.lift.v1', NOON, { bay: 'B2', raised: true, heightMm: null });
  const broken = store.journal.record([lift], () => {
    throw new Error('no such row');
  });
  const good = store.journal.append(tallies(10, 10));
  await expect(broken).rejects.toMatchObject({ code: 'internal' });
  await good;
  expect([...store.eventsAfter(0)]).toMatchObject([{ seq: 1, data: { bay: 'B1' } }]);
  expect(store.outbox.numbers()).toEqual({ produced: 1, acknowledged: 0, queued: 1, dropped: 0 });
});

test('a reopened store has the same state, epoch and numbers, and goes on without a gap in seq', async () => {
  await store.journal.append(tallies(1, 1_234));
  const before = { state: store.journal.state(), epoch: store.epoch, seq: store.journal.lastSeq() };
  store.close();
  store = open();
  expect({ state: store.journal.state(), epoch: store.epoch, seq: store.journal.lastSeq() }).toEqual(before);
  await store.journal.append(tallies(1_235, 1_240));
  expect([...store.eventsAfter(123)].map((e) => e.seq)).toEqual([124]);
});

describe('facts from the cloud', () => {
  const order = (seq: number) => ({
    ...event('liftgate.order.v1', NOON, {
      order: `o-${seq}`,
      vin: null,
      plate: null,
      model: null,
      bay: 'B1',
      state: 'expected',
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

  test('are kept with their cursor and the inputs they cause; a second delivery changes nothing', async () => {
    const accept = (cursor: string, ...seqs: number[]) =>
      store.journal.acceptDown(cursor, seqs.map(order), (e) => ({ at: e.time, n: e.seq }));
    await accept('2', 1, 2);
    await accept('3', 2, 3);
    expect(store.journal.state()).toMatchObject({ count: 3, sum: 6 });
    expect([...store.downAfter(0)].map((e) => e.seq)).toEqual([1, 2, 3]);
    expect(store.outbox.downCursor()).toBe('3');
    expect(store.outbox.numbers().produced).toBe(0);
    store.close();
    store = open();
    expect(store.outbox.downCursor()).toBe('3');
    expect(store.journal.state().count).toBe(3);
  });
});

test('a stored state of a shape that is not known is left; the inputs that are still kept give it back', async () => {
  await store.journal.append(tallies(1, 30));
  store.close();
  const db = new Database(join(folder, 'gateway.db'));
  db.prepare("UPDATE snapshot SET body = '{\"format\":0}' WHERE name = 'engine'").run();
  db.close();
  const revive = (stored: unknown) =>
    stored !== null && Object.hasOwn(stored as object, 'count') ? (stored as Sum) : null;
  store = openTally(folder, { decider: { ...decider, revive } });
  expect(store.journal.state().count).toBe(30);
});
