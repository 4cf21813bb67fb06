import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toCloudEvent, type WorkshopEvent } from '../../../protocols/event.ts';
import { startTestCloud, type TestCloud, type TestPerson, VIN } from '../../tools/cloud.ts';
import { occupancy, vehicle } from '../../tools/facts.ts';
import fc from '../../tools/property.ts';
import { Day } from '../../tools/shuffled.ts';

let cloud: TestCloud;
let manager: TestPerson;
let sites = 0;
beforeAll(async () => {
  cloud = await startTestCloud();
  manager = await cloud.person('arrival@example.com', { role: 'manager' });
});
afterAll(() => cloud.stop());

/** What the tables say of a site after these batches; ids that are drawn, and times of arrival, are left out. */
async function tablesAfter(deliver: (site: Awaited<ReturnType<TestCloud['gateway']>>) => WorkshopEvent[][]) {
  const name = `arrival-${sites++}`;
  const gw = await cloud.gateway(name);
  for (const order of ['WO-1', 'WO-2']) await manager.call('POST', '/v1/orders', { site: name, order });
  for (const events of deliver(gw)) {
    const { status, body } = await gw.post(gw.batch(events.map(toCloudEvent)));
    expect({ status, bad: body.verdicts.filter((v) => v.verdict !== 'accepted') }).toEqual({ status: 200, bad: [] });
  }
  const rows = async (columns: string, table: string, by: string) =>
    (await cloud.database.db.query(`SELECT ${columns} FROM ${table} WHERE site = $1 ORDER BY ${by}`, [name])).rows;
  const { rows: all } = await cloud.database.db.query(
    `SELECT to_jsonb(v) - 'site' AS v FROM visits v WHERE site = $1 ORDER BY visit`,
    [name],
  );
  return {
    visits: all.map((r) => r.v),
    vehicles: await rows('vin, plate, model, last_seen_at', 'vehicles', 'vin'),
    signals: await rows('vin, signal, value, at', 'vehicle_signals', 'vin, signal'),
    alerts: await rows('alert, state, since, cleared_at, marked_at, marked_seq', 'alerts', 'alert'),
    orders: await rows('order_id, state, bay', 'orders', 'order_id'),
    bays: await rows('bay, work, marked_at, marked_seq', 'bays', 'bay'),
  };
}

/** Cuts a row of things into pieces. */
function pieces<T>(all: readonly T[], cuts: readonly number[]): T[][] {
  const parts: T[][] = [];
  for (let at = 0, n = 0; at < all.length; n++) {
    const length = 1 + (cuts[n % cuts.length] ?? 0);
    parts.push(all.slice(at, at + length));
    at += length;
  }
  return parts;
}

describe('events of a day', () => {
  test('leave the same tables in whatever order and in whatever batches they arrive', {
    timeout: 240_000,
  }, async () => {
    const Cuts = fc.array(fc.nat(5), { minLength: 1, maxLength: 4 });
    const Order = Day.chain((day) =>
      fc.record({
        day: fc.constant(day),
        order: fc.shuffledSubarray([...day.keys()], { minLength: day.length, maxLength: day.length }),
        cuts: Cuts,
      }),
    );
    await fc.assert(
      fc.asyncProperty(Order, async ({ day, order, cuts }) => {
        const straight = await tablesAfter((gw) => gw.number(...day).map((e) => [e]));
        const shuffled = await tablesAfter((gw) => {
          const events = gw.number(...day);
          return pieces(
            order.map((n) => events[n]!),
            cuts,
          );
        });
        expect(shuffled).toEqual(straight);
      }),
      { numRuns: 25, seed: 20_261_122 },
    );
  });
});

describe('a visit', () => {
  const seen = async (...told: ((gw: WorkshopEvent[]) => WorkshopEvent[])[]) =>
    (
      await tablesAfter((gw) => {
        const events = gw.number(
          occupancy(1_000, 'occupied', 's1'),
          vehicle(2_000, 's1', VIN),
          occupancy(5_000, 'empty', null),
          occupancy(7_000, 'occupied', 's2'),
          occupancy(9_000, 'empty', null),
        );
        return told.map((of) => of(events));
      })
    ).visits.map((v) => [v.visit, v.start_at, v.end_at]);

  test('whose end overtakes its beginning is over', async () => {
    const [first, second] = [
      ['s1', 1_000, 5_000],
      ['s2', 7_000, 9_000],
    ];
    expect(
      await seen(
        ([, , c]) => [c!],
        ([a, b]) => [a!, b!],
      ),
    ).toEqual([first]);
    // The bay is empty by now; what was seen before comes from the backlog.
    expect(
      await seen(
        ([, , , , e]) => [e!],
        ([, , , d]) => [d!],
        ([, , c]) => [c!],
        ([, b]) => [b!],
        ([a]) => [a!],
      ),
    ).toEqual([first, second]);
  });

  test('that another one followed ends where that one began, until the truth arrives', async () => {
    expect(await seen(([a, , , d]) => [d!, a!])).toEqual([
      ['s1', 1_000, 7_000],
      ['s2', 7_000, null],
    ]);
    expect(
      await seen(
        ([a, , , d]) => [d!, a!],
        ([, , c]) => [c!],
      ),
    ).toEqual([
      ['s1', 1_000, 5_000],
      ['s2', 7_000, null],
    ]);
  });
});
