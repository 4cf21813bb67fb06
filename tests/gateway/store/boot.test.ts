import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Store } from '../../../gateway/store/store.ts';
import { CloudEvent, event } from '../../../protocols/event.ts';
import { NOON, openTally, type Sum, type Tally, tempFolder } from './fixture.ts';

const HOUR = 3_600_000;
let folder: string;
let remove: () => void;
let store: Store<Sum, Tally>;
/** What the wall clock is off by, and the steady clock of this boot. */
let wrong = 0;
let mono = 0;
const open = (boot = 'boot-1') => {
  store = openTally(folder, { clock: () => NOON + wrong + mono, boot: { id: boot, mono: () => mono } });
};
beforeEach(() => {
  ({ folder, remove } = tempFolder());
  wrong = 0;
  mono = 10_000;
  open();
});
afterEach(() => {
  store.close();
  remove();
});

/** Something happens now, and is stamped by the clock as it is. */
const happen = () =>
  store.journal.record([event('liftgate.bay.lift.v1', NOON + wrong + mono, { bay: 'B1', raised: true, heightMm: 1 })]);
const sent = () => store.outbox.next()!.events.map((t) => CloudEvent.parse(JSON.parse(t)));
const at = (e: CloudEvent) => Date.parse(e.correctedtime ?? e.time);

test('a clock that was right all along is told to be good, and nothing is corrected', async () => {
  store.boot.agree(NOON + mono + 300);
  await happen();
  expect(sent()[0]).toMatchObject({ clockquality: 'good' });
  expect(sent()[0]!.correctedtime).toBeUndefined();
  expect(store.boot.status()).toEqual({ quality: 'good', offsetMs: -300 });
});

test('what was recorded before the clock was set is corrected when it is; its own time never changes', async () => {
  store.close();
  wrong = -48 * HOUR;
  open('boot-of-a-machine-without-a-battery');
  await happen();
  mono += 5_000;
  await happen();
  const said = sent().map((e) => e.time);
  expect(sent()[0]!.clockquality).toBeUndefined();
  wrong = 0;
  store.boot.look();
  mono += 5_000;
  await happen();
  expect(sent().map(at)).toEqual([NOON + 10_000, NOON + 15_000, NOON + 20_000]);
  expect(sent().map((e) => e.clockquality)).toEqual(['corrected', 'corrected', 'good']);
  expect(
    sent()
      .slice(0, 2)
      .map((e) => e.time),
  ).toEqual(said);
});

test('without a time server the reply of the cloud says how late it is', async () => {
  wrong = 3 * HOUR;
  await happen();
  store.boot.agree(NOON + mono);
  expect(sent().map(at)).toEqual([NOON + 10_000]);
  expect(store.boot.status()).toEqual({ quality: 'off', offsetMs: 3 * HOUR });
});

test('a clock that jumps away, forth or back, from what was right is found out by the next reply', async () => {
  store.boot.agree(NOON + mono);
  for (const jump of [HOUR, -HOUR]) {
    wrong = jump;
    store.boot.look();
    expect(store.boot.status().quality).toBe('unknown');
    mono += 1_000;
    await happen();
  }
  expect(sent().map(at)).toEqual([NOON + 11_000, NOON + 12_000]);
  store.boot.agree(NOON + mono);
  expect(store.boot.status().quality).toBe('off');
});

test('what an earlier boot recorded by a clock that nobody ever set is an estimate', async () => {
  wrong = -HOUR;
  await happen();
  store.close();
  mono = 0;
  wrong = 0;
  open('boot-2');
  store.boot.agree(NOON + mono);
  await happen();
  expect(sent().map((e) => e.clockquality)).toEqual(['estimated', 'good']);
});

test('what is known of a boot holds over a restart of the program', async () => {
  wrong = -HOUR;
  await happen();
  store.boot.agree(NOON + mono);
  store.close();
  open();
  expect(sent().map(at)).toEqual([NOON + 10_000]);
});
