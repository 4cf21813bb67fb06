import { describe, expect, test } from 'vitest';
import { clear, clearBay, raise } from '../../../gateway/domain/alerts.ts';
import { CAR_A, DEVICES, HOUR, NINE, Shop, settings } from './kit.ts';

const alerts = (shop: Shop, kind: string) => shop.of('liftgate.alert.v1').filter((a) => a.kind === kind);

describe('alerts', () => {
  test('a stay longer than the standard time of its order is told once, and ends with the stay', () => {
    const shop = new Shop();
    shop.park();
    shop.says('scan-1', 'scan.vin', CAR_A);
    shop.order({ order: 'WO-1', vin: CAR_A, standardMinutes: 15 });
    shop.wait(15 * 60);
    expect(alerts(shop, 'bay-overstay')).toMatchObject([
      { state: 'raised', bay: '1', vin: CAR_A, detail: { minutes: 15, order: 'WO-1' } },
    ]);
    shop.wait(600);
    shop.camera('1', false);
    shop.floor(false);
    shop.wait(60);
    const [raised, cleared, ...more] = alerts(shop, 'bay-overstay');
    expect(cleared).toEqual({ ...raised, state: 'cleared' });
    expect(more).toEqual([]);
  });

  test('a car that stays overnight is told in the morning', () => {
    const shop = new Shop(settings({ overstay: 30 }), NINE + 8 * HOUR + 45 * 60_000);
    shop.park();
    shop.wait(3_600);
    expect(alerts(shop, 'bay-overstay')).toEqual([]);
  });

  test('a device that stays away is told after the limit, however often it tries, and cleared when it is back', () => {
    const shop = new Shop();
    shop.device('cam', 'online');
    shop.device('cam', 'backoff', 1, 'line-lost');
    shop.wait(40);
    shop.device('cam', 'connecting', 2);
    shop.device('cam', 'backoff', 2, 'line-lost');
    shop.wait(25);
    expect(alerts(shop, 'device-offline')).toMatchObject([
      { state: 'raised', device: 'cam', detail: { kind: 'camera', reason: 'line-lost' } },
    ]);
    shop.device('cam', 'online', 3);
    shop.wait(2);
    expect(alerts(shop, 'device-offline').map((a) => a.state)).toEqual(['raised', 'cleared']);
  });

  test('a broker that is away is one alert, not one for each sensor behind it', () => {
    const given = settings();
    const shop = new Shop({ ...given, devices: [...DEVICES, { id: 'broker', kind: 'broker' }] });
    for (const d of ['broker', 'floor-1', 'lift-1']) shop.device(d, 'offline');
    shop.wait(70);
    expect(alerts(shop, 'device-offline').map((a) => a.device)).toEqual(['broker']);
  });

  test('a late death does not kill a newer life', () => {
    const shop = new Shop();
    shop.device('cam', 'online', 2);
    expect(shop.device('cam', 'offline', 1)).toEqual([]);
    expect(shop.last('liftgate.device.v1')).toMatchObject({ state: 'online', life: 2 });
  });

  test('severe stored codes are an alert, pending ones and harmless ones are not', () => {
    const shop = new Shop();
    shop.park();
    shop.says('obd-1', 'obd.vin', CAR_A);
    shop.says('obd-1', 'obd.codes.pending', ['P0301'], { part: '7E8' });
    shop.says('obd-1', 'obd.codes.stored', ['P0420'], { part: '7E8' });
    expect(alerts(shop, 'severe-code')).toEqual([]);
    shop.says('obd-1', 'obd.codes.stored', ['P0301', 'C0035'], { part: '7E9' });
    expect(alerts(shop, 'severe-code')).toMatchObject([
      { state: 'raised', severity: 'severe', vin: CAR_A, bay: '1', detail: { codes: ['C0035', 'P0301'] } },
    ]);
    shop.says('obd-1', 'obd.codes.stored', [], { part: '7E9' });
    expect(alerts(shop, 'severe-code').map((a) => a.state)).toEqual(['raised', 'cleared']);
  });

  test('an alert that grows worse is told again under its id, with its start, and stands once', () => {
    const warning = { kind: 'flag-raised', severity: 'warning', vin: CAR_A, detail: { flag: 'battery' } } as const;
    let step = raise({ alerts: {}, events: [] }, 'battery', warning, NINE);
    step = raise(step, 'battery', warning, NINE + HOUR);
    step = raise(step, 'battery', { ...warning, severity: 'severe' }, NINE + 2 * HOUR);
    step = clear(step, 'flag-raised', 'battery', NINE + 3 * HOUR);
    const told = step.events.map((e) => e.data as { alert: string; state: string; severity: string; since: number });
    expect(told.map((a) => [a.state, a.severity])).toEqual([
      ['raised', 'warning'],
      ['raised', 'severe'],
      ['cleared', 'severe'],
    ]);
    expect(new Set(told.map((a) => `${a.alert} ${a.since}`)).size).toBe(1);
    expect(step.alerts).toEqual({});
  });
});

describe('alerts of a bay come with patience', () => {
  const waiting = (shop: Shop, order = 'WO-9', vin = '1HGCM82633A004352') =>
    shop.order({ order, vin, state: 'checked-in' });
  const states = (shop: Shop, kind: string) => alerts(shop, kind).map((a) => a.state);

  test('a free bay is told within two minutes of a car waiting, as many bays as cars wait, and cleared in its time', () => {
    const shop = new Shop();
    for (const bay of ['1', '2', '3']) shop.camera(bay, false);
    shop.wait(120);
    waiting(shop);
    shop.wait(120);
    expect(alerts(shop, 'bay-empty')).toMatchObject([{ state: 'raised', severity: 'warning', detail: { waiting: 1 } }]);
    const { bay } = alerts(shop, 'bay-empty')[0]!;
    shop.order({ order: 'WO-9', state: 'cancelled' });
    shop.wait(60);
    expect(alerts(shop, 'bay-empty').map((a) => [a.bay, a.state])).toEqual([
      [bay, 'raised'],
      [bay, 'cleared'],
    ]);
  });

  test('a car that nobody works on is told after ten minutes, if cars wait; a short sign of work clears nothing at once', () => {
    const shop = new Shop();
    shop.park();
    shop.wait(900);
    expect(alerts(shop, 'bay-idle')).toEqual([]);
    waiting(shop);
    shop.wait(2);
    expect(alerts(shop, 'bay-idle')).toMatchObject([{ state: 'raised', bay: '1', detail: { idle: 10, waiting: 1 } }]);
    shop.keeps('lift-1', 'tool.active', true);
    shop.wait(30);
    expect(states(shop, 'bay-idle')).toEqual(['raised']);
    shop.wait(200);
    expect(states(shop, 'bay-idle')).toEqual(['raised', 'cleared']);
  });

  test('the wrong car for the order of the bay, or of the job that was scanned, is told with both', () => {
    const shop = new Shop();
    shop.order({ order: 'WO-1', vin: '1HGCM82633A004352', bay: '1', state: 'checked-in' });
    shop.park();
    shop.says('scan-1', 'scan.vin', CAR_A);
    shop.wait(70);
    expect(alerts(shop, 'wrong-car')).toMatchObject([
      { state: 'raised', bay: '1', vin: CAR_A, detail: { order: 'WO-1', expected: '1HGCM82633A004352' } },
    ]);
    shop.order({ order: 'WO-1', vin: '1HGCM82633A004352', bay: '2', state: 'checked-in' });
    shop.wait(3);
    expect(states(shop, 'wrong-car')).toEqual(['raised', 'cleared']);
  });

  test('a car without an order and an order without its car are two alerts, and none where no orders are kept', () => {
    const shop = new Shop();
    shop.park();
    shop.says('scan-1', 'scan.vin', CAR_A);
    shop.wait(400);
    expect(alerts(shop, 'no-order')).toEqual([]);
    shop.camera('2', false);
    shop.order({ order: 'WO-2', vin: '1HGCM82633A004352', bay: '2', state: 'in-progress' });
    shop.wait(310);
    expect(alerts(shop, 'no-order')).toMatchObject([{ state: 'raised', bay: '1', vin: CAR_A }]);
    shop.wait(310);
    expect(alerts(shop, 'no-car')).toMatchObject([{ state: 'raised', bay: '2', detail: { order: 'WO-2' } }]);
    shop.order({ order: 'WO-1', vin: CAR_A });
    shop.wait(3);
    expect(states(shop, 'no-order')).toEqual(['raised', 'cleared']);
  });

  test('two groups that are sure of opposite things are told after five minutes, not before', () => {
    const shop = new Shop();
    shop.park();
    shop.camera('1', false);
    shop.wait(280);
    expect(alerts(shop, 'sensor-conflict')).toEqual([]);
    shop.wait(60);
    expect(alerts(shop, 'sensor-conflict')).toMatchObject([{ bay: '1', detail: { groups: ['camera', 'floor'] } }]);
  });

  test('a raised lift without a measured load over a floor that the camera sees empty is a conflict, no silent flip', () => {
    const shop = new Shop();
    shop.camera('1', true);
    shop.wait(60);
    shop.keeps('lift-1', 'lift.height', 1_700);
    shop.wait(60);
    shop.camera('1', false);
    shop.wait(330);
    expect(shop.shown()).toBe('occupied');
    expect(alerts(shop, 'sensor-conflict')).toMatchObject([{ bay: '1', detail: { groups: ['lift', 'camera'] } }]);
  });

  test('work during a hold asks whether the hold is stale', () => {
    const shop = new Shop();
    shop.park();
    shop.says('scan-1', 'scan.hold', 'parts');
    shop.keeps('lift-1', 'tool.active', true);
    shop.wait(190);
    expect(alerts(shop, 'hold-stale')).toMatchObject([{ state: 'raised', bay: '1', detail: { hold: 'parts' } }]);
  });

  test('a sensor that flaps for hours cannot flood anybody: a capped number of alerts, and one that says so', () => {
    const shop = new Shop(settings({ alertsAnHour: 4, minimumGap: 10 }));
    for (let i = 0; i < 45; i++) {
      shop.camera('1', true);
      shop.floor(true);
      shop.wait(120);
      shop.camera('1', false);
      shop.floor(false);
      shop.wait(120);
    }
    const raised = alerts(shop, 'which-car').filter((a) => a.state === 'raised');
    expect(raised.length).toBeGreaterThan(4);
    expect(raised.length).toBeLessThanOrEqual(3 * 4 + 1);
    expect(alerts(shop, 'bay-noisy')[0]).toMatchObject({ state: 'raised', bay: '1', detail: { limit: 4 } });
  });

  test('the alert of a flag names the bay where its car stands now', () => {
    const shop = new Shop();
    const concern = { kind: 'flag-raised', severity: 'warning', vin: CAR_A, detail: { flag: 'battery' } } as const;
    let step = raise({ alerts: {}, events: [] }, `battery.${CAR_A}`, { ...concern, bay: '1' }, shop.now);
    step = raise(step, `battery.${CAR_A}`, { ...concern, bay: '2' }, shop.now + HOUR);
    step = clearBay(step, '1', shop.now + 2 * HOUR);
    const told = step.events.map((e) => e.data as { bay: string; state: string; alert: string });
    expect(told.map((a) => [a.bay, a.state])).toEqual([
      ['1', 'raised'],
      ['2', 'raised'],
    ]);
    expect(new Set(told.map((a) => a.alert)).size).toBe(1);
  });
});
