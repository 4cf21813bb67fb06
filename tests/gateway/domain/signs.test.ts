import { describe, expect, test } from 'vitest';
import type { ReadingValue } from '../../../protocols/reading.ts';
import type { SignalName } from '../../../protocols/signal.ts';
import { CAR_A, Shop, settings } from './kit.ts';

/** Bay 1 with a car, and no sign of work yet. */
function parked(): Shop {
  const shop = new Shop();
  shop.park();
  shop.says('scan-1', 'scan.vin', CAR_A);
  shop.wait(60);
  return shop;
}

describe('a sign of work', () => {
  test.each([
    ['tool.power', 850, 'tool-power'],
    ['tool.torque', 110, 'tool-torque'],
    ['tool.diagnostic', true, 'tester-active'],
    ['technician.present', true, 'technician-seen'],
  ] as [SignalName, ReadingValue, string][])('%s of %j is one, where it lasts', (signal, value, rule) => {
    const shop = parked();
    shop.keeps('lift-1', signal, value);
    shop.wait(180);
    expect(shop.last('liftgate.bay.work.v1', '1')).toMatchObject({ state: 'working', rule });
  });

  test.each([
    ['tool.power', 12],
    ['tool.diagnostic', false],
    ['technician.present', null],
    ['door.open', true],
    ['air.pressure', 800],
  ] as [SignalName, ReadingValue][])('%s of %j is none', (signal, value) => {
    const shop = parked();
    shop.keeps('lift-1', signal, value);
    shop.wait(180);
    expect(shop.last('liftgate.bay.work.v1', '1')?.state).not.toBe('working');
  });
});

test('a limit switch tells a lift that is up, as a height does', () => {
  const shop = new Shop();
  shop.keeps('lift-1', 'lift.raised', false);
  shop.wait(10);
  shop.keeps('lift-1', 'lift.raised', true);
  shop.wait(10);
  expect(shop.last('liftgate.bay.lift.v1', '1')).toEqual({ bay: '1', raised: true, heightMm: null });
  expect(shop.shown()).toBe('occupied');
  shop.keeps('lift-1', 'lift.raised', null);
  shop.wait(10);
  expect(shop.last('liftgate.bay.lift.v1', '1')?.raised).toBe(true);
});

test('a device without a bay speaks of the bay that its topic names', () => {
  const shop = new Shop({
    ...settings(),
    devices: [{ id: 'plc', kind: 'sensor', silence: 30 }],
  });
  shop.keeps('plc', 'lift.height', 1_800, '2');
  shop.wait(5);
  expect(shop.last('liftgate.bay.lift.v1', '2')).toMatchObject({ raised: true });
  expect(shop.says('plc', 'lift.height', 1_800, { part: 'nowhere' })).toEqual([]);
});
