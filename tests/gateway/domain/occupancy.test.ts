import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE, NINE, Shop, settings } from './kit.ts';

const last = (shop: Shop, bay = '1') => shop.last('liftgate.bay.occupancy.v1', bay)!;

describe('occupancy', () => {
  test('is unknown until something healthy has spoken', () => {
    const shop = new Shop();
    shop.wait(300);
    expect(shop.of('liftgate.bay.occupancy.v1').map((o) => [o.bay, o.state, o.rule])).toEqual(
      ['1', '2', '3', '4'].map((bay) => [bay, 'unknown', 'start-up']),
    );
  });

  test('two groups that turn together book a car after 10 s, dated back to the first evidence', () => {
    const shop = new Shop();
    shop.camera('1', false);
    shop.floor(false);
    shop.wait(60);
    expect(last(shop)).toMatchObject({ state: 'empty', rule: 'first-evidence', stay: null });
    const arrived = shop.now;
    shop.floor(true);
    shop.wait(4);
    shop.camera('1', true);
    shop.wait(9);
    expect(last(shop).state).not.toBe('occupied');
    shop.wait(1);
    const booked = last(shop);
    expect(booked).toMatchObject({ state: 'occupied', rule: 'two-agree', since: arrived, stay: expect.any(String) });
    expect(booked.confidence).toBeGreaterThan(0.95);
    expect(booked.evidence.map((e) => [e.group, e.says])).toEqual([
      ['camera', 'present'],
      ['floor', 'present'],
    ]);
  });

  test('two groups whose words began apart must both insist for 16 s', () => {
    const shop = new Shop();
    shop.camera('1', false);
    shop.floor(false);
    shop.wait(60);
    shop.camera('1', true);
    shop.wait(16);
    expect(last(shop)).toMatchObject({ state: 'entering', confidence: 0.1 });
    shop.floor(true);
    shop.wait(15);
    expect(last(shop).state).toBe('entering');
    shop.wait(1);
    expect(last(shop)).toMatchObject({ state: 'occupied', rule: 'two-agree' });
  });

  test('one wrong look after the change, while the other group insists, costs only its own time', () => {
    const shop = new Shop();
    shop.camera('1', false);
    shop.floor(false);
    shop.wait(60);
    const arrived = shop.now;
    shop.floor(true);
    shop.camera('1', true);
    shop.wait(5);
    shop.camera('1', false);
    shop.wait(5);
    shop.camera('1', true);
    shop.wait(4);
    expect(last(shop).state).not.toBe('occupied');
    shop.wait(2);
    expect(last(shop)).toMatchObject({ state: 'occupied', rule: 'two-agree', since: arrived });
  });

  test('one group that insists for long is not believed at once when a healthy one begins to waver', () => {
    const shop = new Shop();
    shop.park();
    shop.wait(200);
    shop.camera('1', false);
    shop.wait(200);
    shop.floor(false);
    shop.wait(10);
    shop.floor(true);
    shop.wait(60);
    expect(last(shop).state).toBe('leaving');
    shop.floor(false);
    shop.wait(20);
    expect(last(shop)).toMatchObject({ state: 'empty', rule: 'two-agree' });
  });

  test('a camera alone must insist for 100 s', () => {
    const shop = new Shop();
    shop.camera('2', false);
    shop.wait(60);
    const arrived = shop.now;
    shop.camera('2', true);
    shop.wait(99);
    expect(shop.shown('2')).toBe('entering');
    shop.wait(1);
    expect(last(shop, '2')).toMatchObject({ state: 'occupied', rule: 'one-alone', since: arrived });
  });

  test('a burst of camera errors under a shadow flips nothing', () => {
    const shop = new Shop();
    shop.camera('2', false);
    shop.wait(60);
    for (let i = 0; i < 20; i++) {
      shop.camera('2', true);
      shop.wait(35);
      shop.camera('2', false);
      shop.wait(40);
    }
    const states = shop.of('liftgate.bay.occupancy.v1').filter((o) => o.bay === '2' && o.state === 'occupied');
    expect(states).toEqual([]);
  });

  test('two healthy groups that contradict each other for 10 min make the bay unknown from the first contradiction, until they agree', () => {
    const shop = new Shop();
    shop.park();
    shop.wait(200);
    const parted = shop.now;
    shop.camera('1', false);
    shop.wait(599);
    expect(last(shop).state).toBe('leaving');
    shop.wait(1);
    expect(last(shop)).toMatchObject({ state: 'unknown', rule: 'sensors-disagree', since: parted, confidence: null });
    expect(shop.of('liftgate.alert.v1').some((a) => a.kind === 'sensor-conflict' && a.state === 'raised')).toBe(true);
    const events = shop.wait(3_600);
    expect(shop.of('liftgate.bay.occupancy.v1', events)).toEqual([]);
    const agreed = shop.now;
    shop.floor(false);
    shop.wait(40);
    expect(last(shop)).toMatchObject({ state: 'empty', since: agreed });
  });

  test('a source that falls silent makes the bay unknown, never empty, from its last word on', () => {
    const shop = new Shop();
    shop.park();
    shop.stops('cam');
    shop.stops('floor-1');
    const silent = shop.now;
    shop.wait(88);
    expect(last(shop).state).toBe('occupied');
    shop.wait(5);
    expect(last(shop)).toMatchObject({ state: 'unknown', rule: 'no-healthy-source', since: silent, stay: null });
  });

  test('a camera that stays in touch still means what it said an hour ago', () => {
    const shop = new Shop();
    shop.says('cam', 'camera.occupied', true, { part: 'bay-2' });
    shop.keeps('cam', 'device.health', 'ok');
    shop.wait(3_600);
    expect(shop.shown('2')).toBe('occupied');
    shop.keeps('cam', 'device.health', 'too-dark');
    shop.wait(2);
    expect(shop.shown('2')).toBe('unknown');
    shop.keeps('cam', 'device.health', 'no-snapshot');
    shop.wait(30);
    expect(shop.shown('2')).toBe('occupied');
  });

  test('a degraded or offline device has no vote', () => {
    const shop = new Shop();
    shop.camera('2', true);
    shop.wait(30);
    expect(shop.shown('2')).toBe('occupied');
    shop.device('cam', 'offline', 1, 'line-lost');
    shop.wait(1);
    expect(shop.shown('2')).toBe('unknown');
  });

  test('a raised lift means occupied and forbids leaving', () => {
    const shop = new Shop();
    shop.park();
    shop.keeps('lift-1', 'lift.height', 1_600);
    shop.camera('1', false);
    shop.floor(false);
    shop.wait(600);
    expect(last(shop).state).toBe('occupied');
    shop.keeps('lift-1', 'lift.height', 0);
    shop.wait(31);
    expect(last(shop).state).toBe('empty');
  });

  test('a lift without a camera books the bay at once', () => {
    const shop = new Shop();
    shop.keeps('lift-1', 'lift.height', 0);
    shop.wait(12);
    const events = shop.says('lift-1', 'lift.height', 1_200);
    expect(shop.of('liftgate.bay.occupancy.v1', events)).toMatchObject([{ state: 'occupied', rule: 'lift-raised' }]);
    expect(shop.of('liftgate.bay.lift.v1', events)).toEqual([{ bay: '1', raised: true, heightMm: 1_200 }]);
  });

  test('a lift that is parked high over an empty floor books no car', () => {
    const shop = new Shop();
    shop.camera('1', false);
    shop.floor(false);
    shop.wait(60);
    shop.keeps('lift-1', 'lift.load', 20);
    shop.keeps('lift-1', 'lift.height', 1_800);
    shop.wait(900);
    expect(last(shop).state).toBe('empty');
  });

  test('the lift does not flicker around its limit', () => {
    const shop = new Shop();
    for (const height of [0, 299, 301, 290, 305, 260, 300, 239, 250]) {
      shop.says('lift-1', 'lift.height', height);
      shop.wait(2);
    }
    expect(shop.of('liftgate.bay.lift.v1').map((l) => l.raised)).toEqual([false, true, false]);
  });

  test('a scan alone tells of a car where no sensor is, holds for its time, and is then unknown, never empty', () => {
    const shop = new Shop(settings({ scanHolds: 30 }));
    const events = shop.says('scan-4', 'scan.vin', 'LSVAG2180E2100001');
    expect(shop.of('liftgate.bay.occupancy.v1', events)).toMatchObject([{ state: 'occupied', rule: 'scan-alone' }]);
    shop.wait(1_799);
    expect(shop.shown('4')).toBe('occupied');
    shop.wait(1);
    expect(last(shop, '4')).toMatchObject({ state: 'unknown', rule: 'word-too-old', stay: null });
    shop.wait(600);
    expect(shop.shown('4')).toBe('unknown');
  });

  test('what scans alone told ends with the shift', () => {
    const shop = new Shop(settings(), NINE + 8.8 * HOUR);
    shop.says('scan-4', 'scan.vin', 'LSVAG2180E2100001');
    shop.wait(719);
    expect(shop.shown('4')).toBe('occupied');
    shop.wait(1);
    expect(shop.shown('4')).toBe('unknown');
  });

  test('a car that is scanned in another bay has left the bay where scans alone told of it', () => {
    const shop = new Shop();
    shop.says('scan-4', 'scan.vin', 'LSVAG2180E2100001');
    shop.wait(1_200);
    shop.says('scan-1', 'scan.vin', 'LSVAG2180E2100001');
    expect(last(shop, '4')).toMatchObject({ state: 'empty', rule: 'said-gone', since: shop.now });
    shop.wait(600);
    expect(shop.shown('4')).toBe('empty');
  });

  test('where scans alone tell, the end of the job is the end of the stay; a sensor that sees the car knows better', () => {
    const shop = new Shop();
    shop.says('scan-4', 'scan.vin', 'LSVAG2180E2100001');
    shop.says('scan-4', 'scan.job-start', '');
    shop.wait(1_200);
    shop.says('scan-4', 'scan.job-stop', '');
    expect(last(shop, '4')).toMatchObject({ state: 'empty', rule: 'said-gone', since: shop.now });
    shop.wait(600);
    expect(shop.shown('4')).toBe('empty');
    shop.says('scan-4', 'scan.undo', '');
    expect(shop.shown('4')).toBe('occupied');
    shop.park();
    shop.says('scan-1', 'scan.vin', '1HGCM82633A004352');
    shop.wait(300);
    shop.says('scan-1', 'scan.job-stop', '');
    shop.wait(120);
    expect(shop.shown('1')).toBe('occupied');
  });

  test('an old scan says nothing where sensors have fallen silent', () => {
    const shop = new Shop();
    shop.park();
    shop.says('scan-1', 'scan.vin', 'LSVAG2180E2100001');
    shop.stops('cam');
    shop.stops('floor-1');
    shop.wait(1_200);
    expect(shop.shown()).toBe('unknown');
  });

  test('a lift that goes up after the car has begun to leave does not hold it', () => {
    const shop = new Shop();
    shop.keeps('lift-1', 'lift.height', 0);
    shop.park();
    shop.camera('1', false);
    shop.wait(5);
    shop.floor(false);
    shop.keeps('lift-1', 'lift.height', 1_600);
    shop.wait(15);
    expect(last(shop).state).toBe('empty');
  });

  test('under a lift that is parked high a burst of errors books nothing, and a gateway that starts then finds the bay empty', () => {
    const shop = new Shop();
    shop.keeps('lift-1', 'lift.height', 1_800);
    shop.camera('1', false);
    shop.floor(false);
    shop.wait(160);
    expect(last(shop).state).toBe('empty');
    shop.floor(true);
    shop.camera('1', true);
    shop.wait(120);
    expect(last(shop).state).toBe('empty');
  });

  test('where scans alone tell, the scan of the next car ends the stay of the one before', () => {
    const shop = new Shop();
    shop.says('scan-4', 'scan.vin', 'LSVAG2180E2100001');
    shop.wait(300);
    const first = last(shop, '4').stay;
    shop.says('scan-4', 'scan.vin', '1HGCM82633A004352');
    expect(last(shop, '4')).toMatchObject({ state: 'occupied', rule: 'next-scan', since: shop.now });
    expect(last(shop, '4').stay).not.toBe(first);
    expect(shop.last('liftgate.bay.vehicle.v1', '4')).toMatchObject({ vin: '1HGCM82633A004352', by: 'scan' });
  });

  test('a short gap does not end the stay, a pass-through is called one', () => {
    const shop = new Shop(settings({ pace: 0.2, minimumGap: 300 }));
    shop.park();
    const { stay } = last(shop);
    shop.camera('1', false);
    shop.floor(false);
    shop.wait(20);
    expect(last(shop)).toMatchObject({ state: 'empty' });
    shop.camera('1', true);
    shop.floor(true);
    shop.wait(20);
    expect(last(shop)).toMatchObject({ state: 'occupied', stay });
    const quick = new Shop();
    quick.park();
    quick.camera('1', false);
    quick.floor(false);
    quick.wait(40);
    expect(last(quick)).toMatchObject({ state: 'empty', rule: 'pass-through' });
  });

  test('time that nobody watched is unknown, and a short one does not end the stay', () => {
    const shop = new Shop();
    shop.park();
    const { stay } = last(shop);
    const asleep = shop.now;
    shop.sleep(5 * MINUTE);
    expect(last(shop)).toMatchObject({ state: 'unknown', rule: 'gap', since: asleep });
    shop.wait(30);
    expect(last(shop)).toMatchObject({ state: 'occupied', stay, rule: 'bridged' });
    expect(last(shop).since).toBeGreaterThanOrEqual(asleep + 5 * MINUTE);
    shop.sleep(30 * MINUTE);
    shop.wait(30);
    expect(last(shop).state).toBe('occupied');
    expect(last(shop).stay).not.toBe(stay);
  });

  test('late readings move nothing that is live', () => {
    const shop = new Shop();
    shop.park();
    for (let i = 0; i < 100; i++) shop.says('floor-1', 'floor.presence', false, { late: true });
    shop.keeps('floor-1', 'floor.presence', true);
    expect(shop.of('liftgate.bay.occupancy.v1', shop.wait(120))).toEqual([]);
  });

  test('a quicker pace shortens every confirmation', () => {
    const shop = new Shop(settings({ pace: 0.1 }));
    shop.camera('2', false);
    shop.wait(4);
    shop.camera('2', true);
    shop.wait(14);
    expect(shop.shown('2')).toBe('occupied');
  });

  test('strangers, and values that cannot be, have no effect', () => {
    const shop = new Shop();
    const before = shop.state;
    shop.says('nobody', 'floor.presence', true);
    shop.says('floor-1', 'floor.presence', 'yes');
    shop.says('floor-1', 'floor.distance', -5);
    shop.says('cam', 'camera.occupied', true, { part: 'no-such-rule' });
    expect(shop.state).toBe(before);
  });

  test('a clock that is set back far begins anew instead of standing still', () => {
    const shop = new Shop();
    shop.park();
    shop.now -= 24 * 60 * MINUTE;
    shop.feed({ kind: 'tick', at: shop.now });
    expect(last(shop)).toMatchObject({ state: 'unknown', rule: 'clock-set-back' });
    shop.wait(60);
    expect(last(shop)).toMatchObject({ state: 'occupied', since: expect.any(Number) });
    expect(last(shop).since).toBeLessThanOrEqual(shop.now);
  });
});
