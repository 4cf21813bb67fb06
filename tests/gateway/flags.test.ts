import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createEngine } from '../../gateway/domain/create.ts';
import { type Input, timeOf } from '../../gateway/domain/engine.ts';
import type { EngineState } from '../../gateway/domain/state.ts';
import { flagDesk } from '../../gateway/flags.ts';
import type { FlagDesk } from '../../gateway/http/flags.ts';
import { rankOf } from '../../gateway/input.ts';
import { openStore, type Store } from '../../gateway/store/store.ts';
import { SiteFlag, SiteFlagData } from '../../protocols/api/flags.ts';
import { type EventData, event, type WorkshopEvent } from '../../protocols/event.ts';
import { reading } from '../../protocols/reading.ts';
import { CAR_A, HOUR, NINE, SECOND, settings } from './domain/kit.ts';
import { tempFolder } from './store/fixture.ts';

let store: Store<EngineState, Input>;
let desk: FlagDesk;
let folder: string;
let remove: () => void;
let now: number;
let downs = 0;

function open(): void {
  const decider = { ...createEngine(settings()), timeOf, rankOf };
  const parts = { folder, keepDays: 30, budgetBytes: 2 ** 26, site: 's', gateway: 'g', decider, clock: () => now };
  store = openStore({ ...parts, boot: { id: 'boot-1', mono: () => now }, onTrouble: () => {} });
  desk = flagDesk(store, ['1', '2', '3', '4'], () => now);
}

async function pass(seconds: number): Promise<void> {
  const inputs: Input[] = [];
  for (let i = 0; i < seconds; i++) {
    now += SECOND;
    inputs.push({ kind: 'tick', at: now });
  }
  await store.journal.append(inputs);
}

beforeEach(async () => {
  ({ folder, remove } = tempFolder());
  now = NINE;
  open();
  await pass(1);
  const says = (signal: 'obd.vin' | 'obd.crank-voltage', value: string | number) =>
    store.journal.append([{ kind: 'reading', reading: reading('obd-1', signal, value, now) }]);
  await says('obd.vin', CAR_A);
  for (const volts of [9.4, 9.3]) {
    await says('obd.crank-voltage', volts);
    await pass(300);
  }
});
afterEach(() => {
  store.close();
  remove();
});

type Action = EventData<'liftgate.flag.action.v1'>;
async function cloudSays(act: Action['act'], at: number, more: Partial<Action> = {}): Promise<void> {
  const data: Action = { vin: CAR_A, flag: 'battery', act, reason: null, at, by: 'account-7', ...more };
  const key = { site: 's', gateway: 'cloud', epoch: 'c', seq: ++downs };
  const e: WorkshopEvent = { ...event('liftgate.flag.action.v1', at, data), ...key };
  await store.journal.acceptDown(String(downs), [e], (fact) => ({ kind: 'down', at: now, event: fact }));
  await pass(2);
}
const battery = () => desk.list().find((f) => f.flag === 'battery')!;
const told = () => [...store.eventsAfter(0)].filter((e) => e.type === 'liftgate.flag.action.v1').map((e) => e.data);

describe('flags on the site page', () => {
  test('stand there with the car, its bay, and what was measured, as the contract says', () => {
    const [first, ...others] = desk.list();
    expect(SiteFlag.parse(first)).toMatchObject({ vin: CAR_A, flag: 'battery', state: 'raised', severity: 'severe' });
    expect(others.every((f) => f.state === 'watch')).toBe(true);
    const data = SiteFlagData.parse(desk.data(CAR_A, 'battery'));
    expect(data).toMatchObject({ unit: 'V', act: 9.6, series: [{ value: 9.4 }, { value: 9.3 }] });
    expect(() => desk.data('WVWZZZ1JZXW000001', 'battery')).toThrow(/nothing was told of battery/);
  });

  test('are acknowledged, booked, dismissed with a reason and opened again; each goes up like any event', async () => {
    const by = { who: 'LW' };
    expect(await desk.act(CAR_A, 'battery', { act: 'acknowledge', ...by })).toMatchObject({
      life: { state: 'acknowledged', by: 'LW' },
    });
    await desk.act(CAR_A, 'battery', { act: 'acknowledge', who: 'CH' });
    const appointment = { from: now + HOUR, until: now + 2 * HOUR };
    expect(await desk.act(CAR_A, 'battery', { act: 'book', appointment, ...by })).toMatchObject({
      life: { state: 'booked', appointment },
    });
    await expect(desk.act(CAR_A, 'battery', { act: 'dismiss', ...by })).rejects.toMatchObject({ about: 'reason' });
    const dismissed = { act: 'dismiss', reason: 'tested well', outcome: 'found-fine', ...by } as const;
    expect(await desk.act(CAR_A, 'battery', dismissed)).toMatchObject({ life: { state: 'dismissed' } });
    await expect(desk.act(CAR_A, 'battery', { act: 'book', ...by })).rejects.toMatchObject({ code: 'conflict' });
    // What is settled stands in the list still, for who wants to look it up.
    expect(battery()).toMatchObject({ life: { state: 'dismissed' } });
    expect(await desk.act(CAR_A, 'battery', { act: 'reopen', ...by })).toMatchObject({ life: { state: 'raised' } });
    expect(told()).toMatchObject([
      { act: 'acknowledge', by: 'LW' },
      { act: 'book', appointment },
      { act: 'dismiss', reason: 'tested well', outcome: 'found-fine' },
      { act: 'reopen' },
    ]);
    expect(battery().acts.map((a) => a.act)).toEqual(['reopen', 'dismiss', 'book', 'acknowledge']);
    expect(store.outbox.numbers().queued).toBeGreaterThanOrEqual(4);
  });

  test('what the cloud said earlier and what comes late is shown, and does not count', async () => {
    await desk.act(CAR_A, 'battery', { act: 'book', who: 'LW' });
    await cloudSays('dismiss', now - 20 * 60_000, { reason: 'sold' });
    expect(battery()).toMatchObject({
      life: { state: 'booked', by: 'LW' },
      acts: [
        { act: 'dismiss', from: 'cloud', counted: false, reason: 'sold' },
        { act: 'book', from: 'site', counted: true },
      ],
    });
    // A dismissal that does not count teaches no limit.
    expect(battery().state).toBe('raised');
  });

  test('what the cloud said later counts, and a person who sees it may act after it, whatever the clock says', async () => {
    await desk.act(CAR_A, 'battery', { act: 'acknowledge', who: 'LW' });
    await cloudSays('book', now + HOUR);
    expect(battery()).toMatchObject({ life: { state: 'booked', by: 'account-7' }, acts: [{ counted: true }, {}] });
    await desk.act(CAR_A, 'battery', { act: 'verify', who: 'LW' });
    expect(battery()).toMatchObject({ life: { state: 'verified', by: 'LW' }, acts: [{ counted: true }, {}, {}] });
    expect(told().at(-1)!.at).toBeGreaterThan(now);
  });

  test('outlive a restart', async () => {
    await desk.act(CAR_A, 'battery', { act: 'book', who: 'LW' });
    store.close();
    open();
    expect(battery()).toMatchObject({ life: { state: 'booked', by: 'LW' }, acts: [{ act: 'book', by: 'LW' }] });
  });

  test('a clock that is known to be wrong does not decide who was first', async () => {
    store.boot.agree(now - HOUR);
    await desk.act(CAR_A, 'battery', { act: 'acknowledge', who: 'LW' });
    expect(told()[0]!.at).toBe(now - HOUR);
  });
});
