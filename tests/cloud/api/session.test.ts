import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeSetUpToken } from '../../../cloud/modules/access/session.ts';
import { event } from '../../../protocols/event.ts';
import { MONDAY_10, PASSWORD, startTestCloud, type TestCloud } from '../../tools/cloud.ts';
import { layout } from '../../tools/facts.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud.stop());

const setUp = (token: string, email: string) =>
  cloud.app.inject({ method: 'POST', url: '/v1/setup', payload: { token, name: 'Li', email, password: PASSWORD } });

describe('the first start', () => {
  test('gives a link that makes the first manager once, and nobody a password by default', async () => {
    const { db } = cloud.database;
    const old = (await makeSetUpToken(db, cloud.now - 25 * 3_600_000))!;
    expect((await setUp(old, 'late@example.com')).statusCode).toBe(401);
    const token = (await makeSetUpToken(db, cloud.now))!;
    const short = await cloud.app.inject({
      method: 'POST',
      url: '/v1/setup',
      payload: { token, name: 'Li', email: 'li@example.com', password: 'short' },
    });
    expect(short.statusCode).toBe(400);
    expect(short.json().error.message).toContain('at least 10 characters');

    const both = await Promise.all([setUp(token, 'li@example.com'), setUp(token, 'intruder@example.com')]);
    expect(both.map((r) => r.statusCode).sort()).toEqual([200, 401]);
    expect((await setUp(token, 'third@example.com')).statusCode).toBe(401);
    expect(await makeSetUpToken(db, cloud.now)).toBeNull();
    const { rows } = await db.query('SELECT role, sites, password_hash FROM people');
    expect(rows).toEqual([
      { role: 'manager', sites: null, password_hash: expect.stringMatching(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/) },
    ]);
  });
});

describe('signing in', () => {
  test('works with the right password, gives a cookie that scripts cannot read, and ends with signing out', async () => {
    const person = await cloud.person('Wang@Example.com');
    expect((await person.call('GET', '/v1/session')).body).toMatchObject({
      email: 'Wang@Example.com',
      role: 'advisor',
    });
    const again = await cloud.app.inject({
      method: 'POST',
      url: '/v1/session',
      payload: { email: 'wang@example.com', password: PASSWORD },
    });
    expect(again.cookies[0]).toMatchObject({ name: 'lg_session', httpOnly: true, sameSite: 'Strict', path: '/' });
    expect((await person.call('DELETE', '/v1/session')).status).toBe(204);
    expect((await person.call('GET', '/v1/session')).status).toBe(401);
  });

  test('fails alike for a wrong password and an unknown address', async () => {
    const answers = [];
    for (const email of ['wang@example.com', 'nobody@example.com']) {
      const payload = { email, password: 'not the password' };
      answers.push(await cloud.app.inject({ method: 'POST', url: '/v1/session', payload, remoteAddress: '10.0.0.1' }));
    }
    expect(answers.map((a) => a.statusCode)).toEqual([401, 401]);
    expect(answers[0]!.json()).toEqual(answers[1]!.json());
  });

  test('ends after a working day', async () => {
    const person = await cloud.person('day@example.com');
    cloud.now += 12 * 3_600_000 + 1;
    expect((await person.call('GET', '/v1/session')).status).toBe(401);
    cloud.now = MONDAY_10;
  });

  test('cannot be tried without end', async () => {
    const payload = { email: 'day@example.com', password: 'guess' };
    const codes = [];
    for (let n = 0; n < 12; n++) {
      const reply = await cloud.app.inject({ method: 'POST', url: '/v1/session', payload, remoteAddress: '10.0.0.2' });
      codes.push(reply.statusCode);
      if (n === 11) expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    }
    expect(codes.slice(-2)).toEqual([429, 429]);
  });

  test('leaves nothing in the database that opens a door', async () => {
    const person = await cloud.person('dump@example.com');
    for (const table of ['people', 'sessions', 'set_up_links', 'gateways', 'screens']) {
      const { rows } = await cloud.database.db.query(`SELECT row_to_json(t)::text AS row FROM ${table} t`);
      for (const { row } of rows) {
        expect(row).not.toContain(person.cookie);
        expect(row).not.toContain(PASSWORD);
        expect(row).not.toContain(Buffer.from(person.cookie).toString('hex'));
      }
    }
  });
});

describe('a screen', () => {
  test('that its gateway let in opens the start of its own wall, until it is revoked or too old', async () => {
    const gw = await cloud.gateway('walls');
    await cloud.gateway('elsewhere');
    const token = 'token-of-a-paired-screen-0123456789';
    const paired = (time: number, state: 'paired' | 'revoked') =>
      event('liftgate.screen.v1', time, {
        screen: 's-1',
        name: 'Hall',
        tokenSha256: createHash('sha256').update(token).digest('hex'),
        state,
        expiresAt: MONDAY_10 + 3_600_000,
      });
    const start = (url = '/wall/api/start') =>
      cloud.app.inject({ method: 'GET', url, headers: { authorization: `Bearer ${token}`, host: 'cloud.example' } });
    expect((await start()).statusCode).toBe(401);
    await gw.send(layout(1_000), paired(2_000, 'paired'));
    expect((await start()).json()).toEqual({
      from: 'cloud',
      locale: 'zh-CN',
      feeds: [{ from: 'cloud', url: 'http://cloud.example' }],
      site: 'walls',
      access: 'paired',
    });
    expect((await start('/wall/api/start?site=elsewhere')).statusCode).toBe(404);
    cloud.now += 3_600_001;
    expect((await start()).statusCode).toBe(401);
    cloud.now = MONDAY_10;
    await gw.send(paired(3_000, 'revoked'));
    expect((await start()).statusCode).toBe(401);
    // An older word that arrives late does not let it in again.
    await gw.send(paired(2_500, 'paired'));
    expect((await start()).statusCode).toBe(401);
  });
});
