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
