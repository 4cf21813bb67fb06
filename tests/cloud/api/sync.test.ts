import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { event, toCloudEvent } from '../../../protocols/event.ts';
import { startTestCloud, type TestCloud, VIN } from '../../tools/cloud.ts';
import { alert, layout, scan } from '../../tools/facts.ts';

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
    expect(body.items[0].gateways).toEqual([{ gateway: 'gw-1', lastSyncAt: cloud.now, behind: 0 }]);
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
