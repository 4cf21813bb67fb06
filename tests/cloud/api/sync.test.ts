import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forgetOldReadings } from '../../../cloud/store/forget.ts';
import { event, toCloudEvent } from '../../../protocols/event.ts';
import { startTestCloud, type TestCloud, VIN } from '../../tools/cloud.ts';
import { alert, layout, readings, scan } from '../../tools/facts.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud.stop());

const count = async (table: string, site: string) =>
  (await cloud.database.db.query(`SELECT count(*)::int AS n FROM ${table} WHERE site = $1`, [site])).rows[0].n;
const words = (reply: { verdicts: readonly { seq: string; verdict: string }[] }) =>
  reply.verdicts.map((v) => `${v.seq} ${v.verdict}`);

describe('a batch', () => {
  test('is stored once, however often it is sent, and also when it is sent twice at once', async () => {
    const gw = await cloud.gateway('twice');
    const batch = gw.batch(gw.number(layout(1_000), scan(2_000, VIN), alert(3_000, 'a', 'raised')).map(toCloudEvent));
    const replies = await Promise.all([gw.post(batch), gw.post(batch), gw.post(batch)]);
    expect(replies.map((r) => r.status)).toEqual([200, 200, 200]);
    expect(replies.map((r) => r.body.contiguousSeq)).toEqual(['3', '3', '3']);
    const verdicts = replies.flatMap((r) => r.body.verdicts.map((v) => v.verdict)).sort();
    expect(verdicts).toEqual([...Array(3).fill('accepted'), ...Array(6).fill('duplicate')]);
    expect(await count('events', 'twice')).toBe(3);
    expect(await count('alerts', 'twice')).toBe(1);
    // The reply was lost: the gateway sends the same again, with more.
    const more = gw.batch([...batch.events, ...gw.number(scan(4_000, VIN)).map(toCloudEvent)]);
    const { body } = await gw.post(more);
    expect(words(body)).toEqual(['1 duplicate', '2 duplicate', '3 duplicate', '4 accepted']);
    expect(body.contiguousSeq).toBe('4');
  });

  test('repeats an event whose keys come in another order', async () => {
    const gw = await cloud.gateway('order');
    const [e] = gw.number(alert(1_000, 'a', 'raised', { detail: { minutes: 1, code: 'x' } })).map(toCloudEvent);
    await gw.post(gw.batch([e]));
    const turned = { ...e, data: { ...(e!.data as object), detail: { code: 'x', minutes: 1 } } };
    expect(words((await gw.post(gw.batch([turned]))).body)).toEqual(['1 duplicate']);
  });

  test('puts another event under a used key into quarantine, and keeps the first', async () => {
    const gw = await cloud.gateway('clash');
    const [e] = gw.number(scan(1_000, VIN)).map(toCloudEvent);
    await gw.post(gw.batch([e]));
    const other = { ...e, data: { ...(e!.data as object), bay: 'B2' } };
    for (let n = 0; n < 2; n++) expect(words((await gw.post(gw.batch([other]))).body)).toEqual(['1 conflict']);
    const { rows } = await cloud.database.db.query(`SELECT data ->> 'bay' AS bay FROM events WHERE site = 'clash'`);
    expect(rows).toEqual([{ bay: 'B1' }]);
    expect(await count('dead_letters', 'clash')).toBe(1);
  });

  test('with poison in it loses only the poison, and the cursor moves on', async () => {
    const gw = await cloud.gateway('poison');
    const good = gw.number(scan(1_000, VIN), scan(2_000, VIN), scan(3_000, VIN)).map(toCloudEvent);
    const bad = (n: number, change: object) => ({ ...good[0], id: `e1-${n}`, ...change });
    const batch = gw.batch([
      good[0],
      bad(4, { type: 'liftgate.unheard.of.v9' }),
      bad(5, { data: { nonsense: true } }),
      good[1],
      bad(6, { source: '/sites/poison/gateways/someone-else' }),
      bad(7, { time: 'yesterday' }),
      bad(8, { data: { device: 'scanner-1', kind: 'unknown', text: 'a\0b', bay: null, checkDigit: 'absent' } }),
      bad(9, { data: { device: 'scanner-1', kind: 'unknown', text: 'a\ud800', bay: null, checkDigit: 'absent' } }),
      'not even an object',
      { id: 'another-1' },
      good[2],
    ]);
    for (let n = 0; n < 2; n++) {
      const { status, body } = await gw.post(batch);
      expect(status).toBe(200);
      const ok = n === 0 ? 'accepted' : 'duplicate';
      expect(words(body)).toEqual([
        `1 ${ok}`,
        '4 rejected',
        '5 rejected',
        `2 ${ok}`,
        '6 rejected',
        '7 rejected',
        '8 rejected',
        '9 rejected',
        '0 rejected',
        '0 rejected',
        `3 ${ok}`,
      ]);
      expect(body.contiguousSeq).toBe('9');
      expect(body.verdicts[1]?.reason).toContain('liftgate.unheard.of.v9');
    }
    expect(await count('events', 'poison')).toBe(3);
    expect(await count('dead_letters', 'poison')).toBe(8);
  });

  test('that arrives out of order leaves a hole in the cursor until the hole is filled or told to be a gap', async () => {
    const gw = await cloud.gateway('holes');
    const e = gw.number(...[1, 2, 3, 4, 5, 6].map((n) => scan(n * 1_000, VIN))).map(toCloudEvent);
    expect((await gw.post(gw.batch([e[4], e[5]]))).body.contiguousSeq).toBe('0');
    expect((await gw.post(gw.batch([e[0]]))).body.contiguousSeq).toBe('1');
    expect((await gw.post(gw.batch([e[1]]))).body.contiguousSeq).toBe('2');
    const gap = event('liftgate.journal.gap.v1', 9_000, {
      priority: 'scan',
      fromSeq: 3,
      toSeq: 4,
      count: 2,
      reason: 'budget',
    });
    expect((await gw.send(gap)).contiguousSeq).toBe('7');
    const person = await cloud.person('holes@example.com', { sites: ['holes'] });
    const { body } = await person.call('GET', '/v1/sites');
    expect(body.items[0].gateways).toMatchObject([{ gateway: 'gw-1', lastSyncAt: cloud.now, behind: 0 }]);
  });

  test('of a new epoch starts a cursor of its own', async () => {
    const gw = await cloud.gateway('epochs');
    await gw.send(scan(1_000, VIN), scan(2_000, VIN));
    gw.epoch = 'e2';
    gw.seq = 0;
    expect((await gw.send(scan(3_000, VIN))).contiguousSeq).toBe('1');
    expect(await count('events', 'epochs')).toBe(3);
  });

  test('that is empty is a sign of life and keeps the ages', async () => {
    const gw = await cloud.gateway('life');
    const { body } = await gw.post(gw.batch([], { ages: { 'cam-1': 1_234.5, 'cam-2': null } }));
    expect(body).toMatchObject({ contiguousSeq: '0', verdicts: [], down: { cursor: '0', events: [], more: false } });
    const { rows } = await cloud.database.db.query(`SELECT ages, last_sync_at FROM gateways WHERE site = 'life'`);
    expect(rows).toEqual([{ ages: { 'cam-1': 1_234.5, 'cam-2': null }, last_sync_at: cloud.now }]);
  });

  test('is checked as a whole: a wrong shape is 400 and names the field', async () => {
    const gw = await cloud.gateway('shape');
    const { status, body } = await gw.post({ ...gw.batch([]), epoch: 'no spaces here' });
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: { code: 'invalid', about: 'epoch' } });
    expect((await gw.post(gw.batch(Array(1_001).fill({})))).status).toBe(400);
  });

  test('that is too large is 413, after gzip or after inflating', async () => {
    const gw = await cloud.gateway('large');
    const bomb = gw.batch(['x'.repeat(9_000_000)]);
    expect((await gw.post(bomb)).status).toBe(413);
    const noise = Array.from({ length: 400_000 }, (_, n) => (n * 2_654_435_761) % 4_294_967_296).join();
    expect(gzipSync(noise).length).toBeGreaterThan(1_048_576);
    expect((await gw.post(gw.batch([noise]))).status).toBe(413);
  });

  test('with a key that would change what an object is made of is refused as a whole', async () => {
    const gw = await cloud.gateway('proto');
    const payload = `{"__proto__":{"waitMs":1},${JSON.stringify(gw.batch([])).slice(1)}`;
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${gw.credential}` };
    const reply = await cloud.app.inject({ method: 'POST', url: '/v1/sync', payload, headers });
    expect(reply.statusCode).toBe(400);
    expect(reply.json().error.message).toContain('__proto__');
  });

  test('that is no gzip is 400', async () => {
    const gw = await cloud.gateway('garbage');
    const reply = await cloud.app.inject({
      method: 'POST',
      url: '/v1/sync',
      payload: Buffer.from('{"this": "is not gzip"}'),
      headers: {
        'content-type': 'application/json',
        'content-encoding': 'gzip',
        authorization: `Bearer ${gw.credential}`,
      },
    });
    expect(reply.statusCode).toBe(400);
  });
});

describe('what each side has', () => {
  test('is told in ranges where it is asked for', async () => {
    const gw = await cloud.gateway('ranges');
    const e = gw.number(...[1, 2, 3, 4, 5, 6].map((n) => scan(n * 1_000, VIN))).map(toCloudEvent);
    await gw.post(gw.batch([e[0], e[1], e[4]]));
    const { body } = await gw.post(gw.batch([], { wantReceived: true }));
    expect(body.received).toEqual([
      [1, 2],
      [5, 5],
    ]);
    expect((await gw.post(gw.batch([]))).body.received).toBeUndefined();
  });

  test('a gap may name holes, and numbers of an older epoch', async () => {
    const gw = await cloud.gateway('gaps');
    await gw.send(scan(1_000, VIN));
    gw.epoch = 'e2';
    gw.seq = 0;
    const about = { priority: 'telemetry', reason: 'corrupt', epoch: 'e1' } as const;
    const ranges: [number, number][] = [
      [2, 3],
      [5, 6],
    ];
    await gw.send(event('liftgate.journal.gap.v1', 9_000, { ...about, fromSeq: 2, toSeq: 6, count: 4, ranges }));
    gw.epoch = 'e1';
    const { body } = await gw.post(gw.batch([], { wantReceived: true }));
    expect(body).toMatchObject({
      contiguousSeq: '3',
      received: [
        [1, 3],
        [5, 6],
      ],
    });
  });

  test('facts go down again from the start when the place that is asked for is not there yet: a restored database', async () => {
    const gw = await cloud.gateway('older');
    await gw.send(layout(1_000));
    const advisor = await cloud.person('older@example.com', { sites: ['older'] });
    await advisor.call('POST', '/v1/orders', { site: 'older', plate: '沪A12345' });
    const { body } = await gw.post(gw.batch([], { downCursor: '9999' }));
    expect(body.down.events).toHaveLength(1);
    expect(Number(body.down.cursor)).toBeLessThan(9_999);
  });
});

describe('an empty batch that may wait', () => {
  test('is answered as soon as there is a fact for the workshop', async () => {
    const gw = await cloud.gateway('hold');
    await gw.send(layout(1_000));
    const advisor = await cloud.person('hold@example.com', { sites: ['hold'] });
    const held = gw.post(gw.batch([], { waitMs: 25_000 }));
    const before = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await advisor.call('POST', '/v1/orders', { site: 'hold', plate: '沪A12345' });
    expect((await held).body.down.events).toMatchObject([{ type: 'liftgate.order.v1' }]);
    expect(performance.now() - before).toBeLessThan(15_000);
  });

  test('is answered with nothing after its time, and the next one is not held by a batch with events', async () => {
    const gw = await cloud.gateway('hold2');
    const before = performance.now();
    const { body } = await gw.post(gw.batch([], { waitMs: 400 }));
    expect(performance.now() - before).toBeGreaterThanOrEqual(395);
    expect(body.down.events).toEqual([]);
    await gw.post(gw.batch(gw.number(scan(1_000, VIN)).map(toCloudEvent), { waitMs: 25_000 }));
    expect(performance.now() - before).toBeLessThan(20_000);
  });

  test('may not wait for ever', async () => {
    const gw = await cloud.gateway('hold3');
    expect((await gw.post(gw.batch([], { waitMs: 25_001 }))).status).toBe(400);
  });
});

describe('a wrong clock', () => {
  const stored = async (site: string) =>
    (await cloud.database.db.query('SELECT time, said_time, clock FROM events WHERE site = $1 ORDER BY seq', [site]))
      .rows;

  test('that the gateway knows of is corrected as it says, and a repetition without the correction is a repetition', async () => {
    const gw = await cloud.gateway('clock1');
    const [e] = gw.number(scan(1_000_000, VIN)).map(toCloudEvent);
    const corrected = { ...e, correctedtime: '2026-03-01T00:00:00.000Z', clockquality: 'corrected', historical: true };
    expect(words((await gw.post(gw.batch([corrected]))).body)).toEqual(['1 accepted']);
    expect(words((await gw.post(gw.batch([e]))).body)).toEqual(['1 duplicate']);
    const time = Date.parse('2026-03-01T00:00:00Z');
    expect(await stored('clock1')).toEqual([{ time, said_time: 1_000_000, clock: 'corrected' }]);
  });

  test('that it does not know of is corrected by its offset, and marked, from 2 s on', async () => {
    const gw = await cloud.gateway('clock2');
    const hour = 3_600_000;
    const [a, b, c] = gw.number(scan(cloud.now + hour, VIN), scan(cloud.now, VIN), scan(7_000, VIN)).map(toCloudEvent);
    await gw.post(gw.batch([a], { sentAt: new Date(cloud.now + hour).toISOString() }));
    await gw.post(gw.batch([b], { sentAt: new Date(cloud.now + 1_900).toISOString() }));
    await gw.post(gw.batch([{ ...c, clockquality: 'good' }], { sentAt: new Date(cloud.now - hour).toISOString() }));
    expect(await stored('clock2')).toEqual([
      { time: cloud.now, said_time: cloud.now + hour, clock: 'skewed' },
      { time: cloud.now, said_time: null, clock: null },
      { time: 7_000, said_time: null, clock: 'good' },
    ]);
  });
});

describe('two gateways under one identity', () => {
  test('are told so: the one that started last goes on, the other may again when that one is silent', async () => {
    const gw = await cloud.gateway('twins');
    const [first, second] = ['run0000000000001', 'run0000000000002'];
    const sync = async (instance: string) => gw.post(gw.batch([], { instance }));
    expect((await sync(first)).status).toBe(200);
    expect((await sync(first)).status).toBe(200);
    expect((await sync(second)).status).toBe(200);
    const refused = (await sync(first)) as unknown as { status: number; body: { error: { message: string } } };
    expect(refused.status).toBe(409);
    expect(refused.body.error.message).toContain('two gateways run under the identity');
    expect((await sync(second)).status).toBe(200);
    cloud.now += 121_000;
    expect((await sync(first)).status).toBe(200);
    cloud.now -= 121_000;
  });
});

describe('dead letters', () => {
  test('are listed with what came, for managers of the site, and may be read again', async () => {
    const gw = await cloud.gateway('dead');
    const [e] = gw.number(scan(1_000, VIN)).map(toCloudEvent);
    await gw.post(gw.batch([{ ...e, type: 'liftgate.unheard.of.v9' }]));
    const manager = await cloud.person('dead@example.com', { role: 'manager', sites: ['dead'] });
    const other = await cloud.person('dead2@example.com', { role: 'manager', sites: [] });
    const { body } = await manager.call('GET', '/v1/dead-letters');
    expect(body.items).toMatchObject([{ site: 'dead', seq: 1, verdict: 'rejected', replayedAt: null }]);
    const { id } = body.items[0];
    expect(JSON.parse(body.items[0].body).type).toBe('liftgate.unheard.of.v9');
    expect((await other.call('GET', '/v1/dead-letters')).body.items).toEqual([]);
    expect((await other.call('POST', `/v1/dead-letters/${id}/replay`)).status).toBe(404);
    const again = await manager.call('POST', `/v1/dead-letters/${id}/replay`);
    expect(again.body).toMatchObject({ verdict: 'rejected' });
    // A version that understands it has come.
    const bytes = Buffer.from(JSON.stringify(e));
    await cloud.database.db.query('UPDATE dead_letters SET body = $2 WHERE id = $1', [id, bytes]);
    expect((await manager.call('POST', `/v1/dead-letters/${id}/replay`)).body).toEqual({
      verdict: 'accepted',
      reason: null,
    });
    expect(await count('events', 'dead')).toBe(1);
    expect((await manager.call('GET', '/v1/dead-letters')).body.items[0].replayedAt).toBe(cloud.now);
  });
});

test('old live values are forgotten, everything else stays', async () => {
  const gw = await cloud.gateway('forget');
  await gw.send(readings(1_000, VIN, { 'obd.rpm': 700 }), scan(2_000, VIN), readings(3_000, VIN, { 'obd.rpm': 800 }));
  cloud.now += 1_000;
  await gw.send(readings(4_000, VIN, { 'obd.rpm': 900 }));
  const forever = new AbortController().signal;
  expect(await forgetOldReadings(cloud.database.db, cloud.now, forever)).toBe(2);
  expect(await forgetOldReadings(cloud.database.db, cloud.now, forever)).toBe(0);
  const { rows } = await cloud.database.db.query(`SELECT seq FROM events WHERE site = 'forget' ORDER BY seq`);
  expect(rows).toEqual([{ seq: 2 }, { seq: 4 }]);
  cloud.now -= 1_000;
});

describe('a gateway', () => {
  test('is known by its credential alone; a revoked one is out at once and may be let in anew', async () => {
    const gw = await cloud.gateway('cred');
    const manager = await cloud.person('cred@example.com', { role: 'manager' });
    expect((await gw.post(gw.batch([]), { authorization: 'Bearer lg_gw_wrong-wrong-wrong' })).status).toBe(401);
    expect((await manager.call('POST', '/v1/gateways', { site: 'cred', gateway: 'gw-1' })).status).toBe(409);
    expect((await manager.call('DELETE', '/v1/gateways/cred/gw-1')).status).toBe(204);
    expect((await gw.post(gw.batch([]))).status).toBe(401);
    const { status, body } = await manager.call('POST', '/v1/gateways', { site: 'cred', gateway: 'gw-1' });
    expect(status).toBe(201);
    expect((await gw.post(gw.batch([]), { authorization: `Bearer ${body.credential}` })).status).toBe(200);
    const { rows } = await cloud.database.db.query(`SELECT * FROM gateways WHERE site = 'cred'`);
    expect(JSON.stringify(rows)).not.toContain(body.credential.slice(6));
  });

  test('cannot take the name that the cloud writes under', async () => {
    const manager = await cloud.person('name@example.com', { role: 'manager' });
    expect((await manager.call('POST', '/v1/gateways', { site: 'any', gateway: 'cloud' })).status).toBe(400);
  });
});
