import { describe, expect, test } from 'vitest';
import { CAR_A, CAR_B, Shop } from './kit.ts';

describe('what a dongle says', () => {
  test('live values wait until the car is known, then go out at most every 10 s and only when they moved', () => {
    const shop = new Shop();
    shop.keeps('obd-1', 'obd.coolant', 80);
    shop.keeps('obd-1', 'obd.ltft-1', null);
    expect(shop.of('liftgate.vehicle.readings.v1', shop.wait(30))).toEqual([]);
    shop.says('obd-1', 'obd.vin', CAR_A);
    shop.wait(5);
    expect(shop.of('liftgate.vehicle.readings.v1')).toEqual([
      { vin: CAR_A, device: 'obd-1', bay: '1', values: { 'obd.coolant': 80, 'obd.ltft-1': null } },
    ]);
    expect(shop.of('liftgate.vehicle.readings.v1', shop.wait(50))).toEqual([]);
    expect(shop.of('liftgate.vehicle.readings.v1', shop.wait(20))).toHaveLength(1);
    shop.keeps('obd-1', 'obd.coolant', 85);
    shop.wait(1);
    shop.keeps('obd-1', 'obd.ltft-1', 3);
    const events = shop.wait(20).filter((e) => e.type === 'liftgate.vehicle.readings.v1');
    expect(events.map((e) => e.data)).toMatchObject([{ values: { 'obd.ltft-1': 3 } }]);
    const all = shop.events.filter((e) => e.type === 'liftgate.vehicle.readings.v1').map((e) => e.time);
    for (let i = 1; i < all.length; i++) expect(all[i]! - all[i - 1]!).toBeGreaterThanOrEqual(10_000);
  });

  test('values of one car are not told of the next', () => {
    const shop = new Shop();
    shop.says('obd-1', 'obd.vin', CAR_A);
    shop.says('obd-1', 'obd.fuel-level', 40);
    shop.device('obd-1', 'backoff');
    shop.wait(60);
    shop.says('obd-1', 'obd.vin', CAR_B);
    shop.says('obd-1', 'obd.coolant', 20);
    expect(shop.last('liftgate.vehicle.readings.v1')).toMatchObject({ vin: CAR_B, values: { 'obd.coolant': 20 } });
    expect(shop.last('liftgate.vehicle.readings.v1')!.values).not.toHaveProperty('obd.fuel-level');
  });

  test('a car that does not tell its VIN is the one that was scanned in the bay of the dongle', () => {
    const shop = new Shop();
    shop.park();
    shop.says('obd-1', 'obd.coolant', 80);
    shop.says('scan-1', 'scan.vin', CAR_A);
    shop.wait(2);
    expect(shop.last('liftgate.vehicle.readings.v1')).toMatchObject({ vin: CAR_A });
  });

  test('codes are told when their set changes, of all control units together', () => {
    const shop = new Shop();
    shop.says('obd-1', 'obd.vin', CAR_A);
    shop.says('obd-1', 'obd.mil', true);
    shop.says('obd-1', 'obd.codes.stored', ['P0420'], { part: '7E8' });
    shop.says('obd-1', 'obd.codes.stored', ['P0420'], { part: '7E8' });
    shop.says('obd-1', 'obd.codes.stored', ['U0100', 'nonsense'], { part: '7E9' });
    shop.says('obd-1', 'obd.codes.stored', ['P0420'], { part: '7E8' });
    expect(shop.of('liftgate.vehicle.codes.v1').map((c) => [c.status, c.codes, c.lamp])).toEqual([
      ['stored', ['P0420'], true],
      ['stored', ['P0420', 'U0100'], true],
    ]);
  });

  test('an engine start that is seen in samples becomes a feature, and says that the dip was at least so deep', () => {
    const shop = new Shop();
    shop.says('obd-1', 'obd.vin', CAR_A);
    shop.says('obd-1', 'obd.rpm', 0);
    for (const [rpm, volts] of [
      [0, 12.5],
      [0, 12.4],
      [180, 10.4],
      [220, 10.6],
      [850, 13.9],
    ] as const) {
      shop.says('obd-1', 'obd.voltage', volts);
      shop.says('obd-1', 'obd.rpm', rpm);
      shop.wait(1);
    }
    expect(shop.last('liftgate.vehicle.flag.v1')).toMatchObject({
      flag: 'battery',
      state: 'learning',
      series: [{ value: 10.4 }],
      caveats: expect.arrayContaining(['slow-sampling', 'few-starts']),
    });
  });

  test('a start with a charger on the battery is none', () => {
    const shop = new Shop();
    shop.says('obd-1', 'obd.vin', CAR_A);
    shop.says('obd-1', 'obd.rpm', 0);
    for (const [rpm, volts] of [
      [0, 13.8],
      [180, 11.2],
      [850, 14.1],
    ] as const) {
      shop.says('obd-1', 'obd.voltage', volts);
      shop.says('obd-1', 'obd.rpm', rpm);
      shop.wait(1);
    }
    expect(shop.last('liftgate.vehicle.flag.v1')).toMatchObject({ flag: 'warm-up', state: 'unavailable' });
  });
});
