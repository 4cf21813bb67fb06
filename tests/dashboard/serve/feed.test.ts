import { io, type Socket } from 'socket.io-client';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { apply, type BoardView } from '../../../protocols/board.ts';
import { type Delta, FEED_NAMESPACE, type Heartbeat, type Snapshot } from '../../../protocols/feed.ts';
import { busyBoard, FakeSource, type FakeWall, type FakeWallOptions, fakeWall } from '../../tools/fake-board.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function serve(options: FakeWallOptions): Promise<FakeWall> {
  const wall = await fakeWall(options);
  open.push(wall);
  return wall;
}

type Got = { event: 'snap'; body: Snapshot } | { event: 'delta'; body: Delta };

/** A screen that speaks the contract by hand: it keeps what came, and acknowledges only if told to. */
class Screen {
  readonly got: Got[] = [];
  readonly beats: Heartbeat[] = [];
  readonly acks: (() => void)[] = [];
  acknowledge = true;
  refusal: string | null = null;
  readonly socket: Socket;

  constructor(url: string, auth: object = {}, headers: Record<string, string> = {}) {
    this.socket = io(url + FEED_NAMESPACE, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      auth,
      extraHeaders: headers,
    });
    const take = (event: 'snap' | 'delta') => (body: unknown, ack: () => void) => {
      this.got.push({ event, body } as unknown as Got);
      if (this.acknowledge) ack();
      else this.acks.push(ack);
    };
    this.socket.on('snap', take('snap'));
    this.socket.on('delta', take('delta'));
    this.socket.on('hb', (beat: Heartbeat) => this.beats.push(beat));
    this.socket.on('connect_error', (error) => {
      this.refusal = error.message;
    });
    open.push(this.socket);
  }

  async hello(hello: object = {}): Promise<this> {
    await until(() => this.socket.connected);
    this.socket.emit('hello', hello);
    return this;
  }
  /** The view after all that came. */
  get view(): BoardView | null {
    let view: BoardView | null = null;
    let rev = -1;
    for (const { event, body } of this.got) {
      if (event === 'snap') view = body.view;
      else if (view && body.prev === rev) view = apply(view, body.change);
      else if (!view) continue;
      else throw new Error(`delta from ${body.prev}, at ${rev}`);
      rev = body.rev;
    }
    return view;
  }
}

const until = (check: () => boolean) => vi.waitFor(() => expect(check()).toBe(true), { timeout: 10_000, interval: 10 });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('what a screen gets', () => {
  test('a snapshot after hello, then deltas that lead to the same view', async () => {
    const source = new FakeSource(busyBoard());
    const { url } = await serve({ source });
    const screen = await new Screen(url).hello();
    await until(() => screen.got.length === 1);
    expect(screen.got[0]!.event).toBe('snap');
    source.setBay('3', { occupancy: 'entering' });
    await until(() => screen.got.length === 2);
    source.setBay('3', { occupancy: 'occupied', raised: true });
    await until(() => screen.got.length === 3);
    expect(screen.got.slice(1).map((got) => got.event)).toEqual(['delta', 'delta']);
    expect(screen.view).toEqual(source.view);
  });

  test('nothing before hello but heartbeats with ages, once a second', async () => {
    const source = new FakeSource(busyBoard());
    source.ages = { 'lift-1': 1_234, 'lift-2': null };
    const { url } = await serve({ source });
    const screen = new Screen(url);
    await until(() => screen.beats.length >= 3);
    expect(screen.got).toEqual([]);
    expect(screen.beats[0]).toMatchObject({ stream: 'gateway-1', rev: 1, from: 'gateway', ages: source.ages });
  });

  test('many revisions in a moment travel together', async () => {
    const source = new FakeSource(busyBoard());
    const { url } = await serve({ source });
    const screen = await new Screen(url).hello();
    await until(() => screen.got.length === 1);
    for (let i = 0; i < 200; i++) source.setBay('1', { since: i });
    await until(() => screen.view?.bays['1']?.since === 199);
    expect(screen.got.length).toBeLessThan(10);
  });

  test('the same text for every screen, readable by any Socket.IO client', async () => {
    const source = new FakeSource(busyBoard());
    const { url } = await serve({ source });
    const serialised = vi.spyOn(JSON, 'stringify');
    const screens = await Promise.all(Array.from({ length: 8 }, () => new Screen(url).hello()));
    await until(() => screens.every((screen) => screen.got.length === 1));
    const snapshots = serialised.mock.calls.filter(([value]) => (value as { view?: unknown } | null)?.view);
    serialised.mockRestore();
    expect(snapshots).toHaveLength(1);
    for (const screen of screens) expect(screen.view).toEqual(source.view);
  });
});

describe('a slow screen', () => {
  test('has one frame in flight, and gets all it missed in the next', async () => {
    const source = new FakeSource(busyBoard());
    const { url } = await serve({ source });
    const screen = new Screen(url);
    screen.acknowledge = false;
    await screen.hello();
    await until(() => screen.got.length === 1);
    for (let i = 0; i < 20; i++) {
      source.setBay(String((i % 8) + 1), { since: i });
      await pause(20);
    }
    expect(screen.got).toHaveLength(1);
    screen.acknowledge = true;
    screen.acks[0]!();
    await until(() => screen.got.at(-1)!.body.rev === 21);
    expect(screen.got[1]).toMatchObject({ event: 'delta', body: { prev: 1 } });
    expect(screen.got.length).toBeLessThanOrEqual(3);
    expect(screen.view).toEqual(source.view);
  });

  test('that never acknowledges is closed, and no other one is held up by it', async () => {
    const source = new FakeSource(busyBoard());
    const { url, feed } = await serve({ source });
    const deaf = new Screen(url);
    deaf.acknowledge = false;
    await deaf.hello();
    const well = await new Screen(url).hello();
    await until(() => feed.clients() === 2 && deaf.got.length === 1);
    source.setBay('1', { since: 7 });
    await until(() => well.view?.bays['1']?.since === 7);
    await until(() => deaf.socket.disconnected);
    expect(well.socket.connected).toBe(true);
    expect(feed.clients()).toBe(1);
  });
});

describe('a screen that comes back', () => {
  test('gets only what it missed, if its revision is still known', async () => {
    const source = new FakeSource(busyBoard());
    const { url } = await serve({ source });
    const before = await new Screen(url).hello();
    await until(() => before.got.length === 1);
    before.socket.disconnect();
    source.setBay('5', { raised: true });
    const after = await new Screen(url).hello({ stream: 'gateway-1', rev: 1 });
    await until(() => after.got.length === 1);
    expect(after.got[0]).toMatchObject({ event: 'delta', body: { prev: 1, rev: 2 } });
    expect(Object.keys((after.got[0]!.body as Delta).change)).toEqual(['bays']);
  });

  test('is answered with data even if nothing is new: data alone ends a lost link', async () => {
    const { url } = await serve({ source: new FakeSource(busyBoard()) });
    const screen = await new Screen(url).hello({ stream: 'gateway-1', rev: 1 });
    await until(() => screen.got.length === 1);
    expect(screen.got[0]).toMatchObject({ event: 'delta', body: { prev: 1, rev: 1, change: {} } });
  });

  test.each([
    ['knows another stream', { stream: 'gateway-0', rev: 1 }],
    ['knows a revision that never was', { stream: 'gateway-1', rev: 900 }],
    ['talks nonsense', { stream: 7, rev: 'x' }],
  ])('gets a snapshot if it %s', async (_, hello) => {
    const { url } = await serve({ source: new FakeSource(busyBoard()) });
    const screen = await new Screen(url).hello(hello);
    await until(() => screen.got.length === 1);
    expect(screen.got[0]!.event).toBe('snap');
  });

  test('is moved to a new stream by a snapshot, unasked', async () => {
    let source = new FakeSource(busyBoard());
    const { url } = await serve({ sources: () => source });
    const screen = await new Screen(url).hello();
    await until(() => screen.got.length === 1);
    source = new FakeSource({ ...busyBoard(), queue: {} }, 'gateway', 'gateway-2');
    await until(() => screen.got.length === 2);
    expect(screen.got[1]).toMatchObject({ event: 'snap', body: { stream: 'gateway-2' } });
    source.setBay('1', { since: 3 });
    await until(() => screen.view?.bays['1']?.since === 3);
  });
});

describe('who may come in', () => {
  test('a wrong token is refused before anything is said', async () => {
    const { url, feed } = await serve({
      source: new FakeSource(busyBoard()),
      authorize: ({ token, site }) => token === 'good' && site === 'jingan',
    });
    const wrong = new Screen(url, { token: 'bad', site: 'jingan' });
    const none = new Screen(url);
    const good = await new Screen(url, { token: 'good', site: 'jingan' }).hello();
    await until(() => wrong.refusal !== null && none.refusal !== null && good.got.length === 1);
    expect([wrong.refusal, none.refusal]).toEqual(['denied', 'denied']);
    expect([...wrong.beats, ...wrong.got, ...none.beats]).toEqual([]);
    expect(feed.clients()).toBe(1);
  });

  test('a site without a board, and a check that fails, are refusals and nothing worse', async () => {
    const { url } = await serve({
      sources: () => null,
      authorize: ({ token }) => {
        if (token === 'boom') throw new Error('the store is away');
        return true;
      },
    });
    const [stray, boom] = [new Screen(url, { site: 'nowhere' }), new Screen(url, { token: 'boom' })];
    await until(() => stray.refusal !== null && boom.refusal !== null);
    expect([stray.refusal, boom.refusal]).toEqual(['not-found', 'internal']);
  });

  test('a revoked screen is out at once, and refused when it returns', async () => {
    const good = new Set(['a', 'b']);
    const { url, feed } = await serve({
      source: new FakeSource(busyBoard()),
      authorize: ({ token }) => good.has(token ?? ''),
    });
    const [a, b] = await Promise.all([
      new Screen(url, { token: 'a' }).hello(),
      new Screen(url, { token: 'b' }).hello(),
    ]);
    await until(() => a.got.length === 1 && b.got.length === 1);
    good.delete('a');
    expect(feed.disconnect(({ token }) => token === 'a')).toBe(1);
    await until(() => a.socket.disconnected);
    expect(b.socket.connected).toBe(true);
    const again = new Screen(url, { token: 'a' });
    await until(() => again.refusal === 'denied');
  });

  test('a page of another origin may not use the cookies of this one', async () => {
    const { url } = await serve({ source: new FakeSource(busyBoard()), origins: ['http://friend.example'] });
    const foreign = new Screen(url, {}, { origin: 'http://evil.example' });
    const friend = new Screen(url, {}, { origin: 'http://friend.example' });
    const own = new Screen(url, {}, { origin: url });
    await until(() => foreign.refusal !== null && friend.socket.connected && own.socket.connected);
    expect(foreign.socket.connected).toBe(false);
  });

  test('the handshake tells the address of the line, the name we were called by, the cookie, and no text of absurd length', async () => {
    const seen: unknown[] = [];
    const { url } = await serve({
      source: new FakeSource(busyBoard()),
      authorize: (handshake) => seen.push(handshake) > 0,
    });
    const headers = { cookie: 'lg_session=1', 'x-forwarded-for': '10.0.0.1' };
    const screen = new Screen(url, { token: 'x'.repeat(300), site: 5 }, headers);
    await until(() => screen.socket.connected);
    expect(seen).toEqual([
      { token: null, site: null, cookie: 'lg_session=1', address: '127.0.0.1', host: '127.0.0.1' },
    ]);
  });
});

test('closing the feed lets all screens go, takes no new ones and leaves the server', async () => {
  const source = new FakeSource(busyBoard());
  const { url, feed } = await serve({ source });
  const screen = await new Screen(url).hello();
  await until(() => screen.got.length === 1);
  await feed.close();
  await until(() => screen.socket.disconnected);
  expect(source.watchers).toBe(0);
  const late = new Screen(url);
  await until(() => late.refusal !== null);
  expect((await fetch(`${url}/wall/api/start`)).status).toBe(200);
});
