import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EventBody, toCloudEvent } from '../../../protocols/event.ts';
import { MONDAY_10, OTHER_VIN, startTestCloud, type TestCloud, VIN } from '../../tools/cloud.ts';
import { alert, flag, layout, occupancy, vehicle } from '../../tools/facts.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud.stop());

/** mulberry32 */
function seeded(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Words on few stays, alerts and flags, many of them late or at the same time. */
function words(seed: number, count: number): EventBody[] {
  const draw = seeded(seed);
  const pick = <T>(...from: readonly T[]): T => from[Math.floor(draw() * from.length)]!;
  return Array.from({ length: count }, (_, i): EventBody => {
    const at = MONDAY_10 + 1_000 * Math.max(0, i - Math.floor(4 * draw()));
    const stay = pick('stay-1', 'stay-2', 'stay-3');
    switch (pick('stay', 'stay', 'car', 'alert', 'flag')) {
      case 'stay':
        return draw() < 0.3
          ? occupancy(at, pick('empty', 'unknown'), null)
          : occupancy(at, pick('entering', 'occupied', 'leaving'), stay);
      case 'car':
        return vehicle(at, stay, VIN, { vin: pick(VIN, OTHER_VIN, null) });
      case 'alert':
        return alert(at, pick('a', 'b'), pick('raised', 'cleared'));
      default:
        return flag(at, pick(VIN, OTHER_VIN), pick('learning', 'watch', 'raised'));
    }
  });
}

async function kept(site: string) {
  const rows = async (sql: string) => (await cloud.database.db.query(sql, [site])).rows;
  return {
    visits: await rows(
      'SELECT visit, bay, start_at, end_at, vin, order_id, marked_at, marked_seq FROM visits WHERE site = $1 ORDER BY visit',
    ),
    alerts: await rows(
      'SELECT alert, state, severity, since, cleared_at, marked_at, marked_seq FROM alerts WHERE site = $1 ORDER BY alert',
    ),
    flags: await rows(
      'SELECT vin, flag, data, marked_at, marked_seq FROM vehicle_flags WHERE site = $1 ORDER BY vin, flag',
    ),
  };
}

test.each([1, 2, 3, 4, 5])(
  'however the log is cut into batches, what follows from it is the same (seed %i)',
  async (seed) => {
    const log = words(seed, 60);
    const cuts = { whole: [log], some: [log.slice(0, 7), log.slice(7, 33), log.slice(33)], each: log.map((e) => [e]) };
    const results: unknown[] = [];
    for (const [name, batches] of Object.entries(cuts)) {
      const site = `${name}-${seed}`;
      const gateway = await cloud.gateway(site);
      await gateway.send(layout(MONDAY_10));
      for (const batch of batches) await gateway.send(...batch);
      results.push(await kept(site));
    }
    expect(results[0]).toEqual(results[2]);
    expect(results[1]).toEqual(results[2]);
  },
  60_000,
);

test.each([1, 2, 3])(
  'in whatever order alerts, flags and layouts arrive, the newest word counts (seed %i)',
  async (seed) => {
    const draw = seeded(seed);
    const log = words(seed, 60).filter(({ type }) => /alert|flag/.test(type));
    log.push(layout(MONDAY_10 + 5_000, 'Newest'), layout(MONDAY_10 + 1_000, 'Older'));
    const results: unknown[] = [];
    for (const name of ['ordered', 'shuffled', 'singly']) {
      const site = `${name}-order-${seed}`;
      const gateway = await cloud.gateway(site);
      const events = gateway.number(...log).map(toCloudEvent);
      const mixed =
        name === 'ordered'
          ? events
          : events
              .map((e) => [draw(), e] as const)
              .toSorted(([a], [b]) => a - b)
              .map(([, e]) => e);
      const step = name === 'singly' ? 1 : 20;
      for (let at = 0; at < mixed.length; at += step)
        expect((await gateway.post(gateway.batch(mixed.slice(at, at + step)))).status).toBe(200);
      const { rows } = await cloud.database.db.query('SELECT name FROM sites WHERE site = $1', [site]);
      const { alerts, flags } = await kept(site);
      results.push({ alerts, flags, site: rows });
    }
    expect(results[1]).toEqual(results[2]);
    expect(results[1]).toEqual(results[0]);
  },
  60_000,
);

test('nobody is told of a prediction that was taken back before it arrived', async () => {
  const gateway = await cloud.gateway('late-flag');
  await gateway.send(layout(MONDAY_10));
  const [raised, cleared] = gateway.number(flag(MONDAY_10, VIN, 'raised'), flag(MONDAY_10 + 60_000, VIN, 'cleared'));
  await gateway.post(gateway.batch([toCloudEvent(cleared!)]));
  await gateway.post(gateway.batch([toCloudEvent(raised!)]));
  const { rows } = await cloud.database.db.query("SELECT state FROM notices WHERE site = 'late-flag'");
  expect(rows).toEqual([]);
});
