import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { BoardLink, type LinkOptions } from '../../../dashboard/ui/link.ts';
import { FEED_NAMESPACE, type Hello } from '../../../protocols/feed.ts';
import { type Cable, cableTo } from '../../tools/cable.ts';
import { busyBoard, FakeSource, type FakeWallOptions, fakeWall, freePort } from '../../tools/fake-board.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function serve(options: FakeWallOptions): Promise<Cable> {
  const wall = await fakeWall(options);
  const cable = await cableTo(() => wall.url);
  open.push(wall, cable);
  return cable;
}

function connect(feeds: LinkOptions['feeds'], options: Partial<LinkOptions> = {}): BoardLink {
  const link = new BoardLink({ feeds, token: null, site: 'jingan', ...options }).start();
  open.push({ close: () => link.stop() });
  return link;
}

const gateway = (url: string) => ({ from: 'gateway', url }) as const;
const cloud = (url: string) => ({ from: 'cloud', url }) as const;
const until = (check: () => boolean) => vi.waitFor(() => expect(check()).toBe(true), { timeout: 20_000, interval: 20 });

describe('the truth about the link', () => {
  test('is live with the first data, and follows each change', async () => {
    const source = new FakeSource(busyBoard());
    const { url } = await serve({ source });
    const link = connect([gateway(url)]);
    expect(link.board.link).toBe('connecting');
    await until(() => link.board.link === 'live');
    expect(link.board.view).toEqual(source.view);
    const untouched = link.board.view.bays['2'];
    source.setBay('1', { since: 5 });
    await until(() => link.board.view.bays['1']?.since === 5);
    expect(link.board.view.bays['2']).toBe(untouched);
    expect(link.board).toMatchObject({ from: 'gateway', refused: false });
  });

  test('is lost after three seconds of silence though no socket closed, and keeps the last view', async () => {
    const source = new FakeSource(busyBoard());
    const cable = await serve({ source });
    const link = connect([gateway(cable.url)]);
    await until(() => link.board.link === 'live');
    const [cutAt, view] = [performance.now(), link.board.view];
    cable.cut = true;
    await until(() => link.board.link === 'lost');
    expect(performance.now() - cutAt).toBeGreaterThan(1_900);
    expect(link.board.view).toBe(view);
    expect(link.board.asOf).toBeGreaterThan(0);
  });

  test('comes back with data that was missed, not with the connection', async () => {
    const source = new FakeSource(busyBoard());
    const cable = await serve({ source });
    const link = connect([gateway(cable.url)]);
    await until(() => link.board.link === 'live');
    cable.cut = true;
    await until(() => link.board.link === 'lost');
    source.setBay('1', { since: 9 });
    const seen: (number | null | undefined)[] = [];
    link.subscribe(() => link.board.link === 'live' && seen.push(link.board.view.bays['1']?.since));
    cable.cut = false;
    await until(() => link.board.link === 'live');
    expect(seen[0]).toBe(9);
  });

  test('a frame that went missing is asked for again', async () => {
    const view = busyBoard();
    const server = createServer();
    const feed = new Server(server, { transports: ['websocket'] });
    open.push(feed);
    const hellos: Hello[] = [];
    feed.of(FEED_NAMESPACE).on('connection', (socket) => {
      const beat = setInterval(
        () => socket.emit('hb', { stream: 's', rev: 2, from: 'gateway', now: 1, ages: {} }),
        200,
      );
      socket.on('disconnect', () => clearInterval(beat));
      socket.on('hello', (hello: Hello) => {
        hellos.push(hello);
        if (hellos.length === 1) socket.emit('snap', { stream: 's', rev: 1, view }, () => {});
        else socket.emit('delta', { stream: 's', prev: 1, rev: 2, change: { queue: { 'W-118': null } } }, () => {});
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const link = connect([gateway(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)]);
    // The heartbeat knows of a revision 2 that never came.
    await until(() => hellos.length === 2);
    expect(hellos[1]).toEqual({ stream: 's', rev: 1 });
    await until(() => !('W-118' in link.board.view.queue));
  });

  test('a refusal is told, and ends when the server lets the screen in', async () => {
    let token = 'other';
    const { url } = await serve({ source: new FakeSource(busyBoard()), authorize: (shown) => shown.token === token });
    const link = connect([gateway(url)], { token: 'mine' });
    await until(() => link.board.refused);
    expect(link.board.view.order).toEqual([]);
    token = 'mine';
    await until(() => link.board.link === 'live');
    expect(link.board.refused).toBe(false);
  });
});

describe('two feeds', () => {
  test('the cloud takes over within five seconds of the gateway falling silent', async () => {
    const near = await serve({ source: new FakeSource(busyBoard('near')) });
    const far = await serve({ source: new FakeSource(busyBoard('far'), 'cloud') });
    const link = connect([gateway(near.url), cloud(far.url)]);
    await until(() => link.board.link === 'live');
    expect(link.board.view.site?.name).toBe('near');
    const cutAt = performance.now();
    near.cut = true;
    await until(() => link.board.from === 'cloud' && link.board.link === 'live');
    expect(performance.now() - cutAt).toBeLessThan(5_000);
    expect(link.board.view.site?.name).toBe('far');
  });

  test('the gateway takes over again only after it was stable, and without a gap', async () => {
    const near = await serve({ source: new FakeSource(busyBoard('near')) });
    const far = await serve({ source: new FakeSource(busyBoard('far'), 'cloud') });
    const link = connect([gateway(near.url), cloud(far.url)], { stableMs: 4_000 });
    await until(() => link.board.link === 'live');
    near.cut = true;
    await until(() => link.board.from === 'cloud' && link.board.link === 'live');
    const states = new Set<string>();
    link.subscribe(() => states.add(link.board.link));
    near.cut = false;
    const backAt = performance.now();
    await until(() => link.board.view.site?.name === 'near');
    expect(performance.now() - backAt).toBeGreaterThan(3_500);
    expect([...states]).toEqual(['live']);
  });

  test('a gateway that is away at the start is no hindrance', async () => {
    const far = await serve({ source: new FakeSource(busyBoard(), 'cloud') });
    const link = connect([gateway(`http://127.0.0.1:${await freePort()}`), cloud(far.url)]);
    await until(() => link.board.link === 'live');
    expect(link.board.from).toBe('cloud');
  });

  test('a cloud that lags never moves a tile backwards, and takes over bay by bay as it catches up', async () => {
    const mark = (time: number) => ({ 'liftgate.bay.occupancy.v1': { time, seq: time } });
    const here = new FakeSource(busyBoard());
    here.setBay('1', { since: 100, marks: mark(100) });
    const there = new FakeSource(busyBoard(), 'cloud');
    there.setBay('1', { since: 40, marks: mark(40) });
    there.setBay('2', { since: 50, marks: mark(50) });
    const [near, far] = [await serve({ source: here }), await serve({ source: there })];
    const link = connect([gateway(near.url), cloud(far.url)]);
    await until(() => link.board.link === 'live');
    near.cut = true;
    await until(() => link.board.from === 'cloud' && link.board.link === 'live');
    expect(link.board.view.bays['1']?.since).toBe(100);
    expect(link.board.view.bays['2']?.since).toBe(50);
    there.setBay('1', { since: 70, marks: mark(70) });
    there.setBay('2', { since: 51, marks: mark(51) });
    await until(() => link.board.view.bays['2']?.since === 51);
    expect(link.board.view.bays['1']?.since).toBe(100);
    there.setBay('1', { since: 130, marks: mark(130) });
    await until(() => link.board.view.bays['1']?.since === 130);
  });
});

describe('over a reload', () => {
  function storage(): Pick<Storage, 'getItem' | 'setItem'> {
    const kept = new Map<string, string>();
    return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
  }

  test('the last view is there before the server is, and does not pass for live', async () => {
    const kept = storage();
    const source = new FakeSource(busyBoard());
    const { url } = await serve({ source });
    const first = connect([gateway(url)], { storage: kept });
    await until(() => first.board.link === 'live' && first.board.asOf !== null);
    first.stop();
    const second = connect([gateway(`http://127.0.0.1:${await freePort()}`)], { storage: kept });
    expect(second.board.view).toEqual(source.view);
    expect(second.board.link).toBe('connecting');
    expect(second.board.asOf).toBe(first.board.asOf);
  });

  test('what was kept by another version, or is no JSON, is left aside', () => {
    for (const text of ['{', '{"view":3}', 'null', '[]']) {
      const link = new BoardLink({
        feeds: [],
        token: null,
        site: null,
        storage: { getItem: () => text, setItem: () => {} },
      });
      expect(link.board.view.order).toEqual([]);
    }
  });
});
