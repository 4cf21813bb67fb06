import { describe, expect, test } from 'vitest';
import { lcg } from '../../../gateway/domain/detect/bootstrap.ts';
import { batteryFlag, warmUpFlag } from '../../../gateway/domain/health/engine-flags.ts';
import {
  type AirTemperature,
  addStart,
  addTemperature,
  type Packed,
  type Start,
} from '../../../gateway/domain/health/starts.ts';
import { addPoint, NO_TRACK, type Track } from '../../../gateway/domain/health/track.ts';
import { NEW_HEALTH } from '../../../gateway/domain/health/vehicle.ts';
import fc from '../../tools/property.ts';
import { CAR_A, HOUR, MINUTE, NINE, Shop } from './kit.ts';

const DAY = 24 * HOUR;
const FIRST = NINE - 120 * DAY;

interface Drive {
  readonly at: number;
  readonly seconds: number;
  readonly plateau: boolean;
}

function judgeBattery(vin: string, all: readonly Start[], temperatures: readonly AirTemperature[]) {
  const starts = all.reduce<Packed>(addStart, []);
  const air = temperatures.reduce<Packed>(addTemperature, []);
  return batteryFlag({ ...NEW_HEALTH, starts, air }, { vin, now: NINE });
}

function judgeWarmUp(vin: string, drives: readonly Drive[]) {
  const time = drives.reduce<Track>((t, d) => addPoint(t, d.at, d.seconds), NO_TRACK);
  const plateau = drives.filter((d) => d.plateau).reduce<Track>((t, d) => addPoint(t, d.at, 1), NO_TRACK);
  return warmUpFlag({ ...NEW_HEALTH, tracks: { 'warm.time': time, plateau } }, { vin, now: NINE });
}

/** Starts of a battery that loses `fall` volts a day, at air temperatures that swing. */
function starts(count: number, fall: number, seed = 'a'): { start: Start; celsius: number }[] {
  const next = lcg(seed);
  return Array.from({ length: count }, (_, i) => {
    const celsius = 15 + 12 * Math.sin(i * 1.3);
    const volts = 10.9 - fall * i + 0.015 * (celsius - 20) + 0.08 * (next() - 0.5);
    return { start: { at: FIRST + i * DAY, volts: Math.round(volts * 100) / 100, slow: false }, celsius };
  });
}

const judged = (all: ReturnType<typeof starts>) =>
  judgeBattery(
    CAR_A,
    all.map((s) => s.start),
    all.map((s) => ({ at: s.start.at + MINUTE, celsius: s.celsius, ambient: true })),
  );

describe('the battery flag', () => {
  test('says what it has: nothing, too little, or a healthy battery', () => {
    expect(judgeBattery(CAR_A, [], [])).toMatchObject({ state: 'unavailable', confidence: null, due: null });
    expect(judged(starts(4, 0))).toMatchObject({ state: 'learning', caveats: expect.arrayContaining(['few-starts']) });
    expect(judged(starts(60, 0))).toMatchObject({ state: 'healthy', due: null, severity: 'info' });
  });

  test('is raised on a trend beyond watch, with a due date that is an interval', () => {
    const flag = judged(starts(90, 0.011));
    expect(flag).toMatchObject({
      state: 'raised',
      rule: 'trend-beyond-watch',
      severity: 'warning',
      limits: 'own',
      act: 9.6,
    });
    const { early, likely, late } = flag.due!;
    const truth = FIRST + ((10.9 - 9.6) / 0.011) * DAY;
    expect(early).toBeLessThanOrEqual(likely);
    expect(Math.abs(likely - truth)).toBeLessThan(6 * DAY);
    expect(early).toBeLessThan(truth + DAY);
    expect(late!).toBeGreaterThan(truth - DAY);
    expect(flag.forecast.length).toBeGreaterThan(5);
    for (const p of flag.forecast) expect(p.low).toBeLessThanOrEqual(p.high);
  });

  test('watches a trend that will reach the limit before it has crossed the first', () => {
    expect(judged(starts(60, 0.009))).toMatchObject({ state: 'watch', due: { likely: expect.any(Number) } });
  });

  test('two starts in a row beyond act are enough, however few there are', () => {
    const at = (i: number, volts: number): Start => ({ at: FIRST + i * DAY, volts, slow: false });
    expect(judgeBattery(CAR_A, [at(0, 9.4), at(1, 9.5)], [])).toMatchObject({ state: 'raised', severity: 'severe' });
    expect(judgeBattery(CAR_A, [at(0, 9.4), at(1, 10.4)], []).state).toBe('learning');
  });

  test('a new battery clears the flag and starts a new history', () => {
    const worn = starts(90, 0.011);
    const fresh = starts(12, 0, 'b').map((s) => ({ ...s, start: { ...s.start, at: s.start.at + 90 * DAY } }));
    expect(judged([...worn, ...fresh.slice(0, 3)])).toMatchObject({ state: 'cleared', rule: 'repaired' });
    expect(judged([...worn, ...fresh])).toMatchObject({ state: 'healthy' });
  });

  test('cold mornings alone raise nothing: false alarms on 100 healthy batteries', () => {
    const raised = Array.from({ length: 100 }, (_, i) => judged(starts(60, 0, `car-${i}`))).filter(
      (f) => f.state === 'raised',
    );
    expect(raised).toEqual([]);
  });

  test('late records, in any order, give the same final flag', () => {
    const all = starts(40, 0.03);
    const final = (order: readonly number[]) => {
      const shop = new Shop();
      const records = all.flatMap(({ start, celsius }) => [
        () => shop.says('wican', 'obd.crank-voltage', start.volts, { vin: CAR_A, late: true, at: start.at } as never),
        () => shop.says('wican', 'obd.ambient-air', Math.round(celsius), { vin: CAR_A, late: true } as never),
      ]);
      order.forEach((k, i) => {
        const record = all[Math.floor(k / 2)]!;
        const now = shop.now;
        shop.now = record.start.at + (k % 2) * MINUTE;
        records[k]!();
        shop.now = now;
        if (i % 7 === 0) shop.wait(1);
      });
      shop.wait(5);
      return shop.of('liftgate.vehicle.flag.v1').findLast((f) => f.flag === 'battery');
    };
    const inOrder = Array.from({ length: 80 }, (_, i) => i);
    const expected = final(inOrder);
    expect(expected).toMatchObject({ state: 'raised' });
    fc.assert(
      fc.property(fc.shuffledSubarray(inOrder, { minLength: 80 }), (order) => {
        // When it was first raised depends on the order, what is known in the end does not.
        expect({ ...final(order), life: null }).toEqual({ ...expected, life: null });
      }),
      { numRuns: 8 },
    );
  });

  test('a raised flag is an alert with the bay, and the alert ends with the stay', () => {
    const shop = new Shop();
    shop.park();
    shop.says('obd-1', 'obd.vin', CAR_A);
    for (const volts of [9.4, 9.3]) {
      shop.says('obd-1', 'obd.crank-voltage', volts);
      shop.wait(300);
    }
    const alerts = () => shop.of('liftgate.alert.v1').filter((a) => a.kind === 'flag-raised');
    expect(alerts()).toMatchObject([{ state: 'raised', bay: '1', vin: CAR_A, detail: { flag: 'battery' } }]);
    shop.stops('lift-1');
    shop.camera('1', false);
    shop.floor(false);
    shop.wait(60);
    expect(alerts().map((a) => a.state)).toEqual(['raised', 'cleared']);
  });
});

describe('the warm-up flag', () => {
  const drive = (i: number, seconds: number, plateau = false): Drive => ({ at: FIRST + i * DAY, seconds, plateau });
  const usual = Array.from({ length: 10 }, (_, i) => drive(i, 300 + (i % 3) * 10));

  test('learns what is usual for this car, and watches what takes longer', () => {
    expect(judgeWarmUp(CAR_A, usual.slice(0, 5)).state).toBe('learning');
    expect(judgeWarmUp(CAR_A, usual)).toMatchObject({ state: 'healthy', unit: 's', watch: expect.closeTo(403, 0) });
    const slow = [11, 12, 13].map((i) => drive(i, 430));
    expect(judgeWarmUp(CAR_A, [...usual, ...slow]).state).toBe('watch');
  });

  test('a thermostat that stays open in two drives is raised, in one it is not', () => {
    expect(judgeWarmUp(CAR_A, [...usual, drive(11, 1_100, true)]).state).not.toBe('raised');
    const stuck = [drive(11, 1_100, true), drive(12, 1_000, true)];
    expect(judgeWarmUp(CAR_A, [...usual, ...stuck])).toMatchObject({ state: 'raised', rule: 'beyond-act-twice' });
    expect(judgeWarmUp(CAR_A, stuck)).toMatchObject({
      state: 'raised',
      caveats: expect.arrayContaining(['few-drives']),
    });
  });

  test.each([
    ['a cold start that warms up', 20, 90, 1, { seconds: 55, plateau: false }],
    ['a thermostat that never closes', 20, 65, 1, { plateau: true }],
  ] as const)('%s is seen from the coolant of a running engine', (_, from, to, step, expected) => {
    const shop = new Shop();
    shop.says('obd-1', 'obd.vin', CAR_A);
    shop.keeps('obd-1', 'obd.rpm', 900);
    for (let c: number = from; c <= to; c += step) {
      shop.says('obd-1', 'obd.coolant', c);
      shop.wait(1);
    }
    shop.keeps('obd-1', 'obd.coolant', to);
    shop.wait(1_000);
    const flag = shop.of('liftgate.vehicle.flag.v1').findLast((f) => f.flag === 'warm-up')!;
    expect(flag.series).toHaveLength(1);
    expect(flag.caveats.includes('plateau-at-least')).toBe(expected.plateau);
    if ('seconds' in expected) expect(flag.series[0]!.value).toBe(expected.seconds);
  });

  test('a hot restart, and an engine that stands, are no cold start', () => {
    const shop = new Shop();
    shop.says('obd-1', 'obd.vin', CAR_A);
    for (let c = 60; c <= 90; c++) {
      shop.says('obd-1', 'obd.coolant', c);
      shop.wait(1);
    }
    shop.wait(3_600);
    shop.says('obd-1', 'obd.rpm', 0);
    for (let c = 20; c <= 90; c++) {
      shop.says('obd-1', 'obd.coolant', c);
      shop.wait(1);
    }
    expect(shop.last('liftgate.vehicle.flag.v1')).toMatchObject({ flag: 'warm-up', state: 'unavailable' });
  });
});
