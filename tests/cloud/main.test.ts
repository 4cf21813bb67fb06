import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cloud, cloudLogger, startCloud } from '../../cloud/main.ts';
import { CloudConfig } from '../../config/schema.ts';
import { type EventBody, event, toCloudEvent, type WorkshopEvent } from '../../protocols/event.ts';
import { FEED_NAMESPACE, type Heartbeat, type Snapshot } from '../../protocols/feed.ts';
import type { SyncReply } from '../../protocols/sync.ts';
import { layout, occupancy } from '../tools/facts.ts';

let folder: string;
let cloud: Cloud;
let link: string | null;
const config = () => CloudConfig.parse({ http: { port: 0 }, database: { folder } });
const logger = cloudLogger('silent');
let seq = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'liftgate-cloud-'));
  cloud = await startCloud(config(), { logger });
  link = cloud.setUpLink;
});
afterAll(async () => {
  await cloud.stop();
  await rm(folder, { recursive: true, force: true });
});

async function sync(credential: string, site: string, ...bodies: EventBody[]): Promise<SyncReply> {
  const events = bodies.map((b) =>
    toCloudEvent({ ...b, site, gateway: 'gw-1', epoch: 'e1', seq: ++seq } as WorkshopEvent),
  );
  const reply = await fetch(`${cloud.url}/v1/sync`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${credential}` },
    body: JSON.stringify({
      epoch: 'e1',
      sentAt: new Date().toISOString(),
      events,
      ages: { 'cam-1': 10 },
      downCursor: '0',
    }),
  });
  expect(reply.status).toBe(200);
  return (await reply.json()) as SyncReply;
}

const post = (path: string, body: object) =>
  fetch(`${cloud.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** Connects as a screen does. */
function connect(auth: object, cookie?: string): Socket {
  const extraHeaders: Record<string, string> = cookie ? { cookie } : {};
  return io(new URL(FEED_NAMESPACE, cloud.url).href, { transports: ['websocket'], forceNew: true, auth, extraHeaders });
}
async function snapshot(socket: Socket): Promise<Snapshot> {
  const came = new Promise<Snapshot>((resolve, reject) => {
    socket.on('connect_error', reject);
    socket.on('snap', (snap: Snapshot, ack: () => void) => {
      ack();
      resolve(snap);
    });
  });
  socket.on('connect', () => socket.emit('hello', {}));
  return await came;
}

describe('a cloud', () => {
  test('starts with nothing but a folder, and gives a link for the first manager', async () => {
    expect(link).toMatch(new RegExp(`^${cloud.url}/console/#token=`));
    expect((await fetch(`${cloud.url}/readyz`)).status).toBe(200);
    expect((await fetch(`${cloud.url}/healthz`)).status).toBe(200);
    const token = link!.split('token=')[1];
    const person = { token, name: 'Li', email: 'li@example.com', password: 'long enough 1' };
    const made = await post('/v1/setup', person);
    expect(made.status).toBe(200);
    expect(made.headers.get('set-cookie')).toMatch(/^lg_session=\S+; .*HttpOnly; SameSite=Strict/);
  });

  test('describes its API from the schemas', async () => {
    const api = (await (await fetch(`${cloud.url}/docs/json`)).json()) as {
      openapi: string;
      paths: Record<string, object>;
    };
    expect(api.openapi).toMatch(/^3\./);
    expect(api.paths['/v1/orders/{order}']).toMatchObject({ patch: { security: [{ person: [] }], tags: ['orders'] } });
    const page = await fetch(`${cloud.url}/docs`);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain('script-src');
  });

  test('counts what it does, without names', async () => {
    const credential = await cloud.createGateway('counted', 'gw-1');
    await sync(credential, 'counted', layout(1_000));
    const text = await (await fetch(`${cloud.url}/metrics`)).text();
    expect(text).toMatch(/liftgate_sync_events_total\{verdict="accepted"\} [1-9]/);
    expect(text).toContain('liftgate_outbox_waiting 0');
    expect(text).not.toContain('counted');
  });

  test('feeds a screen that its gateway let in, and drops it within seconds once it is revoked', async () => {
    seq = 0;
    const credential = await cloud.createGateway('hall', 'gw-1');
    const token = 'a-screen-token-of-the-hall-000000000000';
    const tokenSha256 = createHash('sha256').update(token).digest('hex');
    const screen = (state: 'paired' | 'revoked', time: number) =>
      event('liftgate.screen.v1', time, {
        screen: 's-1',
        name: 'Hall',
        tokenSha256,
        state,
        expiresAt: Date.now() + 600_000,
      });
    await sync(credential, 'hall', layout(1_000), screen('paired', 1_000), occupancy(2_000, 'occupied', 's-1'));

    for (const auth of [
      {},
      { token: 'wrong', site: 'hall' },
      { token, site: 'counted' },
      { token: credential, site: 'hall' },
    ]) {
      const refused = connect(auth);
      const [e] = (await once(refused as never, 'connect_error')) as [Error];
      expect(e.message).toBe('denied');
      refused.close();
    }
    const socket = connect({ token, site: 'hall' });
    const snap = await snapshot(socket);
    expect(snap.view.bays.B1).toMatchObject({ occupancy: 'occupied' });
    const beat = await new Promise<Heartbeat>((resolve) => socket.once('hb', resolve));
    expect(beat).toMatchObject({ from: 'cloud', stream: snap.stream, cloudReached: null });
    expect(beat.ages['cam-1']).toBeGreaterThanOrEqual(10);

    const delta = new Promise<{ change: { bays?: object } }>((resolve) => {
      socket.once('delta', (d, ack) => {
        ack();
        resolve(d);
      });
    });
    await sync(credential, 'hall', occupancy(3_000, 'empty', null));
    expect((await delta).change.bays).toMatchObject({ B1: { occupancy: 'empty' } });

    const gone = new Promise((resolve) => socket.once('disconnect', resolve));
    await sync(credential, 'hall', screen('revoked', 4_000));
    expect(await gone).toBe('io server disconnect');
    socket.close();
  });

  test('feeds a signed-in person the sites that are theirs', async () => {
    await cloud.createPerson({
      name: 'Tao',
      email: 'tao@example.com',
      password: 'long enough 2',
      role: 'advisor',
      locale: 'en',
      sites: ['hall'],
    });
    const signedIn = await post('/v1/session', { email: 'tao@example.com', password: 'long enough 2' });
    const cookie = signedIn.headers.get('set-cookie')!.split(';')[0]!;
    const own = connect({ site: 'hall' }, cookie);
    expect((await snapshot(own)).view.site).toMatchObject({ name: 'Demo Service' });
    own.close();
    const other = connect({ site: 'counted' }, cookie);
    const [e] = (await once(other as never, 'connect_error')) as [Error];
    expect(e.message).toBe('denied');
    other.close();
  });

  test('finds everything again after a stop and a start, and needs no set-up any more', async () => {
    await cloud.stop();
    cloud = await startCloud(config(), { logger });
    expect(cloud.setUpLink).toBeNull();
    const signedIn = await post('/v1/session', { email: 'li@example.com', password: 'long enough 1' });
    const cookie = signedIn.headers.get('set-cookie')!.split(';')[0]!;
    const socket = connect({ site: 'hall' }, cookie);
    expect((await snapshot(socket)).view.bays.B1).toMatchObject({ occupancy: 'empty' });
    socket.close();
  });

  test('says so when its port is taken, and leaves nothing running', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const second = await mkdtemp(join(tmpdir(), 'liftgate-cloud-'));
    const taken = CloudConfig.parse({ http: { port }, database: { folder: second } });
    await expect(startCloud(taken, { logger })).rejects.toMatchObject({ code: 'conflict', about: 'http.port' });
    other.close();
    await once(other, 'close');
    // Its PostgreSQL was stopped too, so the same folder serves again.
    const again = await startCloud({ ...taken, http: { ...taken.http, port: 0 } }, { logger });
    await again.stop();
    await rm(second, { recursive: true, force: true });
  });
});
