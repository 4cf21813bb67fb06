import { describe, expect, test } from 'vitest';
import { clear, raise } from '../../../gateway/domain/alerts.ts';
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
