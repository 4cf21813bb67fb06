import { afterEach, expect, test } from 'vitest';
import { judgeAll } from '../../gateway/domain/health/flags.ts';
import { vehicleIn } from '../../gateway/domain/maintenance.ts';
import { createElm327 } from '../../gateway/drivers/elm327/driver.ts';
import type { FlagName } from '../../protocols/health/flag.ts';
import type { Reading } from '../../protocols/reading.ts';
import { createElm327Simulator } from '../../simulators/obd/elm327.ts';
import { createVehicle, type VehicleOptions } from '../../simulators/obd/vehicle.ts';
import { openTcpLine } from '../../simulators/tcp-line.ts';
import { CAR_A, MINUTE, NINE, Shop } from './domain/kit.ts';

const DAY = 86_400_000;
/** A second of the wire is so many of the car's life. */
const LAPSE = 100;

let stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops) await stop();
  stops = [];
});

/** One day's drive of a warm car, over TCP, until `heard` has all that it wants; time lapses. */
async function drive(
  shop: Shop,
  options: Partial<VehicleOptions>,
  enough: (readings: readonly Reading[]) => boolean,
): Promise<readonly Reading[]> {
  const [from, began] = [shop.now, performance.now()];
  const clock = () => Math.round(from + (performance.now() - began) * LAPSE);
  const vehicle = createVehicle({ vin: CAR_A, clock, crankMs: 700, coolant: 88, ecus: 1, ...options });
  vehicle.startEngine();
  const line = await openTcpLine();
  const sim = createElm327Simulator({ line, vehicle, resetMs: 30, searchMs: 60, latencyMs: 1, timeoutMs: 20 });
  const config = { kind: 'elm327', id: 'obd-1', port: line.path, baud: 38_400, interval: 0.02 } as const;
  const driver = createElm327(config, { clock });
  const end = new AbortController();
  const readings: Reading[] = [];
  const run = driver.run(async (batch) => {
    shop.now = clock();
    shop.feed({ kind: 'tick', at: shop.now });
    for (const reading of batch) shop.feed({ kind: 'reading', reading });
    readings.push(...batch);
    if (enough(readings)) end.abort();
  }, end.signal);
  const stop = async () => {
    end.abort();
    await run;
    sim.close();
    await line.close();
  };
  stops.push(stop);
  await run;
  await stop();
  stops = [];
  return readings;
}

/** The night: the drive is over, and what is new is judged. */
function night(shop: Shop): void {
  const morning = shop.now + DAY;
  for (let i = 0; i < 8; i++) {
    shop.now += 11 * MINUTE;
    shop.feed({ kind: 'tick', at: shop.now });
  }
  shop.now = morning;
  shop.feed({ kind: 'tick', at: shop.now });
}

const flagsOf = (shop: Shop) =>
  new Map(
    judgeAll(vehicleIn(shop.state.vehicles, CAR_A).health, { vin: CAR_A, now: shop.now }).map((f) => [f.flag, f]),
  );
const states = (shop: Shop, flags: readonly FlagName[]) => flags.map((f) => flagsOf(shop).get(f)!.state);

test('a catalyst that wears out and a cylinder that misfires are raised by what the car itself answers', async () => {
  const shop = new Shop(undefined, NINE - 30 * DAY);
  const wants = (part: string) => (readings: readonly Reading[]) => readings.some((r) => r.part === part);
  const whole = (readings: readonly Reading[]) =>
    [wants('21/80'), wants('01/06'), wants('4')].every((w) => w(readings)) &&
    readings.some((r) => r.signal === 'obd.codes.permanent');
  await drive(shop, { seed: 1 }, whole);
  night(shop);
  // The first drive is enough for something to stand on.
  expect(states(shop, ['catalyst', 'oxygen', 'misfire'])).toEqual(['learning', 'learning', 'learning']);
  const codes = flagsOf(shop).get('codes')!;
  expect(codes).toMatchObject({ state: 'healthy', caveats: [] });
  expect(codes.conditions?.filter((c) => !c.met)).toEqual([]);

  for (let day = 2; day <= 8; day++) {
    await drive(shop, { seed: day }, whole);
    night(shop);
  }
  expect(states(shop, ['catalyst', 'oxygen', 'misfire'])).toEqual(['healthy', 'healthy', 'healthy']);

  for (let day = 9; day <= 10; day++) {
    await drive(shop, { seed: day, faults: ['aged-catalyst', 'misfire'] }, whole);
    night(shop);
  }
  const told = (flag: FlagName) => shop.of('liftgate.vehicle.flag.v1').findLast((f) => f.flag === flag);
  expect(told('catalyst')).toMatchObject({ vin: CAR_A, state: 'raised' });
  expect(told('misfire')).toMatchObject({ vin: CAR_A, state: 'raised' });
  expect(told('misfire')?.evidence).toContainEqual({ name: 'cylinder', value: 3, unit: '1' });
  expect(told('oxygen')).toMatchObject({ state: 'healthy' });
}, 240_000);

test('a diesel tells of its filter', async () => {
  const shop = new Shop(undefined, NINE);
  await drive(shop, { powertrain: 'diesel' }, (readings) =>
    ['B2/85', '4'].every((part) => readings.some((r) => r.part === part)),
  );
  night(shop);
  const filter = flagsOf(shop).get('particulate-filter')!;
  expect(filter.state).toBe('learning');
  const met = filter.conditions?.filter((c) => c.met).map((c) => c.condition);
  expect(met).toEqual(expect.arrayContaining(['monitor-ran', 'regeneration-distance']));
  expect(states(shop, ['catalyst', 'oxygen'])).toEqual(['unavailable', 'unavailable']);
}, 60_000);

test('a car that refuses service 06 has these flags not available, and all others as ever', async () => {
  const shop = new Shop(undefined, NINE);
  const readings = await drive(
    shop,
    { refuses: { '0600': 0x11 } },
    (all) => all.filter((r) => r.signal === 'obd.rpm').length >= 25,
  );
  night(shop);
  expect(states(shop, ['catalyst', 'oxygen', 'misfire'])).toEqual(['unavailable', 'unavailable', 'unavailable']);
  expect(states(shop, ['codes'])).toEqual(['healthy']);
  expect(readings.some((r) => r.value === 'no-vehicle')).toBe(false);
  expect(readings.some((r) => r.signal === 'obd.coolant')).toBe(true);
}, 60_000);
