import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Logger } from 'pino';
import type { GatewayConfig } from '../config/schema.ts';
import { mountFeed, mountPages } from '../dashboard/serve/index.ts';
import type { Clock } from '../protocols/time.ts';
import { openBoard } from './board.ts';
import { linkToCloud } from './cloud-link.ts';
import { Desk } from './desk.ts';
import { createEngine } from './domain/create.ts';
import { timeOf } from './domain/engine.ts';
import { createDrivers } from './drivers/index.ts';
import { type Supervision, supervise } from './drivers/supervisor.ts';
import { flagDesk } from './flags.ts';
import { keepHouse } from './house.ts';
import { buildGatewayApp } from './http/app.ts';
import { isLocal, isThisMachine } from './http/lan.ts';
import { createMetrics } from './http/metrics.ts';
import { intake, rankOf } from './input.ts';
import { kernelBoot } from './kernel.ts';
import { layoutOf, SCAN_BOX, tellLayout } from './layout.ts';
import { ledgerDesk } from './ledger.ts';
import { listen } from './listen.ts';
import { createLog } from './log.ts';
import { eachSecond } from './rounds.ts';
import { scanBox } from './scan.ts';
import { Stalls } from './stall.ts';
import { Notices, statusOf } from './status.ts';
import type { BootClock } from './store/boot.ts';
import { openStore } from './store/store.ts';
import { createSurveyor } from './surveyor.ts';
import { Watch } from './watch.ts';

export interface GatewayParts {
  readonly clock?: Clock;
  /** The run of the operating system, if not that of the kernel. */
  readonly boot?: BootClock;
  /** 0 ≤ x < 1 */
  readonly random?: () => number;
  readonly log?: Logger;
  /** Folder of the built pages, if not the usual one. */
  readonly pages?: string;
}

export interface Gateway {
  /** Base URL for this very machine. */
  readonly url: string;
  /** The one-time link that sets the site's password; null once it is set. */
  readonly setUpLink: string | null;
  /** Port of the built-in broker; null where there is none or it does not listen yet. */
  mqttPort(): number | null;
  /** Ends it in order, within 10 s: devices, uplink, pages, store. What was acknowledged is kept, however it ends. */
  stop(): Promise<void>;
}

/**
 * Starts the gateway of one site: config → parts → run. The parts end in the reverse order of their start.
 * @throws LiftgateError `conflict` when its port or its store is taken, `config` when an option cannot be used
 */
export async function startGateway(config: GatewayConfig, parts: GatewayParts = {}): Promise<Gateway> {
  const running = new AsyncDisposableStack();
  try {
    return await start(config, parts, running);
  } catch (e) {
    await running.disposeAsync();
    throw e;
  }
}

async function start(config: GatewayConfig, parts: GatewayParts, running: AsyncDisposableStack): Promise<Gateway> {
  const { clock = Date.now, random = Math.random, log = createLog() } = parts;
  const mono = () => performance.now();
  const notices = new Notices(mono);
  const watch = new Watch(mono);
  const layout = layoutOf(config);
  let supervision: Supervision | null = null;
  let mqttPort: number | null = null;

  // Decide and keep: a restart replays to the same state.
  const engine = createEngine({ ...config, devices: [...config.devices, SCAN_BOX] });
  const store = openStore({
    folder: config.store.folder,
    keepDays: config.store.keepDays,
    keepDeliveredHours: config.store.keepDeliveredHours,
    keepEventsDays: config.store.keepEventsDays,
    budgetBytes: config.store.budgetMb * 1_048_576,
    keepFreeBytes: config.store.keepFreeMb * 1_048_576,
    site: config.site.id,
    gateway: config.gateway.id,
    decider: { ...engine, timeOf, rankOf },
    clock,
    boot: parts.boot ?? kernelBoot(),
    onTrouble: (what, err) => log.error({ err }, what),
  });
  running.defer(() => store.close());
  const stalls = new Stalls(clock, log);
  running.defer(() => stalls.stop());
  const metrics = createMetrics(() => ({
    dropped: store.outbox.dropped(),
    depths: store.outbox.depths(),
    heldBack: store.outbox.heldBack(),
    clock: store.boot.status(),
    stalls: stalls.numbers(),
  }));
  store.subscribe((commit) => {
    notices.committed(commit);
    metrics.observeCommit(commit.ms);
  });

  // The board, folded from what is committed.
  const board = openBoard(store, () => ({
    now: clock(),
    ages: supervision?.ages() ?? {},
    behindMs: 0,
    cloudReached: config.cloud ? notices.uplink?.cloud === 'reached' : null,
  }));
  running.defer(() => board.save());
  const tidied = watch.loop('the keeping of the store', 600_000);
  const house = keepHouse(store, board, clock, log, (hourly) => {
    tidied();
    if (hourly) store.keepSnapshot(withoutSecrets(config));
  });
  running.defer(() => house.stop());
  const take = intake(store.journal, log, (first) => {
    notices.full = true;
    if (first) house.now();
  });
  // A full disk must not keep the walls and the site page from coming up.
  await tellLayout(store, layout, clock()).catch((err: unknown) => log.error({ err }, 'the layout could not be told'));

  const ticked = watch.loop('the clock of the engine', 15_000);
  running.defer(
    eachSecond(clock, (at) => {
      ticked();
      store.boot.look();
      void take([{ kind: 'tick', at }]).catch(() => {});
    }),
  );

  // Pages, their API and the feed, for the LAN.
  const setUpToken = store.people.hasPassword() ? null : randomBytes(24).toString('base64url');
  const cloudUrl = config.cloud?.publicUrl ?? config.cloud?.url ?? null;
  const others = cloudUrl === null ? [] : [cloudUrl];
  const status = statusOf({ config, layout, store, notices, devices: () => supervision?.status() ?? [], clock });
  const ending = new AbortController();
  const desk = new Desk({
    config,
    calibrations: store.calibrations,
    devices: () => supervision?.status() ?? [],
    clock,
    survey: createSurveyor(ending.signal),
    onTrouble: (what) => log.error(what),
    signal: ending.signal,
  });
  const bays = config.bays.map((b) => b.id);
  const app = await buildGatewayApp({
    people: store.people,
    isSetUpToken: (token) => setUpToken !== null && same(token, setUpToken),
    status,
    scan: scanBox(store, bays, clock),
    screens: {
      ...store.screens,
      async revoke(screen) {
        await store.screens.revoke(screen);
        feed.disconnect(({ token }) => token !== null && !store.screens.isLetIn(token));
      },
    },
    dead: {
      list: () => store.outbox.deadLetters(MOST_DEAD).map(({ seq: _, ...letter }) => letter),
      replay: (id) => store.outbox.replayDead(id),
    },
    cameras: desk,
    ledger: ledgerDesk(store, config, clock),
    flags: flagDesk(store, bays, clock),
    wall: { site: config.site.id, locale: config.site.locale, access: config.wall.access, cloudUrl },
    metrics,
    illness: () => notices.illness() ?? watch.illness(),
    stalls: () => stalls.numbers(),
    unready: () => (notices.full ? 'the store has no room: see store.budgetMb and the disk' : null),
    clock,
    log,
  });
  await mountPages(app, { connect: others, ...(parts.pages === undefined ? {} : { folder: parts.pages }) });
  const feed = mountFeed(app.server, {
    sources: (site) => (site === null || site === config.site.id ? board : null),
    authorize: ({ token, address, host }) =>
      isLocal(address) &&
      ((config.wall.access === 'loopback' && isThisMachine(address, host)) ||
        (token !== null && store.screens.isLetIn(token))),
    origins: others.map((url) => new URL(url).origin),
  });
  running.defer(() => app.close());
  running.defer(() => feed.close());
  const { url, lanUrl } = await listen(app, config.http);

  // The cloud, the devices.
  const uplink = linkToCloud(
    {
      cloud: config.cloud,
      store,
      notices,
      metrics,
      watch,
      ages: () => supervision?.ages() ?? {},
      clock,
      mono,
      random,
      log,
    },
    ending.signal,
  );
  running.defer(async () => {
    ending.abort();
    await uplink;
  });
  const silent = new AbortController();
  supervision = supervise(
    {
      lines: createDrivers(config, {
        clock,
        onStranger: ({ name, via }) => notices.stranger(name, via, clock()),
        onListening: (port) => {
          mqttPort = port;
        },
        onViewer: (viewer) => desk.add(viewer),
      }),
      emit: (readings) => take(readings.map((reading) => ({ kind: 'reading', reading }))),
      onDevice: (change) => void take([change]).catch(() => {}),
      silence: Object.fromEntries(layout.devices.map((d) => [d.device, d.silenceMs])),
      clock,
      mono,
      random,
    },
    silent.signal,
  );
  const { done } = supervision;
  running.defer(async () => {
    silent.abort();
    const stuck = await done;
    if (stuck.length > 0) log.warn({ stuck }, 'these devices did not let go in time');
  });

  log.info({ url, site: config.site.id, epoch: store.epoch }, 'the gateway runs');
  return {
    url,
    setUpLink: setUpToken === null ? null : `${lanUrl}/site/#token=${setUpToken}`,
    mqttPort: () => mqttPort,
    stop: () => running.disposeAsync(),
  };
}

/** Refused events that the site page shows. */
const MOST_DEAD = 100;

/** Compares in constant time. */
function same(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}

const SECRET = /password|token|secret/i;

/** The configuration as it may lie in a file: what opens something is cut out. */
function withoutSecrets(config: GatewayConfig): object {
  return JSON.parse(JSON.stringify(config, (key, value: unknown) => (SECRET.test(key) ? '***' : value))) as object;
}
