import { describe, expect, test } from 'vitest';
import { CAR_A, MINUTE, SECOND, Shop } from './kit.ts';

const work = (shop: Shop, bay = '1') => shop.last('liftgate.bay.work.v1', bay)!;

describe('work state', () => {
  test('a car that just came waits; without any sign it idles after the limit', () => {
    const shop = new Shop();
    shop.park();
    const { since, stay } = shop.last('liftgate.bay.occupancy.v1', '1')!;
    expect(work(shop)).toEqual({
      ...{ bay: '1', stay, state: 'waiting', reason: null, since, rule: 'no-work-yet' },
      ...{ leaf: 'waiting', open: true },
    });
    shop.wait(600);
    expect(work(shop)).toMatchObject({ state: 'idle', rule: 'no-sign-for-10-min', stay });
    expect(work(shop).since - since).toBe(10 * MINUTE);
  });

  test('signs that last two minutes are work, dated back to the first, named by what showed it', () => {
    const shop = new Shop();
    shop.park();
    shop.wait(700);
    shop.keeps('lift-1', 'tool.active', true);
    const from = shop.now;
    shop.wait(119);
    expect(work(shop).state).not.toBe('working');
    shop.wait(3);
    expect(work(shop)).toMatchObject({ state: 'working', since: from, rule: 'tool-active' });
    shop.stops('lift-1');
    shop.wait(650);
    expect(work(shop).state).toBe('idle');
  });

  test.each([
    ['lift-1', 'lift.power', 2_200, 'lift-power'],
    ['lift-1', 'air.flow', 180, 'air-flow'],
    ['obd-1', 'obd.rpm', 800, 'engine-runs'],
  ] as const)('%s %s is a sign of work', (device, signal, value, rule) => {
    const shop = new Shop();
    shop.park();
    shop.keeps(device, signal, value);
    shop.wait(130);
    expect(work(shop)).toMatchObject({ state: 'working', rule });
  });

  test('a lift that moves is a sign, one that creeps is not', () => {
    const shop = new Shop();
    shop.park();
    for (let i = 0; i < 20; i++) {
      shop.says('lift-1', 'lift.height', 1_000 + 2 * (i % 2));
      shop.wait(10);
    }
    expect(work(shop).state).toBe('waiting');
    for (let i = 0; i < 20; i++) {
      shop.says('lift-1', 'lift.height', 1_000 + 100 * i);
      shop.wait(10);
    }
    expect(work(shop)).toMatchObject({ state: 'working', rule: 'lift-moved' });
  });

  test('a scanned hold is what the bay waits for, until work shows anew or someone releases it', () => {
    const shop = new Shop();
    shop.park();
    shop.keeps('lift-1', 'tool.active', true);
    shop.wait(200);
    shop.stops('lift-1');
    const at = shop.now;
    shop.says('scan-1', 'scan.hold', 'parts');
    expect(work(shop)).toMatchObject({ state: 'waiting', reason: 'parts', since: at, rule: 'hold-scanned' });
    shop.wait(3_600);
    expect(work(shop)).toMatchObject({ state: 'waiting', reason: 'parts' });
    shop.keeps('lift-1', 'tool.active', true);
    shop.wait(130);
    expect(work(shop)).toMatchObject({ state: 'working' });
    shop.stops('lift-1');
    shop.wait(650);
    expect(work(shop)).toMatchObject({ state: 'waiting', reason: 'parts' });
    const released = shop.now;
    shop.says('scan-1', 'scan.hold', 'none');
    expect(work(shop)).toMatchObject({ state: 'waiting', reason: null, since: released });
  });

  test('a hold on the work order counts where none was scanned', () => {
    const shop = new Shop();
    shop.park();
    shop.says('scan-1', 'scan.vin', CAR_A);
    shop.order({ order: 'WO-1', vin: CAR_A, hold: 'approval' });
    expect(work(shop)).toMatchObject({ state: 'waiting', reason: 'approval', rule: 'hold-on-order' });
    shop.order({ order: 'WO-1', vin: CAR_A, hold: null });
    expect(work(shop).reason).toBeNull();
  });

  test('equipment that fails in an empty bay blocks it until it is released', () => {
    const shop = new Shop();
    shop.camera('1', false);
    shop.wait(60);
    shop.says('scan-1', 'scan.hold', 'equipment');
    expect(work(shop)).toMatchObject({ state: 'blocked', reason: 'equipment' });
    shop.says('scan-1', 'scan.hold', 'none');
    expect(work(shop)).toMatchObject({ state: 'none' });
  });

  test('follows the bay: no car, no work; bay unknown, work unknown', () => {
    const shop = new Shop();
    shop.park();
    shop.wait(5);
    shop.stops('cam');
    shop.stops('floor-1');
    shop.wait(100);
    const occupancy = shop.last('liftgate.bay.occupancy.v1', '1')!;
    expect(work(shop)).toMatchObject({ state: 'unknown', since: occupancy.since, stay: null });
    shop.camera('1', false);
    shop.floor(false);
    shop.wait(20);
    expect(work(shop)).toMatchObject({ state: 'none', rule: 'no-car' });
    expect(work(shop).since % SECOND).toBe(0);
  });
});

describe('jobs, rework and expiry', () => {
  test('a clocked job is work; without a physical sign for 20 minutes it is marked, from the last sign on', () => {
    const shop = new Shop();
    shop.park();
    const at = shop.now;
    shop.says('scan-1', 'scan.job-start', 'WO-1');
    expect(work(shop)).toMatchObject({ state: 'working', since: at, rule: 'job-clocked', leaf: 'working' });
    shop.wait(20 * 60 + 1);
    expect(work(shop)).toMatchObject({ state: 'working', since: at, rule: 'clock-only' });
    shop.says('scan-1', 'scan.job-stop', '');
    expect(work(shop)).toMatchObject({ state: 'waiting', reason: null });
    shop.wait(2);
    const told = shop.of('liftgate.bay.interval.v1').filter((i) => i.rule === 'clock-only');
    expect(told).toMatchObject([{ from: at, leaf: 'working' }]);
  });

  test('a hold stops the clock of a job, its release starts it again', () => {
    const shop = new Shop();
    shop.park();
    shop.says('scan-1', 'scan.job-start', 'WO-1');
    shop.wait(60);
    const held = shop.now;
    shop.says('scan-1', 'scan.hold', 'approval');
    expect(work(shop)).toMatchObject({ state: 'waiting', reason: 'approval', since: held });
    shop.wait(60);
    shop.says('scan-1', 'scan.hold', 'none');
    expect(work(shop)).toMatchObject({ state: 'working', since: held + MINUTE, rule: 'job-clocked' });
  });

  test('the last sign counts for five minutes, and then the bay idles', () => {
    const shop = new Shop();
    shop.park();
    shop.keeps('lift-1', 'tool.active', true);
    shop.wait(130);
    shop.stops('lift-1');
    const last = shop.now;
    shop.wait(299);
    expect(work(shop).state).toBe('working');
    shop.wait(2);
    expect(work(shop)).toMatchObject({ state: 'idle', since: last + 5 * MINUTE, rule: 'no-sign-for-5-min' });
  });

  test('work during a hold stays booked as work when it has ended', () => {
    const shop = new Shop();
    shop.park();
    shop.says('scan-1', 'scan.hold', 'parts');
    shop.wait(300);
    const from = shop.now;
    shop.keeps('lift-1', 'tool.active', true);
    shop.wait(200);
    shop.stops('lift-1');
    shop.wait(310);
    expect(work(shop)).toMatchObject({ state: 'waiting', reason: 'parts', since: from + 500 * SECOND });
    const told = shop.of('liftgate.bay.interval.v1').filter((i) => i.leaf === 'working');
    expect(told.at(-1)).toMatchObject({ from, to: from + 500 * SECOND });
  });

  test('work on a car that is back is rework, by its order or by a label', () => {
    const shop = new Shop();
    shop.park();
    shop.says('scan-1', 'scan.vin', CAR_A);
    shop.order({ order: 'WO-1', vin: CAR_A, rework: true });
    shop.keeps('lift-1', 'tool.active', true);
    shop.wait(130);
    expect(work(shop)).toMatchObject({ state: 'working', rule: 'rework', leaf: 'rework' });
  });
});
