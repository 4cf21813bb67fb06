import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EventBody, event } from '../../../protocols/event.ts';
import { decider, NOON, openTally, tallies, tempFolder } from './fixture.ts';

const DAY = 86_400_000;
let folder: string;
let remove: () => void;
beforeEach(() => {
  ({ folder, remove } = tempFolder());
});
afterEach(() => remove());

const telemetry = (n: number): EventBody =>
  event('liftgate.vehicle.readings.v1', NOON + n, {
    vin: 'WVWZZZ1JZXW000001',
    device: 'obd-1',
    bay: null,
    values: { 'obd.rpm': n },
  });

function rows(sql: string): unknown[] {
  const db = new Database(join(folder, 'gateway.db'), { readonly: true });
  try {
    return db.prepare(sql).pluck().all();
  } finally {
    db.close();
  }
}

test('old readings go, old bay events stay, and the state survives', async () => {
  const store = openTally(folder);
  await store.journal.append(tallies(1, 5_000));
  const state = store.journal.state();
  store.close();
  const again = openTally(folder);
  again.saveFold('board', {});
  const swept = await again.retention.sweep(NOON + 31 * DAY);
  expect(swept).toMatchObject({ inputs: 5_000, events: 0, full: false });
  again.close();
  expect(rows('SELECT count(*) FROM event')).toEqual([500]);
  const third = openTally(folder);
  expect(third.journal.state()).toEqual(state);
  await third.journal.append(tallies(5_001, 5_001));
  third.close();
});

test('inputs that a replay needs are never removed', async () => {
  const store = openTally(folder);
  await store.journal.append(tallies(1, 100));
  expect((await store.retention.sweep(NOON + 31 * DAY)).inputs).toBe(0);
  store.close();
});

test('what is kept for replays only goes as soon as a snapshot holds it', async () => {
  const ticks = { ...decider, rankOf: () => 6 };
  const store = openTally(folder, { decider: ticks });
  await store.journal.append(tallies(1, 50));
  store.close();
  const again = openTally(folder, { decider: ticks });
  expect((await again.retention.sweep(NOON)).inputs).toBe(50);
  again.close();
});

test('delivered telemetry goes after its days; what still waits for the cloud stays', async () => {
  const store = openTally(folder);
  await store.journal.record([telemetry(1), telemetry(2), telemetry(3)]);
  const verdicts = ['1', '2'].map((seq) => ({ seq, verdict: 'accepted', reason: null }) as const);
  await store.outbox.settle(store.epoch, { contiguousSeq: '2', verdicts });
  store.saveFold('board', {});
  expect(await store.retention.sweep(NOON + 31 * DAY)).toMatchObject({ events: 2 });
  expect(store.outbox.next()?.seqs).toEqual([3]);
  store.close();
});

describe('for want of room', () => {
  const budgetBytes = 2 * 1_048_576;

  test('raw readings go first, then telemetry with a gap record; scans and bay events stay; the numbers stay exact', async () => {
    const store = openTally(folder, { budgetBytes: 64 * 1_048_576 });
    for (let n = 0; n < 40; n++)
      await store.journal.record(Array.from({ length: 250 }, (_, i) => telemetry(n * 250 + i)));
    await store.journal.append(tallies(1, 5_000));
    store.saveFold('board', {});
    store.close();

    const tight = openTally(folder, { budgetBytes });
    tight.saveFold('board', {});
    const swept = await tight.retention.sweep(NOON);
    expect(swept.inputs).toBe(4_500);
    expect(swept.events).toBeGreaterThan(0);
    expect(swept).toMatchObject({ full: false });
    expect(swept.bytes).toBeLessThan(budgetBytes);
    const { produced, acknowledged, queued, dropped } = tight.outbox.numbers();
    expect(dropped).toBe(swept.events);
    expect(produced).toBe(acknowledged + queued + dropped);
    const gaps = [...tight.eventsAfter(10_500)];
    expect(gaps.every((g) => g.type === 'liftgate.journal.gap.v1')).toBe(true);
    expect(gaps.reduce((n, g) => n + (g.data as { count: number }).count, 0)).toBe(dropped);
    tight.close();
    expect(rows("SELECT count(*) FROM event WHERE type = 'liftgate.bay.lift.v1'")).toEqual([500]);
    expect(rows('SELECT count(*) FROM input WHERE rank = 0')).toEqual([500]);
  });

  test('the file shrinks', async () => {
    const store = openTally(folder);
    await store.journal.append(tallies(1, 60_000));
    store.close();
    const before = statSync(join(folder, 'gateway.db')).size;
    const again = openTally(folder);
    await again.retention.sweep(NOON + 31 * DAY);
    again.close();
    expect(statSync(join(folder, 'gateway.db')).size).toBeLessThan(before * 0.7);
  });
});

test('a full store refuses, goes on running, loses nothing that it acknowledged, and recovers when there is room', async () => {
  const store = openTally(folder, { budgetBytes: 1_048_576 });
  store.saveFold('board', {});
  let acknowledged = 0;
  let refusal: unknown;
  for (let n = 1; !refusal && n < 200_000; n += 500) {
    await store.journal.append(tallies(n, n + 499)).then(
      () => {
        acknowledged = n + 499;
      },
      (e: unknown) => {
        refusal = e;
      },
    );
  }
  expect(refusal).toMatchObject({ code: 'full', message: expect.stringContaining('store.budgetMb') });
  expect(store.journal.state().count).toBe(acknowledged);
  await expect(store.journal.append(tallies(1, 5_000))).rejects.toMatchObject({ code: 'full' });

  await store.retention.sweep(NOON);
  await store.journal.append(tallies(acknowledged + 1, acknowledged + 500));
  const state = store.journal.state();
  expect(state.count).toBe(acknowledged + 500);
  expect([...store.eventsAfter(0)].map((e) => e.seq)).toEqual(
    Array.from({ length: (acknowledged + 500) / 10 }, (_, i) => i + 1),
  );
  store.close();

  const again = openTally(folder, { budgetBytes: 1_048_576 });
  expect(again.journal.state()).toEqual(state);
  again.close();
});

test('a disk that others fill is left room: the least important goes, and the alarm is raised when nothing may go', async () => {
  let free = 200 * 1_048_576;
  const store = openTally(folder, { keepFreeBytes: 50 * 1_048_576, freeBytes: () => free });
  for (let n = 0; n < 40; n++)
    await store.journal.record(Array.from({ length: 250 }, (_, i) => telemetry(n * 250 + i)));
  store.saveFold('board', {});
  expect(await store.retention.sweep(NOON)).toMatchObject({ events: 0, full: false });
  free = 49 * 1_048_576;
  const swept = await store.retention.sweep(NOON);
  expect(swept.events).toBeGreaterThan(1_000);
  expect(store.outbox.dropped()).toEqual([{ class: 'telemetry', reason: 'budget', count: swept.events }]);
  expect(readdirSync(folder)).toContain('ballast');
  free = 2 * 1_048_576;
  expect(await store.retention.sweep(NOON)).toMatchObject({ full: true });
  expect(readdirSync(folder)).not.toContain('ballast');
  free = 200 * 1_048_576;
  expect(await store.retention.sweep(NOON)).toMatchObject({ full: false });
  expect(readdirSync(folder)).toContain('ballast');
  store.close();
});

test('what lies scattered is told in one record with its holes', async () => {
  const store = openTally(folder, { budgetBytes: 64 * 1_048_576 });
  for (let n = 0; n < 400; n++) {
    await Promise.all([store.journal.record([telemetry(n)]), store.journal.append(tallies(n * 10 + 1, n * 10 + 10))]);
  }
  store.saveFold('board', {});
  store.close();
  const tight = openTally(folder, { keepFreeBytes: 100, freeBytes: () => 0 });
  const { events } = await tight.retention.sweep(NOON);
  expect(events).toBe(400);
  const gaps = [...tight.eventsAfter(800)];
  expect(gaps).toHaveLength(1);
  expect((gaps[0]!.data as { ranges: unknown[] }).ranges.length).toBeGreaterThan(300);
  expect(gaps[0]!.data).toMatchObject({ count: 400, fromSeq: 1, reason: 'budget' });
  tight.close();
});

test('database and log together keep to the budget while it is full, within 5 %', async () => {
  const budgetBytes = 16 * 1_048_576;
  const store = openTally(folder, { budgetBytes });
  let most = 0;
  for (let n = 0; n < 400; n++) {
    await store.journal.record(Array.from({ length: 250 }, (_, i) => telemetry(n * 250 + i))).catch(() => {});
    const size = (end: string) => statSync(join(folder, `gateway.db${end}`)).size;
    most = Math.max(most, size('') + size('-wal'));
    if (n % 20 === 0) {
      store.saveFold('board', {});
      await store.retention.sweep(NOON);
    }
  }
  expect(most).toBeLessThan(budgetBytes * 1.05);
  expect(most).toBeGreaterThan(budgetBytes * 0.7);
  const { produced, acknowledged, queued, dropped } = store.outbox.numbers();
  expect(produced).toBe(acknowledged + queued + dropped);
  expect(dropped).toBeGreaterThan(0);
  store.close();
});
