import { describe, expect, test } from 'vitest';
import type { EventData } from '../../../protocols/event.ts';
import { CAR_A, CAR_B, Shop } from './kit.ts';

const scans = (shop: Shop) => shop.of('liftgate.scan.v1') as EventData<'liftgate.scan.v1'>[];
const cars = (shop: Shop) => shop.of('liftgate.bay.vehicle.v1') as EventData<'liftgate.bay.vehicle.v1'>[];
const works = (shop: Shop) => shop.of('liftgate.bay.work.v1') as EventData<'liftgate.bay.work.v1'>[];
const stays = (shop: Shop) => shop.of('liftgate.bay.occupancy.v1') as EventData<'liftgate.bay.occupancy.v1'>[];

/** Bay 1 with car A, as its floor and a scan say. */
function occupied(): Shop {
  const shop = new Shop();
  shop.floor(true);
  shop.wait(180);
  shop.says('scan-1', 'scan.vin', CAR_A);
  shop.wait(1_200);
  return shop;
}

describe('a scan that is taken back', () => {
  test('gives the car of before back to the bay', () => {
    const shop = occupied();
    shop.says('scan-1', 'scan.vin', CAR_B);
    expect(cars(shop).at(-1)?.vin).toBe(CAR_B);
    shop.wait(5);
    shop.says('scan-1', 'scan.undo', '');
    expect(scans(shop).at(-1)).toMatchObject({ kind: 'undo', outcome: 'undone', undid: 'vin', bay: '1' });
    expect(cars(shop).at(-1)?.vin).toBe(CAR_A);
  });

  test('gives the car back to the bay that it was scanned away from', () => {
    const shop = occupied();
    shop.says('scan-4', 'scan.vin', CAR_A);
    expect(
      cars(shop)
        .filter((c) => c.bay === '1')
        .at(-1)?.vin,
    ).toBeNull();
    shop.says('scan-4', 'scan.undo', '');
    expect(
      cars(shop)
        .filter((c) => c.bay === '1')
        .at(-1)?.vin,
    ).toBe(CAR_A);
  });

  test('ends a stay that a scan alone began, and begins the one before again', () => {
    const shop = new Shop();
    shop.says('scan-4', 'scan.vin', CAR_A);
    shop.wait(5);
    const first = stays(shop).at(-1)!;
    expect(first).toMatchObject({ bay: '4', state: 'occupied', rule: 'scan-alone' });
    shop.says('scan-4', 'scan.vin', CAR_B);
    expect(stays(shop).at(-1)).toMatchObject({ state: 'occupied', rule: 'next-scan' });
    shop.says('scan-4', 'scan.undo', '');
    expect(stays(shop).at(-1)).toMatchObject({ state: 'occupied', rule: 'scan-undone', stay: first.stay });
    expect(cars(shop).at(-1)).toMatchObject({ bay: '4', stay: first.stay, vin: CAR_A });
    shop.says('scan-4', 'scan.undo', '');
    expect(stays(shop).at(-1)).toMatchObject({ state: 'unknown', stay: null });
    shop.wait(5);
    expect(stays(shop).at(-1)).toMatchObject({ state: 'unknown', stay: null });
  });

  test('brings back the work state that a wrong hold had ended, since when it was', () => {
    const shop = occupied();
    const before = works(shop).at(-1)!;
    shop.says('scan-1', 'scan.hold', 'parts');
    expect(works(shop).at(-1)).toMatchObject({ state: 'waiting', reason: 'parts' });
    shop.wait(30);
    shop.says('scan-1', 'scan.undo', '');
    expect(works(shop).at(-1)).toMatchObject({ state: before.state, reason: null, since: before.since });
    shop.wait(60);
    expect(works(shop).at(-1)).toMatchObject({ state: before.state, reason: null });
  });

  test('brings back the hold that a wrong hold had replaced', () => {
    const shop = occupied();
    shop.says('scan-1', 'scan.hold', 'approval');
    shop.wait(60);
    shop.says('scan-1', 'scan.hold', 'parts');
    shop.says('scan-1', 'scan.undo', '');
    expect(works(shop).at(-1)).toMatchObject({ state: 'waiting', reason: 'approval' });
  });

  test('ends a job that was started by mistake', () => {
    const shop = occupied();
    const before = works(shop).at(-1)!;
    shop.says('scan-1', 'scan.job-start', 'WO-9');
    shop.wait(150);
    expect(works(shop).at(-1)).toMatchObject({ state: 'working' });
    shop.says('scan-1', 'scan.undo', '');
    shop.wait(5);
    expect(works(shop).at(-1)).toMatchObject({ state: before.state, reason: before.reason });
  });

  test('leaves what others said meanwhile', () => {
    const shop = occupied();
    shop.says('scan-1', 'scan.hold', 'parts');
    shop.wait(10);
    shop.says('scan', 'scan.bay', '1');
    shop.says('scan', 'scan.hold', 'quality');
    shop.says('scan-1', 'scan.undo', '');
    expect(works(shop).at(-1)).toMatchObject({ state: 'waiting', reason: 'quality' });
  });

  test('gives a scanner the bay label back that it had read before', () => {
    const shop = occupied();
    shop.says('scan', 'scan.bay', '1');
    shop.says('scan', 'scan.bay', '3');
    shop.says('scan', 'scan.undo', '');
    shop.says('scan', 'scan.vin', CAR_B);
    expect(scans(shop).at(-1)).toMatchObject({ kind: 'vin', bay: '1' });
  });

  test('is the last of that scanner alone, and only for ten minutes', () => {
    const shop = occupied();
    shop.says('scan-1', 'scan.hold', 'parts');
    shop.says('scan', 'scan.undo', '');
    expect(scans(shop).at(-1)).toMatchObject({ outcome: 'nothing-to-undo' });
    shop.wait(660);
    shop.says('scan-1', 'scan.undo', '');
    expect(scans(shop).at(-1)).toMatchObject({ outcome: 'nothing-to-undo' });
    expect(works(shop).at(-1)).toMatchObject({ reason: 'parts' });
  });
});

describe('what came of a scan', () => {
  test('is told with it', () => {
    const shop = occupied();
    const said = (device: string, signal: Parameters<Shop['says']>[1], text: string) => {
      shop.says(device, signal, text);
      return scans(shop).at(-1)!.outcome;
    };
    expect(said('scan', 'scan.vin', CAR_B)).toBe('no-bay');
    expect(said('scan', 'scan.bay', '77')).toBe('no-such-bay');
    expect(said('scan', 'scan.unknown', '690')).toBe('not-understood');
    expect(said('scan-4', 'scan.hold', 'parts')).toBe('no-car');
    expect(said('scan-1', 'scan.plate', '沪A12345')).toBe('taken');
    expect(said('scan-1', 'scan.job-start', '')).toBe('taken');
    expect(scans(shop).at(-1)?.car).toMatchObject({ vin: CAR_A });
  });
});
