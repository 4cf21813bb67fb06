import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { type Feed, type FeedOptions, mountFeed, mountPages } from '../../dashboard/serve/index.ts';
import type { WallStart } from '../../protocols/api/site.ts';
import { type BayTile, type BoardAlert, type BoardView, EMPTY_BOARD, type QueuedCar } from '../../protocols/board.ts';
import type { EventData } from '../../protocols/event.ts';
import type { BoardSource, Heartbeat } from '../../protocols/feed.ts';

/** A board source that a test moves by hand. */
export class FakeSource implements BoardSource {
  readonly from: 'gateway' | 'cloud';
  readonly stream: string;
  rev = 1;
  view: BoardView;
  /** Age of each source when it was last set, ms; null: never heard. They grow by themselves unless `frozen`. */
  ages: Record<string, number | null> = {};
  behindMs = 0;
  cloudReached: boolean | null = true;
  /** Server time at the start, ms. */
  readonly epoch: number;
  readonly #listeners = new Set<() => void>();
  readonly #startedAt = performance.now();

  constructor(view: BoardView = EMPTY_BOARD, from: 'gateway' | 'cloud' = 'gateway', stream = `${from}-1`) {
    this.view = view;
    this.from = from;
    this.stream = stream;
    this.epoch = NOW;
    for (const device of Object.keys(view.devices)) this.ages[device] = 400;
  }

  current() {
    return { rev: this.rev, view: this.view };
  }
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  get watchers(): number {
    return this.#listeners.size;
  }
  status(): Pick<Heartbeat, 'ages' | 'behindMs' | 'cloudReached' | 'now'> {
    const { ages, behindMs, cloudReached } = this;
    return { ages, behindMs, cloudReached, now: this.epoch + Math.round(performance.now() - this.#startedAt) };
  }

  /** The next revision. */
  set(view: BoardView): void {
    this.view = view;
    this.rev += 1;
    for (const listener of this.#listeners) listener();
  }
  setBay(bay: string, change: Partial<BayTile>): void {
    const tile = this.view.bays[bay] ?? tileOf(bay);
    this.set({ ...this.view, bays: { ...this.view.bays, [bay]: { ...tile, ...change } } });
  }
}

export interface FakeWall {
  readonly url: string;
  readonly app: FastifyInstance;
  readonly feed: Feed;
  close(): Promise<void>;
}

export interface FakeWallOptions extends Partial<FeedOptions> {
  source?: BoardSource;
  folder?: string;
  locale?: 'zh-CN' | 'en';
  access?: WallStart['access'];
  /** Base URL of its feed where that is reached by another way: through a cable. */
  feedUrl?: string;
  /** Further routes. */
  routes?: (app: FastifyInstance) => void;
}

/** A server as the gateway is one: pages, the start of a wall, and the feed. Listens on a free loopback port. */
export async function fakeWall(options: FakeWallOptions): Promise<FakeWall> {
  const app = fastify({ forceCloseConnections: true });
  const connect = options.feedUrl ? [options.feedUrl] : [];
  if (options.folder) await mountPages(app, { folder: options.folder, connect });
  if (options.routes) options.routes(app);
  else {
    app.post('/wall/api/pairing', async () => ({ code: 'AAAAAA', secret: 'own', expiresAt: NOW }));
    app.post('/wall/api/pairing/claim', async () => ({ token: 'own' }));
  }
  const from = options.source?.from ?? 'gateway';
  app.get('/wall/api/start', async (): Promise<WallStart> => {
    const { port } = app.server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    return {
      from,
      locale: options.locale ?? 'zh-CN',
      feeds: [{ from, url: options.feedUrl ?? url }],
      site: 'jingan',
      access: options.access ?? 'loopback',
    };
  });
  const feed = mountFeed(app.server, {
    sources: options.sources ?? (() => options.source ?? null),
    authorize: options.authorize ?? (() => true),
    origins: options.origins ?? true,
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    url,
    app,
    feed,
    close: async () => {
      await feed.close();
      await app.close();
    },
  };
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** 2026-03-18 15:42 in Shanghai. */
export const NOW = Date.UTC(2026, 2, 18, 7, 42, 10);
const MINUTE = 60_000;

export function tileOf(bay: string, change: Partial<BayTile> = {}): BayTile {
  return {
    bay,
    name: `${bay}号工位`,
    sort: 'lift',
    occupancy: 'empty',
    since: NOW - 24 * MINUTE,
    confidence: 0.97,
    stay: null,
    vehicle: null,
    promisedAt: null,
    work: { state: 'none', reason: null, since: null },
    raised: null,
    today: null,
    sources: [`lift-${bay}`],
    marks: {},
    ...change,
  };
}

function car(plateTail: string | null, model: string | null, more: Partial<NonNullable<BayTile['vehicle']>> = {}) {
  return { plateTail, vinTail: null, model, by: 'scan', conflict: false, ...more } as const;
}

function today(bay: string, working: number, waiting: number, idle: number, blocked: number, empty: number) {
  const minutes = { working, waiting, idle, blocked, empty, unknown: 6 };
  const open = Object.values(minutes).reduce((a, b) => a + b, 0);
  const seconds = Object.fromEntries(Object.entries({ ...minutes, open }).map(([k, v]) => [k, v * 60]));
  return { bay, day: '2026-03-18', visits: 3, ...seconds } as unknown as EventData<'liftgate.bay.utilisation.v1'>;
}

/** A workshop in the middle of its day, with one bay in each state. */
export function busyBoard(name = '静安服务中心', bayName = (bay: string) => `${bay}号工位`): BoardView {
  const tiles: BayTile[] = [
    tileOf('1', {
      occupancy: 'occupied',
      since: NOW - 52 * MINUTE,
      vehicle: car('8F21', 'Camry 2.5'),
      promisedAt: NOW + 78 * MINUTE,
      work: { state: 'working', reason: null, since: NOW - 41 * MINUTE },
      raised: true,
      today: today('1', 280, 40, 20, 0, 110),
    }),
    tileOf('2', {
      occupancy: 'occupied',
      since: NOW - 126 * MINUTE,
      vehicle: car('D703', 'ID.4 X'),
      promisedAt: NOW + 3 * MINUTE,
      work: { state: 'waiting', reason: 'parts', since: NOW - 34 * MINUTE },
      today: today('2', 200, 130, 10, 0, 116),
    }),
    tileOf('3', { today: today('3', 150, 20, 10, 0, 270) }),
    tileOf('4', {
      occupancy: 'occupied',
      since: NOW - 201 * MINUTE,
      vehicle: car('95KQ', 'Passat'),
      promisedAt: NOW - 12 * MINUTE,
      work: { state: 'blocked', reason: 'equipment', since: NOW - 47 * MINUTE },
      raised: true,
      today: today('4', 210, 40, 0, 47, 153),
    }),
    tileOf('5', {
      occupancy: 'occupied',
      since: NOW - 33 * MINUTE,
      vehicle: car('2M6A', 'Model Y'),
      promisedAt: NOW + 140 * MINUTE,
      work: { state: 'idle', reason: null, since: NOW - 14 * MINUTE },
      today: today('5', 240, 30, 44, 0, 136),
    }),
    tileOf('6', {
      occupancy: 'entering',
      since: NOW - 20_000,
      stay: '6-1',
      today: today('6', 170, 0, 10, 0, 270),
    }),
    tileOf('7', {
      occupancy: 'occupied',
      since: NOW - 9 * MINUTE,
      vehicle: car(null, null, { by: 'nothing' }),
      work: { state: 'unknown', reason: null, since: null },
      today: today('7', 190, 30, 30, 0, 200),
    }),
    tileOf('8', { occupancy: 'unknown', since: null, sort: 'wash' }),
  ];
  const bays = Object.fromEntries(tiles.map((tile) => [tile.bay, { ...tile, name: bayName(tile.bay) }]));
  const devices = Object.fromEntries(
    tiles.map((tile) => [
      `lift-${tile.bay}`,
      {
        device: `lift-${tile.bay}`,
        name: `lift-${tile.bay}`,
        kind: 'sensor',
        bay: tile.bay,
        silenceMs: 30_000,
        state: 'online' as const,
        since: NOW - 400 * MINUTE,
        lastSeen: NOW,
        reason: null,
        life: 1,
        mark: null,
      },
    ]),
  );
  const alerts: BoardAlert[] = [
    alert('bay-overstay', 'warning', 21, { bay: '4' }),
    alert('severe-code', 'severe', 8, { bay: '1', detail: { codes: ['P0300'] } }),
    alert('which-car', 'info', 6, { bay: '7' }),
    alert('device-offline', 'warning', 3, { device: 'lift-8' }),
  ];
  const queue: QueuedCar[] = [
    { order: 'W-118', plateTail: '6T39', model: 'Accord', state: 'checked-in', promisedAt: NOW + 200 * MINUTE },
    { order: 'W-121', plateTail: 'H5P8', model: 'Tiguan', state: 'expected', promisedAt: NOW + 230 * MINUTE },
    { order: 'W-124', plateTail: '70LC', model: 'Han EV', state: 'expected', promisedAt: null },
  ];
  return {
    site: { name, timezone: 'Asia/Shanghai' },
    order: tiles.map((tile) => tile.bay),
    bays,
    devices,
    alerts: Object.fromEntries(alerts.map((each) => [each.alert, each])),
    queue: Object.fromEntries(queue.map((each) => [each.order, each])),
    scans: {},
    marks: {},
  };
}

function alert(
  kind: BoardAlert['kind'],
  severity: BoardAlert['severity'],
  minutes: number,
  more: Partial<BoardAlert>,
): BoardAlert {
  const since = NOW - minutes * MINUTE;
  return { alert: `${kind}-1`, kind, severity, since, bay: null, device: null, detail: {}, ...more };
}
