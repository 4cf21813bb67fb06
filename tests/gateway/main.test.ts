import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { connectAsync } from 'mqtt';
import { pino } from 'pino';
import { io, type Socket } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readGatewayConfig } from '../../config/load.ts';
import type { GatewayConfig } from '../../config/schema.ts';
import { type Gateway, startGateway } from '../../gateway/main.ts';
import type { SiteStatus } from '../../protocols/api/site.ts';
import { FEED_NAMESPACE, type Snapshot } from '../../protocols/feed.ts';
import { tempFolder } from './store/fixture.ts';
import { type MiniCloud, startMiniCloud } from './sync/mini-cloud.ts';

const PASSWORD = 'a long enough one';
const VIN = 'WVWZZZ1JZXW000001';
let folder: string;
let remove: () => void;
let cloud: MiniCloud;
let gateway: Gateway | null;
let logged: string[];

beforeEach(async () => {
  ({ folder, remove } = tempFolder());
  cloud = await startMiniCloud();
  logged = [];
});
afterEach(async () => {
  await gateway?.stop();
  gateway = null;
  await cloud.close();
  remove();
});

function config(more = ''): GatewayConfig {
  const outcome = readGatewayConfig(
    `
site: { id: north, name: North, timezone: Asia/Shanghai }
store: { folder: ${folder} }
http: { port: 0 }
wall: { access: loopback }
cloud: { url: "${cloud.url}", token: a-credential-of-this-gateway }
mqtt: { mode: embedded, host: 127.0.0.1, port: 0 }
bays: [{ id: B1 }, { id: B2 }]
devices:
  - { kind: sensor, id: lift-1, bay: B1, signals: [lift.height], password: lift-password }
  - { kind: scanner, id: scan-1, port: "tcp://127.0.0.1:1" }
${more}`,
    `${folder}/site.yaml`,
  );
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.mistakes));
  return outcome.config;
}
const log = pino({ redact: ['token'] }, { write: (line: string) => void logged.push(line) });
const soon = <T>(check: () => T) => vi.waitFor(check, { timeout: 20_000, interval: 20 });
const start = async (c = config()) => {
  gateway = await startGateway(c, { log });
  return gateway;
};

async function signIn({ url, setUpLink }: Gateway): Promise<(path: string, body?: object) => Promise<Response>> {
  const token = setUpLink?.split('#token=')[1];
  const [path, body] = token ? ['setup', { token, password: PASSWORD }] : ['session', { password: PASSWORD }];
  const headers = { 'content-type': 'application/json' };
  const reply = await fetch(`${url}/site/api/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(reply.status).toBe(200);
  const cookie = reply.headers.getSetCookie()[0]!.split(';')[0]!;
  return (p, b) =>
    fetch(
      `${url}/site/api/${p}`,
      b ? { method: 'POST', headers: { ...headers, cookie }, body: JSON.stringify(b) } : { headers: { cookie } },
    );
}

function screen(url: string): { socket: Socket; snap: Promise<Snapshot> } {
  const socket = io(`${url}${FEED_NAMESPACE}`, { transports: ['websocket'], forceNew: true });
  const snap = new Promise<Snapshot>((resolve) => {
    socket.on('connect', () => socket.emit('hello', {}));
    socket.on('snap', (s: Snapshot, ack: () => void) => {
      ack();
      resolve(s);
    });
  });
  return { socket, snap };
}

test('from a sensor to the disk, the cloud and the wall, and the same after a restart', async () => {
  const first = await start();
  await soon(() => expect(first.mqttPort()).not.toBeNull());
  const sensor = await connectAsync(`mqtt://127.0.0.1:${first.mqttPort()}`, {
    username: 'lift-1',
    password: 'lift-password',
    clientId: 'lift-1',
  });
  await sensor.publishAsync('liftgate/lift-1/lift.height', '120', { qos: 1 });
  await sensor.endAsync();

  const ask = await signIn(first);
  const scan = await (await ask('scan', { text: `VIN:${VIN}`, bay: 'B1' })).json();
  expect(scan).toMatchObject({ kind: 'vin', text: VIN });
  expect(scan.story).toContainEqual(expect.objectContaining({ type: 'liftgate.scan.v1' }));
  const known = scan.story.length as number;

  const status = (await (await ask('status')).json()) as SiteStatus;
  expect(status.devices.map((d) => d.device)).toEqual(['scan-1', 'mqtt', 'lift-1']);
  expect(status.devices.find((d) => d.device === 'lift-1')).toMatchObject({ readings: expect.any(Number), bay: 'B1' });
  expect(status.outbox.produced).toBeGreaterThan(0);
  await soon(async () => {
    const { outbox } = (await (await ask('status')).json()) as SiteStatus;
    expect(outbox).toMatchObject({ queued: 0, cloud: 'reached', lastError: null });
    expect(outbox.produced).toBe(outbox.acknowledged);
  });
  // What is new goes before what is older.
  expect(cloud.stored.toSorted((a, b) => a - b)).toEqual(cloud.stored.map((_, i) => i + 1));

  const wall = screen(first.url);
  const { view } = await wall.snap;
  expect(view.site?.name).toBe('North');
  expect(view.order).toEqual(['B1', 'B2']);
  expect(view.bays.B1!.sources).toEqual(['lift-1']);
  expect(view.bays.B1!.vehicle?.vinTail).toBe('0001');
  wall.socket.close();

  await first.stop();
  gateway = null;
  const second = await start();
  expect(second.setUpLink).toBeNull();
  const wall2 = screen(second.url);
  const again = (await wall2.snap).view;
  wall2.socket.close();
  expect(again.bays.B1!.vehicle).toEqual(view.bays.B1!.vehicle);
  expect(again.bays.B1!.stay).toBe(view.bays.B1!.stay);
  expect(again.order).toEqual(view.order);
  const story = await (await (await signIn(second))('scan', { text: VIN })).json();
  expect(story.story.length).toBeGreaterThan(known);
});

test('the layout is told once, and again when it has changed', async () => {
  const { cloud: _cloud, mqtt: _mqtt, ...rest } = config();
  const runWith = async (...bays: string[]) => {
    const g = await startGateway({ ...rest, devices: [], bays: bays.map((id) => ({ id, sort: 'lift' })) }, { log });
    await g.stop();
    const db = new Database(join(folder, 'gateway.db'), { readonly: true });
    const told = db.prepare("SELECT data FROM event WHERE type = 'liftgate.site.layout.v1' ORDER BY seq").pluck().all();
    db.close();
    return told.map((t) => (JSON.parse(String(t)) as { bays: { bay: string }[] }).bays.map((b) => b.bay).join());
  };
  expect(await runWith('B1', 'B2')).toEqual(['B1,B2']);
  expect(await runWith('B1', 'B2')).toEqual(['B1,B2']);
  expect(await runWith('B1', 'B2', 'B3')).toEqual(['B1,B2', 'B1,B2,B3']);
});

describe('what stands in the way of a start is told in words', () => {
  test('a port that is taken; and the store is given free again', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const c = config();
    await expect(startGateway({ ...c, http: { ...c.http, port } }, { log })).rejects.toMatchObject({
      code: 'conflict',
      about: 'http.port',
      message: expect.stringContaining(`port ${port} on 127.0.0.1 is taken`),
    });
    await new Promise((resolve) => other.close(resolve));
    await start(c);
  });

  test('an address that this machine does not have', async () => {
    const c = config();
    await expect(startGateway({ ...c, http: { host: '203.0.113.9', port: 0 } }, { log })).rejects.toMatchObject({
      code: 'config',
      about: 'http.host',
    });
  });

  test('a store that another gateway has', async () => {
    const c = config();
    await start(c);
    await expect(startGateway(c, { log })).rejects.toMatchObject({ code: 'conflict', about: 'store.folder' });
  });
});

test('a stranger at the broker is refused and shown to the people of the site', async () => {
  const g = await start();
  await soon(() => expect(g.mqttPort()).not.toBeNull());
  const options = { username: 'nobody', password: 'guess', clientId: 'nobody', reconnectPeriod: 0 };
  await expect(connectAsync(`mqtt://127.0.0.1:${g.mqttPort()}`, options, false)).rejects.toThrow();
  const status = (await (await (await signIn(g))('status')).json()) as SiteStatus;
  expect(status.strangers).toMatchObject([{ name: 'nobody', via: 'mqtt', count: 1 }]);
});

test('a gateway without a cloud keeps everything on site', async () => {
  const { cloud: _none, ...alone } = config();
  const g = await start(alone);
  const status = (await (await (await signIn(g))('status')).json()) as SiteStatus;
  expect(status.outbox.cloud).toBe('none');
  expect(status.outbox.queued).toBeGreaterThan(0);
  expect((await (await fetch(`${g.url}/healthz`)).json()) as unknown).toMatchObject({ alive: true, illness: null });
  const start1 = await (await fetch(`${g.url}/wall/api/start`)).json();
  expect(start1).toMatchObject({ access: 'loopback', feeds: [{ from: 'gateway', url: g.url }] });
});

describe('who may watch the board', () => {
  const knock = (url: string, more: object = {}) =>
    new Promise<'in' | 'refused'>((resolve) => {
      const socket = io(`${url}${FEED_NAMESPACE}`, { transports: ['websocket'], reconnection: false, ...more });
      const end = (how: 'in' | 'refused') => {
        resolve(how);
        socket.disconnect();
      };
      socket.once('snap', () => end('in'));
      socket.once('connect_error', () => end('refused'));
      socket.once('disconnect', () => end('refused'));
      socket.on('connect', () => socket.emit('hello', {}));
    });

  test('where screens are paired, nobody without a token, nor with a made-up one', async () => {
    const paired = config();
    const g = await start({ ...paired, wall: { access: 'paired' } });
    expect(await knock(g.url)).toBe('refused');
    expect(await knock(g.url, { auth: { token: 'a'.repeat(43) } })).toBe('refused');
  });

  test('a screen on this very machine, where that is allowed; but no page under a stranger’s name that points here', async () => {
    const g = await start();
    expect(await knock(g.url)).toBe('in');
    const { host, port } = new URL(g.url);
    const strange = { extraHeaders: { host: `evil.example:${port}`, origin: `http://evil.example:${port}` } };
    expect(host).not.toContain('evil');
    expect(await knock(g.url, strange)).toBe('refused');
  });
});

test('no secret stands in the log', async () => {
  cloud.moods.push((_req, res) => void res.writeHead(401).end());
  const g = await start();
  await signIn(g);
  await soon(() => expect(logged.join('')).toContain('refuses the credential'));
  const text = logged.join('');
  for (const secret of ['a-credential-of-this-gateway', 'lift-password', PASSWORD]) expect(text).not.toContain(secret);
});
