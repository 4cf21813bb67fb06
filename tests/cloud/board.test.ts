import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Boards, followLogs } from '../../cloud/board/tail.ts';
import { readLog } from '../../cloud/store/events.ts';
import { EMPTY_BOARD, foldAll } from '../../protocols/board.ts';
import { MONDAY_10, startTestCloud, type TestCloud, VIN } from '../tools/cloud.ts';
import { alert, layout, occupancy, readings, vehicle } from '../tools/facts.ts';

let cloud: TestCloud;
let boards: Boards;
let monotonic = 0;
const faults: unknown[] = [];
const SOON = { timeout: 10_000 };

function tail(): Boards {
  const { db } = cloud.database;
  return followLogs({ db, clock: () => cloud.now, monotonic: () => monotonic, onError: (e) => faults.push(e) });
}

beforeAll(async () => {
  cloud = await startTestCloud();
});
beforeEach(() => {
  cloud.now = MONDAY_10;
  boards = tail();
  return async () => {
    await boards.stop();
    expect(faults).toEqual([]);
  };
});
afterAll(() => cloud.stop());

const bayOf = (site: string) => boards.get(site)?.current().view.bays.B1;

describe('the board of a site', () => {
  test('shows what is stored, and follows what another node stores', async () => {
    const gw = await cloud.gateway('one');
    await gw.send(layout(1_000), occupancy(2_000, 'occupied', 's-1'), vehicle(2_500, 's-1', VIN));
    expect(await boards.open('nowhere')).toBe(false);
    expect(await boards.open('one')).toBe(true);
    expect(bayOf('one')).toMatchObject({ occupancy: 'occupied', vehicle: { plateTail: '2345', vinTail: '4847' } });
    const { rev } = boards.get('one')!.current();
    let told = 0;
    const stop = boards.get('one')!.subscribe(() => told++);
    await gw.send(occupancy(3_000, 'empty', null));
    await expect.poll(() => bayOf('one')?.occupancy, SOON).toBe('empty');
    expect(boards.get('one')!.current().rev).toBeGreaterThan(rev);
    expect(told).toBeGreaterThan(0);
    stop();
    expect(JSON.stringify(boards.get('one')!.current().view)).not.toContain(VIN);
  });

  test('shows the orders of the cloud among the cars that wait', async () => {
    const gw = await cloud.gateway('queue');
    const advisor = await cloud.person('queue@example.com');
    await boards.open('queue');
    await advisor.call('POST', '/v1/orders', { site: 'queue', order: 'WO-1', plate: '沪B99887' });
    await expect
      .poll(() => boards.get('queue')?.current().view.queue, SOON)
      .toMatchObject({ 'WO-1': { plateTail: '9887' } });
    await gw.send(occupancy(2_000, 'occupied', 's-1'), vehicle(2_500, 's-1', VIN, { order: 'WO-1' }));
    await expect.poll(() => boards.get('queue')?.current().view.queue, SOON).toEqual({});
  });

  test('is taken up from the saved view, without folding the log again, and is the same as the whole fold', async () => {
    const gw = await cloud.gateway('saved');
    await gw.send(layout(1_000), occupancy(2_000, 'occupied', 's-1'), alert(2_000, 'a', 'raised'));
    await boards.open('saved');
    await boards.stop();
    const { db } = cloud.database;
    const { rows } = await db.query(`SELECT id FROM boards WHERE site = 'saved'`);
    expect(rows).toEqual([{ id: 3 }]);
    // What is behind the saved view is not read again: even if it were gone.
    await db.query(`DELETE FROM events WHERE site = 'saved' AND id < 3`);
    await gw.send(
      alert(3_000, 'a', 'cleared'),
      readings(3_500, VIN, { 'obd.rpm': 1 }),
      occupancy(4_000, 'leaving', 's-1'),
    );
    const before = boards.get('saved')!.stream;
    boards = tail();
    await boards.open('saved');
    expect(boards.get('saved')!.stream).not.toBe(before);
    const { view } = boards.get('saved')!.current();
    expect(view).toMatchObject({ site: { name: 'Demo Service' }, alerts: {}, bays: { B1: { occupancy: 'leaving' } } });
  });

  test('loses nothing when gateways and advisors write at the same moment', async () => {
    const gateways = await Promise.all([1, 2, 3].map((n) => cloud.gateway('busy', `gw-${n}`)));
    const advisor = await cloud.person('busy@example.com');
    await boards.open('busy');
    const seen: number[] = [];
    let at = 0;
    let over = false;
    // A reader that asks for "after n" all the time, as the tail does.
    const reader = (async () => {
      while (!over) {
        const events = await readLog(cloud.database.db, 'busy', at, 1_000);
        seen.push(...events.map((e) => e.id));
        at = events.at(-1)?.id ?? at;
      }
    })();
    await Promise.all([
      ...gateways.map(async (gw, g) => {
        for (let n = 0; n < 15; n++)
          await gw.send(alert(1_000 + n, `a-${g}-${n}`, 'raised'), occupancy(1_000 + n, 'occupied', `s-${g}`));
      }),
      (async () => {
        for (let n = 0; n < 10; n++) await advisor.call('POST', '/v1/orders', { site: 'busy' });
      })(),
    ]);
    const all = await readLog(cloud.database.db, 'busy', 0, 10_000);
    expect(all.length).toBe(3 * 15 * 2 + 10);
    await expect.poll(() => seen.length, SOON).toBe(all.length);
    over = true;
    await reader;
    expect(seen).toEqual(all.map((e) => e.id));
    const whole = foldAll(EMPTY_BOARD, all);
    await expect.poll(() => boards.get('busy')?.current().view, SOON).toEqual(whole);
  });

  test('tells how old each source is: as the gateway said, plus the time since', async () => {
    const gw = await cloud.gateway('ages');
    await boards.open('ages');
    expect(boards.get('ages')!.status()).toMatchObject({
      ages: {},
      behindMs: Number.MAX_SAFE_INTEGER,
      cloudReached: null,
    });
    await gw.post(gw.batch([], { ages: { 'cam-1': 500, 'scanner-1': null } }));
    await expect.poll(() => boards.get('ages')!.status().behindMs, SOON).toBe(0);
    monotonic += 7_000;
    expect(boards.get('ages')!.status()).toMatchObject({
      ages: { 'cam-1': 7_500, 'scanner-1': null },
      behindMs: 7_000,
    });
    // The wall clock is set back an hour: ages do not care.
    cloud.now -= 3_600_000;
    expect(boards.get('ages')!.status().ages['cam-1']).toBe(7_500);
  });

  test('begins a new stream when the database is older than what was shown', async () => {
    const gw = await cloud.gateway('restored');
    await gw.send(layout(1_000), alert(2_000, 'a', 'raised'));
    await boards.open('restored');
    const { stream } = boards.get('restored')!;
    const { db } = cloud.database;
    await db.query(`DELETE FROM events WHERE site = 'restored' AND id = 2`);
    await db.query(`UPDATE sites SET last_event = 1 WHERE site = 'restored'`);
    await expect.poll(() => boards.get('restored')!.stream, SOON).not.toBe(stream);
    expect(boards.get('restored')!.current().view.alerts).toEqual({});
  });
});
