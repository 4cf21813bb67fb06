import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { settleTwins } from '../../../cloud/modules/service/twin.ts';
import type { GatewayNumbers } from '../../../protocols/api/console.ts';
import { event, toCloudEvent } from '../../../protocols/event.ts';
import {
  METRICS_TOKEN,
  startTestCloud,
  type TestCloud,
  type TestGateway,
  type TestPerson,
  VIN,
} from '../../tools/cloud.ts';
import { scan } from '../../tools/facts.ts';

let cloud: TestCloud;
let manager: TestPerson;
beforeAll(async () => {
  cloud = await startTestCloud();
  manager = await cloud.person('numbers@example.com', { role: 'manager' });
});
afterAll(() => cloud.stop());

async function numbers(site: string): Promise<GatewayNumbers> {
  const { body } = await manager.call('GET', `/v1/gateways?site=${site}`);
  return body.items[0].numbers;
}

/** The metrics of one gateway, by name and further labels. */
async function scrape(site: string): Promise<Record<string, number>> {
  const { body } = await cloud.app.inject({
    method: 'GET',
    url: '/metrics',
    headers: { authorization: `Bearer ${METRICS_TOKEN}` },
  });
  const lines = body.split('\n').flatMap((line) => {
    const [, name, labels, value] = /^(liftgate_\w+)\{(.*)\} (\S+)$/.exec(line) ?? [];
    if (!labels?.includes(`site="${site}"`)) return [];
    const more = labels.split(',').filter((l) => !/^(site|gateway)=/.test(l));
    return [[`${name?.replace('liftgate_', '')}${more.length > 0 ? ` ${more.join()}` : ''}`, Number(value)] as const];
  });
  return Object.fromEntries(lines);
}

const gap = (priority: 'telemetry' | 'health', count: number, reason: 'budget' | 'renumbered' = 'budget') =>
  event('liftgate.journal.gap.v1', cloud.now, { priority, fromSeq: 900, toSeq: 899 + count, count, reason });

describe('the numbers of a gateway', () => {
  test('add up in every scrape while batches, repetitions, conflicts and poison come in', async () => {
    const gateways = await Promise.all(['sums-1', 'sums-2'].map((site) => cloud.gateway(site)));
    let under = true;
    const sums = async () => {
      let scrapes = 0;
      for (; under || scrapes < 3; scrapes++) {
        for (const { site } of gateways) {
          const found = await scrape(site);
          const verdicts = ['accepted', 'duplicate', 'conflict', 'rejected'].map(
            (v) => found[`gateway_verdicts verdict="${v}"`] ?? Number.NaN,
          );
          expect(verdicts.reduce((a, b) => a + b)).toBe(found.gateway_received);
        }
      }
    };
    const traffic = async (gw: TestGateway) => {
      for (let n = 0; n < 12; n++) {
        const events = gw.number(scan(n, VIN), scan(n, VIN), scan(n, VIN)).map(toCloudEvent);
        const batch = gw.batch([...events, { ...events[0], data: { nonsense: n } }, 'poison']);
        const other = gw.batch([{ ...events[1], data: { ...(events[1]!.data as object), bay: 'B2' } }]);
        await Promise.all([gw.post(batch), gw.post(batch)]);
        await gw.post(other);
      }
    };
    const looking = sums();
    await Promise.all(gateways.map(traffic));
    under = false;
    await looking;
    const sum = { received: 12 * 11, accepted: 12 * 3, duplicate: 12 * 3, conflict: 12, rejected: 12 * 4 };
    for (const { site } of gateways) expect(await numbers(site)).toMatchObject(sum);
  });

  test('tell what was dropped on site by class and reason, and count what was only renumbered as kept', async () => {
    const gw = await cloud.gateway('lost');
    await gw.send(gap('telemetry', 40), gap('health', 2));
    await gw.send(gap('telemetry', 2), gap('telemetry', 7, 'renumbered'));
    expect((await numbers('lost')).lost).toEqual([
      { class: 'health', reason: 'budget', count: 2, lastAt: cloud.now },
      { class: 'telemetry', reason: 'budget', count: 42, lastAt: cloud.now },
    ]);
    expect(await scrape('lost')).toMatchObject({
      'gateway_dropped class="telemetry",reason="budget"': 42,
      'gateway_dropped class="health",reason="budget"': 2,
    });
  });

  test('have the time from recording to commit, whatever the clocks say, of new events alone', async () => {
    const gw = await cloud.gateway('delay');
    const events = gw.number(scan(1, VIN), scan(2, VIN), scan(3, VIN)).map(toCloudEvent);
    const history = { ...events[0], historical: true };
    const batch = gw.batch([history, events[1], events[2]], {
      waited: [7_200_000, 3_000, 30_000],
      sentAt: new Date(cloud.now + 9e9).toISOString(),
    });
    await gw.post(batch);
    await gw.post(batch);
    const { delayMs } = await numbers('delay');
    expect(delayMs).toBeGreaterThanOrEqual(3_000);
    expect(delayMs).toBeLessThan(25_000);
    expect(await scrape('delay')).toMatchObject({
      'gateway_delivery_seconds_bucket le="2.5"': 0,
      'gateway_delivery_seconds_bucket le="10"': 1,
      'gateway_delivery_seconds_bucket le="60"': 2,
      'gateway_delivery_seconds_bucket le="86400"': 3,
      gateway_delivery_seconds_count: 3,
    });
  });

  test('mark a clock that is off by more than 2 s, and tell what waits on site, growing older while it is silent', async () => {
    const gw = await cloud.gateway('clock');
    const said = (ms: number) => ({ sentAt: new Date(cloud.now + ms).toISOString() });
    await gw.post(gw.batch([], { ...said(1_900), backlog: { queued: 12, oldestMs: 60_000 } }));
    expect(await numbers('clock')).toMatchObject({ skewMs: 1_900, skewed: false, queued: 12, oldestMs: 60_000 });
    await gw.post(gw.batch([], said(-2_100)));
    expect(await numbers('clock')).toMatchObject({ skewMs: -2_100, skewed: true, queued: 12 });
    cloud.now += 30_000;
    expect(await scrape('clock')).toMatchObject({
      gateway_clock_offset_seconds: -2.1,
      gateway_clock_skewed: 1,
      gateway_queued: 12,
      gateway_oldest_seconds: 90,
      gateway_last_seen_seconds: 30,
      gateway_twin: 0,
    });
  });

  test('are for the bearer of the token; without it there are sums and no ids', async () => {
    const gw = await cloud.gateway('discreet');
    await gw.send(scan(1, VIN));
    const open = await cloud.app.inject({ method: 'GET', url: '/metrics' });
    expect(open.body).toMatch(/liftgate_delivery_seconds_count \d/);
    expect(open.body).not.toContain('discreet');
    const headers = { authorization: 'Bearer something-else-altogether' };
    expect((await cloud.app.inject({ method: 'GET', url: '/metrics', headers })).statusCode).toBe(401);
  });

  test('are unknown, not zero, of one that has said nothing', async () => {
    await cloud.gateway('silent');
    expect(await numbers('silent')).toMatchObject({ queued: null, oldestMs: null, delayMs: null, skewMs: null });
    const found = await scrape('silent');
    expect(found.gateway_received).toBe(0);
    expect(Object.keys(found)).not.toContain('gateway_queued');
    expect(Object.keys(found)).not.toContain('gateway_clock_offset_seconds');
  });

  test('count refused events until they are read again', async () => {
    const gw = await cloud.gateway('refused');
    const [e] = gw.number(scan(1, VIN)).map(toCloudEvent);
    await gw.post(gw.batch([{ ...e, type: 'liftgate.unheard.of.v9' }]));
    expect(await numbers('refused')).toMatchObject({ dead: 1, rejected: 1 });
    expect(await scrape('refused')).toMatchObject({ gateway_dead_letters: 1 });
    // The gateway sends it once more, and this time it is understood.
    expect((await gw.post(gw.batch([e]))).body.verdicts).toMatchObject([{ verdict: 'accepted' }]);
    expect(await numbers('refused')).toMatchObject({ dead: 0, rejected: 1, accepted: 1 });
  });
});

describe('two gateways under one identity', () => {
  const run = (n: number) => `run000000000000${n}`;
  const alerts = async (site: string) =>
    (await manager.call('GET', `/v1/alerts?site=${site}`)).body.items.map(
      (a: { kind: string; state: string }) => `${a.kind} ${a.state}`,
    );

  test('are noticed when the one that was taken over speaks again; the alert ends when it is gone', async () => {
    const gw = await cloud.gateway('twin');
    const sync = async (n: number) => (await gw.post(gw.batch([], { instance: run(n) }))).status;
    expect([await sync(1), await sync(2)]).toEqual([200, 200]);
    // Its last request may have been on its way when it ended.
    expect(await sync(1)).toBe(409);
    expect(await numbers('twin')).toMatchObject({ twin: false, twinAt: null });
    cloud.now += 30_000;
    expect([await sync(2), await sync(1)]).toEqual([200, 409]);
    expect(await numbers('twin')).toMatchObject({ twin: true, twinAt: cloud.now });
    expect((await scrape('twin')).gateway_twin).toBe(1);
    expect(await alerts('twin')).toEqual(['gateway-twin raised']);
    // The workshop is told as well.
    const { body } = await gw.post(gw.batch([], { instance: run(2) }));
    expect(body.down.events).toMatchObject([{ type: 'liftgate.alert.v1', data: { kind: 'gateway-twin' } }]);
    cloud.now += 30_000;
    expect([await sync(2), await sync(1)]).toEqual([200, 409]);
    expect(await alerts('twin')).toEqual(['gateway-twin raised']);
    expect(await settleTwins(cloud.database.db, cloud.now)).not.toContain('twin');
    cloud.now += 600_000;
    expect(await settleTwins(cloud.database.db, cloud.now)).toContain('twin');
    expect(await alerts('twin')).toEqual(['gateway-twin cleared']);
    expect(await numbers('twin')).toMatchObject({ twin: false });
  });

  test('are noticed also among three, and after a long silence of the one that took over', async () => {
    const gw = await cloud.gateway('three');
    const sync = async (n: number) => (await gw.post(gw.batch([], { instance: run(n) }))).status;
    expect([await sync(1), await sync(2), await sync(3)]).toEqual([200, 200, 200]);
    cloud.now += 20_000;
    expect([await sync(3), await sync(1), await sync(2)]).toEqual([200, 409, 409]);
    expect(await numbers('three')).toMatchObject({ twin: true });
    const other = await cloud.gateway('three-b');
    const say = async (n: number) => (await other.post(other.batch([], { instance: run(n) }))).status;
    expect([await say(1), await say(2)]).toEqual([200, 200]);
    cloud.now += 121_000;
    expect(await say(1)).toBe(200);
    expect(await numbers('three-b')).toMatchObject({ twin: true });
    expect(await say(2)).toBe(409);
  });

  test('are no twins when a gateway starts anew time and again', async () => {
    const gw = await cloud.gateway('restarts');
    for (let n = 1; n <= 9; n++) {
      cloud.now += 20_000;
      expect((await gw.post(gw.batch([], { instance: run(n) }))).status).toBe(200);
    }
    expect(await numbers('restarts')).toMatchObject({ twin: false, twinAt: null });
  });

  test('are over when the gateway gets a credential of its own', async () => {
    const gw = await cloud.gateway('renewed');
    const sync = async (n: number) => (await gw.post(gw.batch([], { instance: run(n) }))).status;
    await sync(1);
    await sync(2);
    cloud.now += 20_000;
    expect(await sync(1)).toBe(409);
    await manager.call('DELETE', '/v1/gateways/renewed/gw-1');
    await cloud.gateway('renewed');
    expect(await numbers('renewed')).toMatchObject({ twin: false, twinAt: null });
    expect(await settleTwins(cloud.database.db, cloud.now)).toContain('renewed');
  });
});
