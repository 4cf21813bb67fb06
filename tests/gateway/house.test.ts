import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { keepHouse } from '../../gateway/house.ts';
import type { Store } from '../../gateway/store/store.ts';
import { event } from '../../protocols/event.ts';
import { NOON, openTally, type Sum, type Tally, tempFolder } from './store/fixture.ts';

let store: Store<Sum, Tally>;
let folder: string;
let remove: () => void;
beforeEach(() => {
  ({ folder, remove } = tempFolder());
});
afterEach(() => {
  store.close();
  remove();
});

test('a store that is full of what is never dropped raises an alert, once, and clears it when there is room', async () => {
  store = openTally(folder);
  const scan = (n: number) =>
    event('liftgate.scan.v1', NOON, {
      device: 's',
      kind: 'job',
      text: `${n}`.padEnd(400),
      bay: null,
      checkDigit: 'absent',
    });
  for (let n = 0; n < 8; n++) await store.journal.record(Array.from({ length: 500 }, (_, i) => scan(n * 500 + i)));
  store.close();

  const clean = async (budgetMb: number) => {
    store = openTally(folder, { budgetBytes: budgetMb * 1_048_576 });
    const save = vi.fn(() => store.saveFold('board', {}));
    const house = keepHouse(store, { save }, () => NOON, pino({ enabled: false }));
    for (const times of [1, 2]) {
      house.now();
      await vi.waitFor(() => expect(save).toHaveBeenCalledTimes(times), { timeout: 20_000 });
    }
    await house.stop();
    return [...store.eventsAfter(4_000)].map((e) => e.type === 'liftgate.alert.v1' && e.data.state);
  };
  expect(await clean(2)).toEqual(['raised']);
  store.close();
  expect(await clean(64)).toEqual(['raised', 'cleared']);
});

test('a full disk is told once, room is made even where the view cannot be kept, and its end is a new beginning', async () => {
  store = openTally(folder);
  const errors: string[] = [];
  const log = pino(
    { level: 'error' },
    { write: (line: string) => errors.push((JSON.parse(line) as { msg: string }).msg) },
  );
  const sweep = vi.spyOn(store.retention, 'sweep');
  let full = true;
  const save = () => {
    if (full) throw new Error('database or disk is full');
  };
  const house = keepHouse(store, { save }, () => NOON, log);
  const round = async () => {
    const before = sweep.mock.calls.length;
    house.now();
    await vi.waitFor(() => expect(sweep.mock.calls.length).toBe(before + 1), { timeout: 20_000 });
    await new Promise((resolve) => setTimeout(resolve, 50));
  };
  await round();
  await round();
  expect(errors).toEqual(['the store could not be tidied: database or disk is full']);
  full = false;
  await round();
  full = true;
  await round();
  expect(errors).toHaveLength(2);
  await house.stop();
});
