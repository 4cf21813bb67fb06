import { describe, expect, test } from 'vitest';
import { reading } from '../../../protocols/reading.ts';
import { CAR_A, CAR_B, MINUTE, SECOND, Shop } from './kit.ts';

const car = (shop: Shop, bay = '1') => shop.last('liftgate.bay.vehicle.v1', bay);

const named = (vin: string) => ({ vin, plate: null, order: null });

describe('identity', () => {
  test('a scan just before the car is booked names the stay', () => {
    const shop = new Shop();
    shop.camera('1', false);
    shop.floor(false);
    shop.wait(60);
    shop.says('scan-1', 'scan.vin', CAR_A);
    shop.wait(30);
    shop.camera('1', true);
    shop.floor(true);
    shop.wait(40);
    const { stay } = shop.last('liftgate.bay.occupancy.v1', '1')!;
    expect(car(shop)).toMatchObject({ stay, vin: CAR_A, by: 'scan', conflict: null });
  });

  test('every scan is told, with its check digit as evidence', () => {
    const shop = new Shop();
    shop.says('scan-1', 'scan.vin', '1HGCM82633A004352');
    shop.says('scan-1', 'scan.vin', '1HGCM82613A004352');
    shop.says('scan', 'scan.badge', '0042');
    expect(shop.of('liftgate.scan.v1')).toEqual([
      {
        device: 'scan-1',
        kind: 'vin',
        text: '1HGCM82633A004352',
        bay: '1',
        checkDigit: 'right',
        outcome: 'taken',
        car: named('1HGCM82633A004352'),
      },
      {
        device: 'scan-1',
        kind: 'vin',
        text: '1HGCM82613A004352',
        bay: '1',
        checkDigit: 'wrong',
        outcome: 'taken',
        car: named('1HGCM82613A004352'),
      },
      { device: 'scan', kind: 'badge', text: 'seen', bay: null, checkDigit: 'absent', outcome: 'no-bay' },
    ]);
  });

  test('a bay label speaks for what the same scanner reads in the next 60 s', () => {
    const shop = new Shop();
    shop.says('scan', 'scan.bay', '3');
    shop.wait(50);
    shop.says('scan', 'scan.vin', CAR_A);
    expect(car(shop, '3')).toMatchObject({ vin: CAR_A });
    shop.wait(20);
    shop.says('scan', 'scan.vin', CAR_B);
    expect(shop.last('liftgate.scan.v1')).toMatchObject({ text: CAR_B, bay: null });
    expect(car(shop, '3')).toMatchObject({ vin: CAR_A });
  });

  test('a scanned VIN goes before OBD, and the contradiction is an alert that ends with it', () => {
    const shop = new Shop();
    shop.park();
    shop.says('obd-1', 'obd.vin', CAR_B);
    expect(car(shop)).toMatchObject({ vin: CAR_B, by: 'obd' });
    shop.says('scan-1', 'scan.vin', CAR_A);
    expect(car(shop)).toMatchObject({ vin: CAR_A, by: 'scan', conflict: CAR_B });
    shop.wait(5);
    const raised = shop.last('liftgate.alert.v1', '1')!;
    expect(raised).toMatchObject({ kind: 'identity-conflict', state: 'raised', vin: CAR_A });
    shop.says('obd-1', 'obd.vin', CAR_A);
    shop.wait(1);
    expect(shop.last('liftgate.alert.v1', '1')).toMatchObject({ alert: raised.alert, state: 'cleared' });
    expect(shop.of('liftgate.alert.v1').filter((a) => a.kind === 'identity-conflict')).toHaveLength(2);
  });

  test('a car stands in one bay at a time: a newer scan elsewhere closes the older claim', () => {
    const shop = new Shop();
    shop.park();
    shop.says('scan-1', 'scan.vin', CAR_A);
    shop.wait(60);
    shop.says('scan-4', 'scan.vin', CAR_A);
    expect(car(shop, '1')).toMatchObject({ vin: null, by: 'nothing' });
    expect(car(shop, '4')).toMatchObject({ vin: CAR_A, by: 'scan' });
  });

  test('a car that was scanned in another bay while something goes on standing in its own is a conflict that names both bays', () => {
    const shop = new Shop();
    shop.park();
    shop.says('scan-1', 'scan.vin', CAR_A);
    shop.wait(60);
    shop.says('scan-4', 'scan.vin', CAR_A);
    const conflicts = () => shop.of('liftgate.alert.v1').filter((a) => a.kind === 'identity-conflict');
    shop.wait(200);
    expect(conflicts()).toEqual([]);
    shop.wait(60);
    expect(conflicts()).toMatchObject([{ state: 'raised', bay: '1', vin: CAR_A, detail: { claimed: '4' } }]);
    shop.says('scan-1', 'scan.vin', CAR_B);
    shop.wait(2);
    expect(conflicts().at(-1)).toMatchObject({ state: 'cleared', bay: '1' });
  });

  test('a car that moves to another bay is no conflict', () => {
    const shop = new Shop();
    shop.park();
    shop.says('scan-1', 'scan.vin', CAR_A);
    shop.wait(200);
    shop.says('scan-4', 'scan.vin', CAR_A);
    shop.camera('1', false);
    shop.floor(false);
    shop.wait(600);
    expect(shop.of('liftgate.alert.v1').filter((a) => a.kind === 'identity-conflict')).toEqual([]);
  });

  test('a late scan of a car that was named live in another bay at that time names nobody, and is told', () => {
    const shop = new Shop();
    shop.camera('2', true);
    shop.park();
    shop.says('scan-4', 'scan.vin', CAR_A);
    shop.wait(300);
    const at = shop.now - 200 * SECOND;
    shop.feed({ kind: 'reading', reading: reading('scan-1', 'scan.vin', CAR_A, at, { late: true }) });
    shop.wait(2);
    expect(shop.last('liftgate.alert.v1', '1')).toMatchObject({
      ...{ kind: 'identity-conflict', state: 'raised', vin: CAR_A, since: at, detail: { claimed: '4' } },
    });
    shop.camera('1', false);
    shop.floor(false);
    shop.wait(60);
    const pieces = shop.of('liftgate.bay.interval.v1').filter((i) => i.bay === '1' && i.vin !== null);
    expect(pieces).toEqual([]);
  });

  test('a late scan that a live one in another bay contradicts later is no longer believed', () => {
    const shop = new Shop();
    shop.camera('2', false);
    shop.park();
    shop.camera('2', true);
    shop.wait(300);
    const at = shop.now - 60 * SECOND;
    shop.feed({ kind: 'reading', reading: reading('scan-1', 'scan.vin', CAR_A, at, { late: true }) });
    shop.wait(2);
    shop.says('scan', 'scan.bay', '2');
    shop.says('scan', 'scan.vin', CAR_A);
    shop.wait(2);
    expect(shop.last('liftgate.alert.v1', '1')).toMatchObject({ kind: 'identity-conflict', detail: { claimed: '2' } });
    shop.camera('1', false);
    shop.floor(false);
    shop.wait(60);
    const told = new Map(shop.of('liftgate.bay.interval.v1').map((i) => [i.interval, i]));
    expect([...told.values()].filter((i) => i.bay === '1' && i.vin !== null)).toEqual([]);
  });

  test('an occupied bay without a known car asks once, and the answer clears it', () => {
    const shop = new Shop();
    shop.park();
    shop.wait(100);
    const asked = shop.of('liftgate.alert.v1');
    expect(asked).toMatchObject([{ kind: 'which-car', state: 'raised', bay: '1' }]);
    shop.says('scan-1', 'scan.vin', CAR_A);
    shop.wait(2);
    expect(shop.of('liftgate.alert.v1').at(-1)).toMatchObject({ alert: asked[0]!.alert, state: 'cleared' });
  });

  test('the work order lends plate, model and promise by VIN', () => {
    const shop = new Shop();
    shop.park();
    shop.says('scan-1', 'scan.vin', CAR_A);
    shop.order({ order: 'WO-7', vin: CAR_A, plate: '沪A·12345', model: 'Lavida', promisedAt: shop.now + 60 * MINUTE });
    expect(car(shop)).toMatchObject({ order: 'WO-7', plate: '沪A·12345', model: 'Lavida', by: 'scan' });
  });

  test('an order that is assigned to the bay names the car only where nothing stronger does, and is not a guess', () => {
    const shop = new Shop();
    shop.order({ order: 'WO-1', vin: CAR_A, bay: '1', model: 'Lavida' });
    shop.park();
    expect(car(shop)).toMatchObject({ vin: CAR_A, by: 'order' });
    shop.order({ order: 'WO-2', vin: CAR_B, bay: '1' });
    expect(car(shop)).toMatchObject({ vin: null, by: 'nothing' });
    shop.says('obd-1', 'obd.vin', CAR_B);
    expect(car(shop)).toMatchObject({ vin: CAR_B, by: 'obd', order: 'WO-2' });
  });

  test('an order that is over before the car has left still says whose it is, until a stronger word', () => {
    const shop = new Shop();
    const order = { order: 'WO-1', vin: CAR_A, plate: '沪A·12345', bay: '1', model: 'Lavida' } as const;
    shop.order(order);
    shop.park();
    const told = car(shop);
    shop.order({ ...order, state: 'ready' });
    shop.order({ ...order, state: 'closed' });
    shop.wait(100);
    expect(car(shop)).toEqual(told);
    expect(shop.of('liftgate.alert.v1').filter((a) => a.kind !== 'bay-empty')).toEqual([]);
    shop.says('scan-4', 'scan.vin', CAR_A);
    shop.wait(2);
    expect(car(shop, '1')).toMatchObject({ vin: null, by: 'nothing' });
  });

  test('a car that was scanned keeps plate and model when its order is closed', () => {
    const shop = new Shop();
    const order = { order: 'WO-7', vin: CAR_A, plate: '沪A·12345', model: 'Lavida' } as const;
    shop.order(order);
    shop.park();
    shop.says('scan-1', 'scan.vin', CAR_A);
    shop.order({ ...order, state: 'closed' });
    shop.wait(2);
    expect(car(shop)).toMatchObject({ vin: CAR_A, plate: '沪A·12345', model: 'Lavida', order: 'WO-7', by: 'scan' });
  });

  test('a plate finds its order, however it is written', () => {
    const shop = new Shop();
    shop.order({ order: 'WO-1', vin: CAR_A, plate: '沪A·12345' });
    shop.park();
    shop.says('cam', 'camera.plate', '沪A12345', { part: 'bay-1' });
    expect(car(shop)).toMatchObject({ vin: CAR_A, by: 'plate', order: 'WO-1' });
  });

  test('a car swap: what was scanned while the last car was leaving belongs to the next', () => {
    const shop = new Shop();
    shop.park();
    shop.says('scan-1', 'scan.vin', CAR_A);
    shop.wait(300);
    const first = shop.last('liftgate.bay.occupancy.v1', '1')!.stay;
    shop.camera('1', false);
    shop.wait(16);
    expect(shop.shown()).toBe('leaving');
    shop.floor(false);
    shop.says('scan-1', 'scan.vin', CAR_B);
    expect(car(shop)).toMatchObject({ vin: CAR_A });
    shop.wait(30);
    shop.camera('1', true);
    shop.floor(true);
    shop.wait(40);
    expect(shop.last('liftgate.bay.occupancy.v1', '1')!.stay).not.toBe(first);
    expect(car(shop)).toMatchObject({ vin: CAR_B, by: 'scan' });
  });

  test('a claim of the last stay does not name the next car', () => {
    const shop = new Shop();
    shop.park();
    shop.says('scan-1', 'scan.vin', CAR_A);
    shop.wait(200);
    shop.camera('1', false);
    shop.floor(false);
    shop.wait(100);
    shop.camera('1', true);
    shop.floor(true);
    const events = shop.wait(100);
    expect(shop.of('liftgate.bay.occupancy.v1', events).at(-1)).toMatchObject({ state: 'occupied' });
    expect(shop.of('liftgate.bay.vehicle.v1', events)).toEqual([]);
  });
});

describe('a visit', () => {
  const leave = (shop: Shop) => {
    shop.camera('1', false);
    shop.floor(false);
    shop.wait(60);
  };
  const arrive = (shop: Shop, bay: string) => {
    shop.camera(bay, true);
    shop.wait(120);
  };
  const visits = (shop: Shop) => shop.of('liftgate.bay.vehicle.v1').filter((v) => v.vin !== null);

  test('goes on in the next bay, with its stays told apart; another order of the same car is another visit', () => {
    const shop = new Shop();
    shop.camera('2', false);
    shop.park();
    shop.says('scan-1', 'scan.vin', CAR_A);
    shop.order({ order: 'WO-1', vin: CAR_A });
    shop.wait(300);
    leave(shop);
    arrive(shop, '2');
    shop.says('scan', 'scan.bay', '2');
    shop.says('scan', 'scan.vin', CAR_A);
    shop.wait(5);
    const [first] = visits(shop);
    const moved = visits(shop).at(-1)!;
    expect(moved).toMatchObject({ bay: '2', vin: CAR_A, visit: first!.visit });
    expect(moved.stay).not.toBe(first!.stay);
    shop.camera('2', false);
    shop.wait(900);
    const told = shop.of('liftgate.bay.interval.v1').filter((i) => i.vin === CAR_A);
    expect(new Set(told.map((i) => i.visit))).toEqual(new Set([first!.visit]));
    expect(new Set(told.map((i) => i.bay))).toEqual(new Set(['1', '2']));
    shop.order({ order: 'WO-1', vin: CAR_A, state: 'closed' });
    shop.order({ order: 'WO-2', vin: CAR_A });
    arrive(shop, '2');
    shop.says('scan', 'scan.bay', '2');
    shop.says('scan', 'scan.vin', CAR_A);
    shop.wait(5);
    expect(visits(shop).at(-1)).toMatchObject({ order: 'WO-2' });
    expect(visits(shop).at(-1)!.visit).not.toBe(first!.visit);
  });

  test('a plate whose order names another car than the scan is a conflict that names both', () => {
    const shop = new Shop();
    shop.order({ order: 'WO-7', vin: CAR_B, plate: '沪A12345' });
    shop.park();
    shop.says('cam', 'camera.plate', '沪A12345', { part: 'bay-1' });
    shop.says('scan-1', 'scan.vin', CAR_A);
    shop.wait(2);
    expect(shop.last('liftgate.bay.vehicle.v1', '1')).toMatchObject({ vin: CAR_A, conflict: CAR_B });
    expect(shop.of('liftgate.alert.v1').filter((a) => a.kind === 'identity-conflict')).toMatchObject([
      { vin: CAR_A, detail: { claimed: CAR_B } },
    ]);
  });
});
