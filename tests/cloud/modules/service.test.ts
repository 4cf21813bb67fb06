import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromCloudEvent } from '../../../protocols/event.ts';
import {
  MONDAY_10,
  OTHER_VIN,
  startTestCloud,
  type TestCloud,
  type TestGateway,
  type TestPerson,
  VIN,
} from '../../tools/cloud.ts';
import { alert, codes, flag, layout, occupancy, readings, scan, vehicle } from '../../tools/facts.ts';

let cloud: TestCloud;
let gw: TestGateway;
let advisor: TestPerson;
const T = MONDAY_10;

beforeAll(async () => {
  cloud = await startTestCloud();
  gw = await cloud.gateway('shop');
  advisor = await cloud.person('mei@example.com');
  await gw.send(layout(T));
});
afterAll(() => cloud.stop());

describe('the story of a car', () => {
  test('is told from its events: scans, stay, codes, newest values, flags, alerts', async () => {
    await gw.send(
      scan(T + 1_000, VIN),
      occupancy(T + 1_500, 'entering', 'stay-1'),
      occupancy(T + 2_000, 'occupied', 'stay-1'),
      vehicle(T + 2_500, 'stay-1', VIN),
      codes(T + 3_000, VIN, ['P0301']),
      readings(T + 4_000, VIN, { 'obd.rpm': 800, 'obd.coolant': null }),
      readings(T + 5_000, VIN, { 'obd.rpm': 820 }),
      flag(T + 6_000, VIN, 'watch'),
      alert(T + 7_000, 'severe:1', 'raised', { kind: 'severe-code', vin: VIN }),
    );
    const { status, body } = await advisor.call('GET', `/v1/vehicles/${VIN}?site=shop`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      vehicle: { vin: VIN, plate: '沪A12345', model: 'Lavida', bay: 'B1', openAlerts: 1, lastSeenAt: T + 6_000 },
      customer: null,
      visits: [{ visit: 'stay-1', bay: 'B1', start: T + 2_000, end: null, order: null }],
      scans: [{ at: T + 1_000, text: VIN, device: 'scanner-1' }],
      codes: [{ at: T + 3_000, status: 'stored', codes: ['P0301'], lamp: true }],
      readings: [
        { signal: 'obd.coolant', value: null, unit: 'Cel', at: T + 4_000 },
        { signal: 'obd.rpm', value: 820, unit: '1/min', at: T + 5_000 },
      ],
      flags: [{ flag: 'battery', state: 'watch', at: T + 6_000 }],
    });
    expect(body.vehicle.maker).not.toBeNull();
    const found = await advisor.call('GET', '/v1/vehicles?site=shop&q=a123');
    expect(found.body.items.map((v: { vin: string }) => v.vin)).toEqual([VIN]);
    expect((await advisor.call('GET', '/v1/vehicles?site=shop&q=%25')).body.items).toEqual([]);
  });

  test('is not turned back by an event that comes late', async () => {
    await gw.send(
      occupancy(T + 20_000, 'empty', null),
      occupancy(T + 10_000, 'occupied', 'stay-1'),
      vehicle(T + 1_000, 'stay-0', VIN, { plate: '旧', model: 'Old' }),
      flag(T + 100, VIN, 'learning'),
      readings(T + 100, VIN, { 'obd.rpm': 1 }),
    );
    const { body } = await advisor.call('GET', `/v1/vehicles/${VIN}?site=shop`);
    expect(body.vehicle).toMatchObject({ plate: '沪A12345', model: 'Lavida' });
    expect(body.visits.find((v: { visit: string }) => v.visit === 'stay-1')).toMatchObject({ end: T + 20_000 });
    expect(body.flags).toMatchObject([{ state: 'watch' }]);
    expect(body.readings[1]).toMatchObject({ signal: 'obd.rpm', value: 820 });
  });

  test('of a car that was never here is 404', async () => {
    expect((await advisor.call('GET', `/v1/vehicles/${OTHER_VIN}?site=shop`)).status).toBe(404);
  });
});

describe('an alert', () => {
  test('is acknowledged once, by the first; cleared it leaves the open ones; raised again it asks anew', async () => {
    await gw.send(alert(T + 30_000, 'off:1', 'raised'));
    const open = async () => (await advisor.call('GET', '/v1/alerts?site=shop&open=true')).body.items;
    const { id } = (await open()).find((a: { kind: string }) => a.kind === 'device-offline');
    const other = await cloud.person('tao@example.com');
    expect((await advisor.call('POST', `/v1/alerts/${id}/acknowledge`)).body).toMatchObject({ acknowledgedBy: 'mei' });
    expect((await other.call('POST', `/v1/alerts/${id}/acknowledge`)).body).toMatchObject({ acknowledgedBy: 'mei' });
    await gw.send(alert(T + 40_000, 'off:1', 'cleared', { since: T + 30_000 }));
    expect((await open()).map((a: { id: string }) => a.id)).not.toContain(id);
    const closed = (await advisor.call('GET', '/v1/alerts?site=shop&open=false')).body.items;
    expect(closed).toMatchObject([{ id, clearedAt: T + 40_000, acknowledgedBy: 'mei' }]);
    await gw.send(alert(T + 50_000, 'off:1', 'raised'));
    expect((await open()).find((a: { id: string }) => a.id === id)).toMatchObject({
      acknowledgedBy: null,
      clearedAt: null,
    });
  });

  test('lists come in pages, each alert once', async () => {
    await gw.send(...Array.from({ length: 7 }, (_, n) => alert(T + 60_000 + (n >> 1), `page:${n}`, 'raised')));
    const seen: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const page: { body: { items: { id: string }[]; next: string | null } } = await advisor.call(
        'GET',
        `/v1/alerts?site=shop&limit=3${next ? `&cursor=${next}` : ''}`,
      );
      seen.push(...page.body.items.map((a) => a.id));
      next = page.body.next;
    }
    expect(seen.length).toBe(9);
    expect(new Set(seen).size).toBe(9);
    expect((await advisor.call('GET', '/v1/alerts?cursor=nonsense')).status).toBe(400);
  });
});

describe('a work order', () => {
  test('goes through its states only as they follow each other', async () => {
    const made = await advisor.call('POST', '/v1/orders', { site: 'shop', order: 'WO-7', vin: VIN, job: 'Brakes' });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      order: 'WO-7',
      state: 'expected',
      plate: '沪A12345',
      model: 'Lavida',
      job: 'Brakes',
    });
    expect((await advisor.call('POST', '/v1/orders', { site: 'shop', order: 'WO-7' })).status).toBe(409);
    const to = (state: string) => advisor.call('PATCH', '/v1/orders/WO-7?site=shop', { state });
    const wrong = await to('ready');
    expect(wrong.status).toBe(409);
    expect(wrong.body.error.message).toContain('it may become: checked-in, cancelled');
    for (const state of ['checked-in', 'approved', 'in-progress', 'quality-check', 'ready', 'closed'])
      expect((await to(state)).body.state).toBe(state);
    expect((await to('cancelled')).status).toBe(409);
    expect((await advisor.call('GET', '/v1/orders?site=shop&open=true&q=brakes')).body.items).toEqual([]);
  });

  test('is held up for a reason until it is ready', async () => {
    await advisor.call('POST', '/v1/orders', { site: 'shop', order: 'WO-8' });
    const change = (body: object) => advisor.call('PATCH', '/v1/orders/WO-8?site=shop', body);
    await change({ state: 'checked-in' });
    expect((await change({ state: 'in-progress', hold: 'parts' })).body).toMatchObject({ hold: 'parts' });
    expect((await change({ state: 'ready' })).body).toMatchObject({ hold: null });
  });

  test('goes down to the workshop with the next sync, newest word only, until the gateway has stored it', async () => {
    const fresh = await cloud.gateway('shop', 'gw-2');
    const first = await fresh.send();
    expect(first.down.events.map((e) => e.subject).sort()).toEqual(['order/WO-7', 'order/WO-8']);
    expect(first.down.events.map((e) => fromCloudEvent(e).gateway)).toEqual(['cloud', 'cloud']);
    expect((await fresh.send()).down).toMatchObject({ events: [], more: false });

    await advisor.call('POST', '/v1/orders', { site: 'shop', order: 'WO-9', promisedAt: T + 99_000 });
    await advisor.call('PATCH', '/v1/orders/WO-9?site=shop', { state: 'checked-in' });
    const lost = (await fresh.post(fresh.batch([]))).body.down;
    expect(lost.events.map((e) => e.data)).toMatchObject([
      { order: 'WO-9', state: 'checked-in', promisedAt: T + 99_000 },
    ]);
    // The reply was lost: the cursor did not move, and the same comes again.
    expect((await fresh.post(fresh.batch([]))).body.down).toEqual(lost);
    fresh.down = lost.cursor;
    expect((await fresh.post(fresh.batch([]))).body.down.events).toEqual([]);
  });

  test('begins when its car stands in a bay, and is not closed when the car leaves', async () => {
    await gw.send();
    const before = (await gw.send()).down.cursor;
    const reply = await gw.send(
      occupancy(T + 70_000, 'occupied', 'stay-9'),
      vehicle(T + 70_000, 'stay-9', OTHER_VIN, { order: 'WO-9', bay: 'B1' }),
    );
    expect(reply.down.events).toMatchObject([{ subject: 'order/WO-9', data: { state: 'in-progress', bay: 'B1' } }]);
    expect(Number(reply.down.cursor)).toBeGreaterThan(Number(before));
    await gw.send(occupancy(T + 80_000, 'empty', null), vehicle(T + 81_000, 'stay-9', OTHER_VIN, { order: 'WO-9' }));
    expect((await advisor.call('GET', '/v1/orders/WO-9?site=shop')).body).toMatchObject({ state: 'in-progress' });
  });

  test('made by two people at once under one number is made once', async () => {
    const body = { site: 'shop', order: 'WO-10' };
    const both = await Promise.all([1, 2].map(() => advisor.call('POST', '/v1/orders', body)));
    expect(both.map((r) => r.status).sort()).toEqual([201, 409]);
  });
});
