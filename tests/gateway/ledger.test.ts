import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { GatewayConfig } from '../../config/schema.ts';
import { createEngine } from '../../gateway/domain/create.ts';
import { type Input, timeOf } from '../../gateway/domain/engine.ts';
import type { EngineState } from '../../gateway/domain/state.ts';
import type { LedgerDesk } from '../../gateway/http/ledger.ts';
import { rankOf } from '../../gateway/input.ts';
import { ledgerDesk } from '../../gateway/ledger.ts';
import { openStore, type Store } from '../../gateway/store/store.ts';
import { DayLedger, LedgerDay, LedgerRange } from '../../protocols/api/ledger.ts';
import { reading } from '../../protocols/reading.ts';
import { HOUR, MINUTE, NINE, SECOND, settings } from './domain/kit.ts';
import { tempFolder } from './store/fixture.ts';

let store: Store<EngineState, Input>;
let desk: LedgerDesk;
let remove: () => void;
let now: number;
const DAY = '2026-03-03';

beforeEach(async () => {
  let folder: string;
  ({ folder, remove } = tempFolder());
  now = NINE;
  const given = settings();
  const decider = { ...createEngine(given), timeOf, rankOf };
  const parts = { folder, keepDays: 30, budgetBytes: 2 ** 26, site: 's', gateway: 'g', decider, clock: () => now };
  store = openStore({ ...parts, boot: { id: 'boot-1', mono: () => 1_000 }, onTrouble: () => {} });
  const config = { site: { timezone: 'Asia/Shanghai' }, bays: given.bays, shift: given.shift };
  desk = ledgerDesk(store, config as unknown as GatewayConfig, () => now);
  const inputs: Input[] = [];
  for (let i = 0; i < 300; i++, now += SECOND) {
    inputs.push({ kind: 'reading', reading: reading('floor-1', 'floor.presence', i >= 100, now) });
    inputs.push({ kind: 'tick', at: now });
  }
  await store.journal.append(inputs);
});
afterEach(() => {
  store.close();
  remove();
});

const ask = {
  bay: '1',
  from: NINE + MINUTE,
  to: NINE + 3 * MINUTE,
  leaf: 'working',
  why: 'sensor was off',
  who: 'LW',
} as const;

describe('the ledger on the site page', () => {
  test('is alive without the cloud: pieces to this second, the open one included, and figures as the contract says', () => {
    const day = DayLedger.parse(desk.day('1', DAY));
    expect(day.pieces.at(-1)).toMatchObject({ leaf: 'waiting', to: NINE + 299 * SECOND });
    expect(day.figures.tree).toMatchObject({ open: HOUR / 1_000 + 299, missing: 0 });
    const all = LedgerDay.parse(desk.all(DAY));
    expect(all.bays.map((b) => b.bay)).toEqual(['1', '2', '3', '4']);
    expect(all.bays[0]!.pieces).toEqual(day.pieces);
    const range = LedgerRange.parse(desk.range(DAY, DAY));
    expect(range.bays.map((b) => b.bay)).toEqual(['1', '2', '3', '4']);
    expect(range.figures.tree.open).toBe(4 * (HOUR / 1_000 + 299));
  });

  test('is put right by hand, with initials and a reason, and the correction taken back', async () => {
    const made = await desk.correct(ask);
    expect(made).toMatchObject({ who: 'LW', why: 'sensor was off', withdrawn: null });
    expect(desk.day('1', DAY).pieces).toContainEqual(
      expect.objectContaining({ leaf: 'working', by: 'person', from: ask.from }),
    );
    const back = await desk.withdraw(made.correction, 'it was not', 'CH');
    expect(back).toMatchObject({ who: 'LW', withdrawn: { who: 'CH', why: 'it was not' } });
    expect(desk.day('1', DAY).pieces.every((p) => p.by === 'engine')).toBe(true);
    await expect(desk.withdraw(made.correction, 'again', 'CH')).rejects.toMatchObject({ code: 'conflict' });
    const told = [...store.eventsAfter(0)].filter((e) => e.type === 'liftgate.bay.correction.v1');
    expect(told.map((e) => e.data.withdrawn)).toEqual([false, true]);
  });

  test('refuses what makes no sense, and days that it does not keep', async () => {
    await expect(desk.correct({ ...ask, to: ask.from })).rejects.toMatchObject({ code: 'invalid' });
    await expect(desk.correct({ ...ask, to: NINE + HOUR })).rejects.toMatchObject({ code: 'invalid' });
    await expect(desk.correct({ ...ask, leaf: null })).rejects.toMatchObject({ code: 'invalid' });
    await expect(desk.correct({ ...ask, bay: '9' })).rejects.toMatchObject({ code: 'not-found' });
    expect(() => desk.day('1', '2026-02-01')).toThrow('ask the cloud');
    expect(() => desk.day('1', '2026-03-05')).toThrow('ask the cloud');
    expect(() => desk.range(DAY, '2026-03-01')).toThrow('ask the cloud');
  });
});
