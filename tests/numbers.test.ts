import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { createMetrics } from '../gateway/http/metrics.ts';
import type { Store } from '../gateway/store/store.ts';
import { runUplink, type UplinkStatus } from '../gateway/sync/uplink.ts';
import type { SiteStatus } from '../protocols/api/site.ts';
import { openTally, type Sum, type Tally, tallies, tempFolder } from './gateway/store/fixture.ts';
import { METRICS_TOKEN, startTestCloud, type TestCloud, type TestPerson } from './tools/cloud.ts';

let cloud: TestCloud;
let manager: TestPerson;
let url: string;
const { folder, remove } = tempFolder();
const ends: (() => Promise<void>)[] = [];

beforeAll(async () => {
  cloud = await startTestCloud();
  manager = await cloud.person('both@example.com', { role: 'manager' });
  url = await cloud.app.listen({ host: '127.0.0.1', port: 0 });
}, 60_000);
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
afterAll(async () => {
  await cloud.stop();
  remove();
});

const soon = <T>(check: () => T) => vi.waitFor(check, { timeout: 60_000, interval: 20 });

/** A gateway's store and its uplink, as a machine of its own. */
function machine(name: string, token: string, site: string) {
  const store: Store<Sum, Tally> = openTally(join(folder, name), { clock: () => cloud.now, site });
  let isOpen = true;
  const close = async () => {
    if (isOpen) store.close();
    isOpen = false;
  };
  ends.push(close);
  const statuses: UplinkStatus[] = [];
  const down: string[] = [];
  const duplicates = { count: 0 };
  const metrics = createMetrics(() => ({
    dropped: store.outbox.dropped(),
    depths: store.outbox.depths(),
    heldBack: store.outbox.heldBack(),
    clock: store.boot.status(),
    stalls: { count: 0, longestMs: 0 },
  }));
  return {
    store,
    close,
    statuses,
    down,
    duplicates,
    metrics,
    /** One run of the uplink; ends when told to. */
    run(instance: string): () => Promise<void> {
      const stop = new AbortController();
      const running = runUplink(
        {
          ...{ url, token, instance, outbox: store.outbox, ages: () => ({}), clock: () => cloud.now },
          onDown: async (cursor, events) => {
            down.push(...events.map((e) => e.type));
            await store.journal.acceptDown(cursor, [], () => ({ at: 0, n: 1 }));
          },
          onStatus: (s) => statuses.push(s),
          onTime: () => {},
          onTrouble: () => {},
          onDelivered: (batch) => {
            duplicates.count += batch.duplicates;
          },
          beat: () => {},
          mono: () => performance.now(),
          random: () => 0.5,
          pace: { firstMs: 20, mostMs: 100, lingerMs: 1, heartbeatMs: 200, deniedMs: 100 },
        },
        stop.signal,
      );
      const end = async () => {
        stop.abort();
        await running;
      };
      ends.push(end);
      return end;
    },
  };
}

const isWhole = ({ store }: ReturnType<typeof machine>) => {
  const { produced, acknowledged, queued, dropped } = store.outbox.numbers();
  expect(acknowledged + queued + dropped).toBe(produced);
};

test('two gateways with copies of one store are noticed, and what both recorded arrives once', async () => {
  const { credential } = await cloud.gateway('copied');
  const first = machine('a', credential, 'copied');
  await first.store.journal.append(tallies(1, 100));
  const endFirst = first.run('run0000000000001');
  await soon(() => expect(first.store.outbox.numbers()).toMatchObject({ produced: 10, queued: 0 }));
  first.store.journal.keepState();
  await endFirst();
  await first.close();
  cpSync(join(folder, 'a'), join(folder, 'b'), { recursive: true, filter: (f) => !f.includes('lock') });

  const one = machine('a', credential, 'copied');
  const two = machine('b', credential, 'copied');
  await one.store.journal.append(tallies(101, 150));
  await two.store.journal.append(tallies(201, 250));
  const endOne = one.run('run000000000000a');
  await soon(() => expect(one.store.outbox.numbers()).toMatchObject({ queued: 0 }));
  const endTwo = two.run('run000000000000b');
  await soon(() => {
    isWhole(two);
    expect(two.store.outbox.numbers()).toMatchObject({ queued: 0 });
  });
  // The first of them is refused: it keeps what it has.
  await one.store.journal.append(tallies(151, 180));
  await soon(() => expect(one.statuses.at(-1)?.cloud).toBe('twin'));
  isWhole(one);
  expect(one.store.outbox.numbers().queued).toBe(3);
  await endOne();
  cloud.now += 20_000;
  await two.store.journal.append(tallies(251, 260));
  await soon(() => expect(two.store.outbox.numbers()).toMatchObject({ queued: 0 }));
  const endAgain = one.run('run000000000000a');
  const { body: sites } = await soon(async () => {
    const found = await manager.call('GET', '/v1/gateways?site=copied');
    expect(found.body.items[0].numbers).toMatchObject({ twin: true });
    return found;
  });
  expect(sites.items[0].numbers.twinAt).toBe(cloud.now);
  const { body: alerts } = await manager.call('GET', '/v1/alerts?site=copied&open=true');
  expect(alerts.items).toMatchObject([{ kind: 'gateway-twin', severity: 'severe', detail: { gateway: 'gw-1' } }]);
  await soon(() => expect(two.down).toContain('liftgate.alert.v1'));
  await endAgain();

  // One of them is switched off: the other brings what it has kept.
  await endTwo();
  cloud.now += 121_000;
  one.run('run000000000000a');
  await soon(() => {
    isWhole(one);
    expect(one.store.outbox.numbers()).toMatchObject({ queued: 0 });
  });
  const { rows } = await cloud.database.db.query(
    `SELECT (data ->> 'heightMm')::int AS n, count(*)::int AS times FROM events
      WHERE site = 'copied' AND type = 'liftgate.bay.lift.v1' GROUP BY 1 ORDER BY 1`,
  );
  const made = [...Array(18).keys()].map((i) => (i + 1) * 10).concat([210, 220, 230, 240, 250, 260]);
  expect(rows).toEqual(made.map((n) => ({ n, times: 1 })));
}, 180_000);

test('both sides add up in every scrape while events flow, some refused, and agree at the end', async () => {
  const { credential } = await cloud.gateway('flow');
  const gateway = machine('flow', credential, 'flow');
  const status = (): SiteStatus =>
    ({
      now: cloud.now,
      devices: [],
      outbox: {
        ...gateway.store.outbox.numbers(),
        ...{ dead: gateway.store.outbox.deadCount(), oldestAt: null, cloud: 'reached' },
      },
      store: { bytes: 0, full: false },
    }) as unknown as SiteStatus;
  const numbers = (text: string, name: RegExp) =>
    [...text.matchAll(name)].map((m): [string, number] => [m[1]!, Number(m[2])]);
  let flowing = true;
  let scrapes = 0;
  const looking = (async () => {
    for (; flowing || scrapes < 5; scrapes++) {
      const ours = Object.fromEntries(
        numbers(await gateway.metrics.text(status()), /^liftgate_events\{state="(\w+)"\} (\d+)$/gm),
      );
      expect(ours.acknowledged! + ours.queued! + ours.dropped!).toBe(ours.produced);
      const reply = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
      const text = await reply.text();
      const [received] = numbers(text, /^liftgate_gateway_received\{site="(flow)".*\} (\d+)$/gm);
      const parts = numbers(text, /^liftgate_gateway_verdicts\{site="flow".*verdict="(\w+)"\} (\d+)$/gm);
      expect(parts).toHaveLength(4);
      expect(parts.reduce((sum, [, n]) => sum + n, 0)).toBe(received![1]);
    }
  })();
  gateway.run('run000000000000f');
  for (let n = 0; n < 40; n++) {
    await gateway.store.journal.append(tallies(n * 200 + 1, n * 200 + 200));
    // Refused, since no text of a bay may be empty.
    if (n % 8 === 0) await gateway.store.journal.record([broken(cloud.now)]);
  }
  await soon(() => expect(gateway.store.outbox.numbers().queued).toBe(0));
  flowing = false;
  await looking;
  const { acknowledged, produced } = gateway.store.outbox.numbers();
  expect(gateway.store.outbox.deadCount()).toBe(5);
  const { body } = await manager.call('GET', '/v1/gateways?site=flow');
  const { accepted, rejected, duplicate, dead, queued } = body.items[0].numbers;
  expect({ produced, acknowledged }).toEqual({ produced: 805, acknowledged: 805 });
  expect({ accepted, rejected, duplicate, dead }).toEqual({
    ...{ accepted: 800, rejected: 5, dead: 5 },
    duplicate: gateway.duplicates.count,
  });
  expect(queued).toBeGreaterThanOrEqual(0);
}, 180_000);

const broken = (time: number) =>
  ({ type: 'liftgate.bay.lift.v1', subject: 'bay/', time, data: { bay: '', raised: true, heightMm: 1 } }) as const;
