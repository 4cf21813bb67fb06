import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildGatewayApp } from '../../../gateway/http/app.ts';
import type { CameraDesk } from '../../../gateway/http/camera.ts';
import type { FlagDesk } from '../../../gateway/http/flags.ts';
import type { LedgerDesk } from '../../../gateway/http/ledger.ts';
import { createMetrics } from '../../../gateway/http/metrics.ts';
import type { Store } from '../../../gateway/store/store.ts';
import { SiteDeadLetter, type SiteScanReply, type SiteStatus } from '../../../protocols/api/site.ts';
import { LiftgateError } from '../../../protocols/error.ts';
import { NOON, openTally, type Sum, type Tally, tallies, tempFolder } from '../store/fixture.ts';

const PASSWORD = 'a long enough one';
const SETUP = 'the-one-time-token-of-this-start';
const LAN = '192.168.1.30';

let store: Store<Sum, Tally>;
let app: FastifyInstance;
let folder: string;
let remove: () => void;
let now: number;
let illness: string | null;
let unready: string | null;

const status = (): SiteStatus => ({
  site: { id: 'north', name: 'North', timezone: 'UTC', locale: 'en' },
  now,
  startedAt: NOON,
  bays: [],
  devices: [
    {
      device: 'cam-1',
      name: 'cam-1',
      kind: 'camera',
      bay: 'B1',
      state: 'online',
      since: NOON,
      reason: null,
      detail: null,
      ageMs: 12,
      silenceMs: 30_000,
      life: 1,
      readings: 7,
      last: [],
    },
  ],
  strangers: [],
  outbox: {
    ...store.outbox.numbers(),
    ...{ droppedBy: [], dead: 0 },
    oldestAt: null,
    cloud: 'none',
    lastReplyAt: null,
    lastError: null,
  },
  clock: { quality: 'unknown', offsetMs: null },
  store: { epoch: store.epoch, bytes: 1, budgetBytes: 2, commitP95Ms: null, full: false },
});
const scanned: SiteScanReply = {
  kind: 'bay',
  text: 'B1',
  checkDigit: 'absent',
  maker: null,
  modelYear: null,
  story: [],
};

const no = () => {
  throw new LiftgateError('not-found', 'there is no camera');
};
const noCameras: CameraDesk = {
  list: () => ({ limits: { most: 20, fewest: 2, emptyBelow: 0.2, occupiedAbove: 0.8 }, items: [] }),
  picture: async () => no(),
  ...{ confidence: no, draw: no, label: no, unlabel: no, use: no },
};

const noFlags: FlagDesk = { list: () => [], data: no, act: async () => no() };
const noLedger: LedgerDesk = { day: no, all: no, range: no, correct: async () => no(), withdraw: async () => no() };

beforeEach(async () => {
  ({ folder, remove } = tempFolder());
  now = NOON;
  illness = null;
  unready = null;
  store = openTally(folder, { clock: () => now });
  app = await buildGatewayApp({
    people: store.people,
    isSetUpToken: (t) => t === SETUP,
    status,
    scan: async (text) => {
      if (text === 'full') throw new LiftgateError('full', 'the store has no room left');
      return scanned;
    },
    screens: store.screens,
    dead: {
      list: () => store.outbox.deadLetters(100).map(({ seq: _, ...letter }) => letter),
      replay: (id) => store.outbox.replayDead(id),
    },
    cameras: noCameras,
    ledger: noLedger,
    flags: noFlags,
    wall: { site: 'north', locale: 'zh-CN', access: 'loopback', cloudUrl: 'https://cloud.example.com' },
    metrics: createMetrics(() => ({
      dropped: store.outbox.dropped(),
      depths: store.outbox.depths(),
      heldBack: 0,
      stalls: { count: 2, longestMs: 1_500 },
      clock: { quality: 'good', offsetMs: 40 },
    })),
    illness: () => illness,
    stalls: () => ({ count: 2, longestMs: 1_500.4, lastAt: now }),
    unready: () => unready,
    clock: () => now,
  });
});
afterEach(async () => {
  await app.close();
  store.close();
  remove();
});

const ask = (method: InjectOptions['method'], url: string, body?: object, more: InjectOptions = {}) =>
  app.inject({ method: method!, url, remoteAddress: LAN, ...(body ? { payload: body } : {}), ...more });
async function signedIn(): Promise<{ cookies: Record<string, string> }> {
  const reply = await ask('POST', '/site/api/setup', { token: SETUP, password: PASSWORD });
  return { cookies: { lg_site: reply.cookies.find((c) => c.name === 'lg_site')!.value } };
}

describe('the first start', () => {
  test('the one-time link sets the password, signs in, and then is over', async () => {
    expect((await ask('GET', '/site/api/session')).json()).toEqual({ signedIn: false, needsSetUp: true });
    const reply = await ask('POST', '/site/api/setup', { token: SETUP, password: PASSWORD });
    expect(reply.statusCode).toBe(200);
    const [cookie] = reply.cookies;
    expect(cookie).toMatchObject({ name: 'lg_site', httpOnly: true, sameSite: 'Strict', path: '/', maxAge: 43_200 });
    const again = await ask('POST', '/site/api/setup', { token: SETUP, password: 'another long one' });
    expect(again.statusCode).toBe(401);
    expect(again.json().error.code).toBe('denied');
  });

  test('a wrong token and a short password are refused', async () => {
    const wrong = await ask('POST', '/site/api/setup', { token: 'x'.repeat(32), password: PASSWORD });
    expect(wrong.statusCode).toBe(401);
    const short = await ask('POST', '/site/api/setup', { token: SETUP, password: 'short' });
    expect(short.statusCode).toBe(400);
    expect(short.json().error).toMatchObject({ code: 'invalid', about: 'password' });
    expect(store.people.hasPassword()).toBe(false);
  });
});

describe('a session', () => {
  test('opens by the password, ends by signing out, and is over after 12 hours', async () => {
    await signedIn();
    expect((await ask('POST', '/site/api/session', { password: 'wrong' })).statusCode).toBe(401);
    const reply = await ask('POST', '/site/api/session', { password: PASSWORD });
    const cookies = { lg_site: reply.cookies[0]!.value };
    expect((await ask('GET', '/site/api/status', undefined, { cookies })).statusCode).toBe(200);
    now += 12 * 3_600_000;
    expect((await ask('GET', '/site/api/status', undefined, { cookies })).statusCode).toBe(401);
    now = NOON;
    await ask('DELETE', '/site/api/session', undefined, { cookies });
    expect((await ask('GET', '/site/api/status', undefined, { cookies })).statusCode).toBe(401);
  });

  test('is needed for everything behind the sign-in', async () => {
    for (const [method, url] of [
      ['GET', '/site/api/status'],
      ['POST', '/site/api/scan'],
      ['GET', '/site/api/screens'],
      ['POST', '/site/api/screens'],
      ['DELETE', '/site/api/screens/x'],
      ['GET', '/site/api/flags'],
      ['GET', '/site/api/flags/LSVAG2180E2100001/battery'],
      ['POST', '/site/api/flags/LSVAG2180E2100001/battery'],
      ['GET', '/site/api/cameras'],
      ['GET', '/site/api/cameras/x/picture'],
      ['GET', '/site/api/cameras/x/bays/y/confidence?frame=z'],
      ['PUT', '/site/api/cameras/x/bays/y/outline'],
      ['POST', '/site/api/cameras/x/bays/y/labels'],
      ['DELETE', '/site/api/cameras/x/bays/y/labels/1'],
      ['POST', '/site/api/cameras/x/bays/y/model'],
    ] as const)
      expect((await ask(method, url)).statusCode, `${method} ${url}`).toBe(401);
  });

  test('guessing is slowed down', async () => {
    await signedIn();
    const codes: number[] = [];
    for (let n = 0; n < 12; n++)
      codes.push((await ask('POST', '/site/api/session', { password: `guess ${n}` })).statusCode);
    expect(codes).toEqual([...Array<number>(10).fill(401), 429, 429]);
  });

  test('neither the password nor a token is kept, only their hashes', async () => {
    const { cookies } = await signedIn();
    const db = new Database(join(folder, 'gateway.db'), { readonly: true });
    const kept = JSON.stringify([
      db.prepare('SELECT * FROM password').all(),
      db.prepare('SELECT * FROM session').all(),
    ]);
    db.close();
    expect(kept).toContain('$argon2id$');
    expect(kept).not.toContain(PASSWORD);
    expect(kept).not.toContain(cookies.lg_site);
  });
});

describe('who may ask', () => {
  test.each(['8.8.8.8', '2001:4860::1'])('nobody from the Internet (%s)', async (remoteAddress) => {
    expect((await ask('GET', '/wall/api/start', undefined, { remoteAddress })).statusCode).toBe(401);
  });
  test.each(['127.0.0.1', '10.1.2.3', '::1', '::ffff:192.168.1.9', 'fe80::1'])(
    'the LAN (%s)',
    async (remoteAddress) => {
      expect((await ask('GET', '/wall/api/start', undefined, { remoteAddress })).statusCode).toBe(200);
    },
  );
  test('a page of another origin changes nothing', async () => {
    const headers = { origin: 'http://evil.example', host: 'gw.local:8480' };
    expect((await ask('POST', '/wall/api/pairing', {}, { headers })).statusCode).toBe(401);
    const own = { origin: 'http://gw.local:8480', host: 'gw.local:8480' };
    expect((await ask('POST', '/wall/api/pairing', {}, { headers: own })).statusCode).toBe(200);
  });
  test('a form of plain text is not read', async () => {
    const headers = { 'content-type': 'text/plain' };
    const reply = await app.inject({
      method: 'POST',
      url: '/wall/api/pairing',
      remoteAddress: LAN,
      headers,
      payload: '{}',
    });
    expect(reply.statusCode).toBe(415);
  });
});

describe('a wall', () => {
  test('learns where its feeds are, and that this machine needs no code', async () => {
    const headers = { host: 'gw.local:8480' };
    const far = await ask('GET', '/wall/api/start', undefined, { headers });
    expect(far.json()).toEqual({
      from: 'gateway',
      locale: 'zh-CN',
      site: 'north',
      access: 'paired',
      feeds: [
        { from: 'gateway', url: 'http://gw.local:8480' },
        { from: 'cloud', url: 'https://cloud.example.com' },
      ],
    });
    const here = async (host: string) => {
      const near = { headers: { host }, remoteAddress: '127.0.0.1' };
      return (await ask('GET', '/wall/api/start', undefined, near)).json().access;
    };
    for (const host of ['127.0.0.1:8480', 'localhost:8480', '[::1]:8480'])
      expect(await here(host), host).toBe('loopback');
    // DNS rebinding: the page of a stranger, in the browser of this machine, under a name that now points here.
    expect(await here('evil.example:8480')).toBe('paired');
  });

  test('is let in by its code, gets its token once, is told to the cloud, and can be put out again', async () => {
    const me = await signedIn();
    const { code, secret, expiresAt } = (await ask('POST', '/wall/api/pairing', {})).json();
    expect(code).toMatch(/^\d{6}$/);
    expect(expiresAt).toBe(NOON + 600_000);
    const claim = () => ask('POST', '/wall/api/pairing/claim', { secret });
    expect((await claim()).json()).toEqual({ token: null });

    const let1 = await ask('POST', '/site/api/screens', { code, name: 'Hall' }, me);
    expect(let1.statusCode).toBe(201);
    const [item] = let1.json().items;
    expect(item).toMatchObject({ name: 'Hall', pairedAt: NOON, lastSeenAt: null });
    expect(JSON.stringify(item)).not.toMatch(/sha256/i);

    const { token } = (await claim()).json();
    expect(store.screens.isLetIn(token)).toBe(true);
    expect((await claim()).statusCode).toBe(404);
    const events = [...store.eventsAfter(0)];
    expect(events).toMatchObject([{ type: 'liftgate.screen.v1', data: { name: 'Hall', state: 'paired' } }]);
    expect(JSON.stringify(events)).not.toContain(token);

    expect((await ask('DELETE', `/site/api/screens/${item.screen}`, undefined, me)).json()).toEqual({ items: [] });
    expect(store.screens.isLetIn(token)).toBe(false);
    expect([...store.eventsAfter(1)]).toMatchObject([{ data: { state: 'revoked' } }]);
  });

  test('a code that no screen shows, or that is past its time, is refused', async () => {
    const me = await signedIn();
    const { code } = (await ask('POST', '/wall/api/pairing', {})).json();
    const other = code === '000000' ? '000001' : '000000';
    expect((await ask('POST', '/site/api/screens', { code: other, name: 'x' }, me)).statusCode).toBe(404);
    now += 600_001;
    expect((await ask('POST', '/site/api/screens', { code, name: 'x' }, me)).statusCode).toBe(404);
  });
});

test('a label is scanned by hand; a store without room says so', async () => {
  const me = await signedIn();
  expect((await ask('POST', '/site/api/scan', { text: 'BAY:B1' }, me)).json()).toEqual(scanned);
  const full = await ask('POST', '/site/api/scan', { text: 'full' }, me);
  expect(full.statusCode).toBe(507);
  expect(full.json().error.code).toBe('full');
  expect((await ask('POST', '/site/api/scan', { text: '' }, me)).statusCode).toBe(400);
});

test('health tells dead from alive', async () => {
  expect((await ask('GET', '/healthz')).statusCode).toBe(200);
  illness = 'nothing was committed for 20 s';
  const reply = await ask('GET', '/healthz');
  expect(reply.statusCode).toBe(503);
  expect(reply.json()).toEqual({ alive: false, illness, stalls: { count: 2, longestMs: 1_500, lastAt: now } });
});

test('readiness tells whether it takes what devices say', async () => {
  expect((await ask('GET', '/readyz')).json()).toEqual({ ready: true, why: null });
  unready = 'the store has no room';
  const reply = await ask('GET', '/readyz');
  expect(reply.statusCode).toBe(503);
  expect(reply.json()).toEqual({ ready: false, why: unready });
});

test('the numbers of the outbox add up in every scrape', async () => {
  await store.journal.append(tallies(1, 100));
  const verdicts = ['1', '2', '3', '4'].map((seq) => ({ seq, verdict: 'accepted', reason: null }) as const);
  await store.outbox.settle(store.epoch, { contiguousSeq: '4', verdicts });
  const text = (await ask('GET', '/metrics')).body;
  const of = (state: string) => Number(new RegExp(`liftgate_events\\{state="${state}"\\} (\\d+)`).exec(text)?.[1]);
  expect([of('produced'), of('acknowledged'), of('queued'), of('dropped')]).toEqual([10, 4, 6, 0]);
  const lanes = [...text.matchAll(/^liftgate_outbox_depth\{lane="[a-z-]+"\} (\d+)/gm)].map((m) => Number(m[1]));
  expect(lanes.reduce((a, b) => a + b, 0)).toBe(6);
  expect(text).toContain('liftgate_clock_offset_seconds 0.04');
  expect(text).toContain('liftgate_device_readings{device="cam-1",kind="camera",state="online"} 7');
});

test('what is not there is told as JSON', async () => {
  const reply = await ask('GET', '/site/api/nothing');
  expect(reply.statusCode).toBe(404);
  expect(reply.json().error.code).toBe('not-found');
});

describe('what the cloud refused', () => {
  const refuse = (...seqs: number[]) =>
    store.outbox.settle(store.epoch, {
      contiguousSeq: '0',
      verdicts: seqs.map((seq) => ({ seq: String(seq), verdict: 'rejected', reason: 'its type is not known' })),
    });

  test('is shown with the reason to whoever is signed in, and goes up again when they say so', async () => {
    await store.journal.append(tallies(1, 100));
    await refuse(3, 7);
    expect((await ask('GET', '/site/api/dead-letters')).statusCode).toBe(401);
    expect((await ask('POST', '/site/api/dead-letters/replay', {})).statusCode).toBe(401);
    const me = await signedIn();
    const { items } = (await ask('GET', '/site/api/dead-letters', undefined, me)).json();
    expect(items.map((i: unknown) => SiteDeadLetter.parse(i).id)).toEqual([`${store.epoch}-7`, `${store.epoch}-3`]);
    expect(items[0]).toMatchObject({
      verdict: 'rejected',
      reason: 'its type is not known',
      event: { subject: 'bay/B1' },
    });
    const one = await ask('POST', '/site/api/dead-letters/replay', { id: `${store.epoch}-3` }, me);
    expect(one.json()).toEqual({ queued: 1 });
    expect((await ask('POST', '/site/api/dead-letters/replay', { id: `${store.epoch}-3` }, me)).statusCode).toBe(404);
    expect((await ask('POST', '/site/api/dead-letters/replay', {}, me)).json()).toEqual({ queued: 1 });
    expect((await ask('GET', '/site/api/dead-letters', undefined, me)).json()).toEqual({ items: [] });
  });
});
