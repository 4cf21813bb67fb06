import { randomBytes } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt, { type MqttClient } from 'mqtt';
import { stringify } from 'yaml';
import type { CloudOrder, CloudReady } from '../../bin/demo/cloud.ts';
import type { GatewayOrder, GatewayReady } from '../../bin/demo/gateway.ts';
import { createGateway, revokeGateway } from '../../cloud/modules/access/gateway.ts';
import { openPool } from '../../cloud/store/pool.ts';
import { ensureBuilt } from '../../dashboard/serve/index.ts';
import { GATEWAY_PREFIX } from '../../protocols/sync.ts';
import { freePorts } from '../tools/lab.ts';
import { type Child, endAll, launch } from './child.ts';
import { CloudLog } from './cloud-log.ts';
import { Oracle } from './oracle.ts';
import { FaultProxy } from './proxy.ts';
import { liftSource, type Source, scannerSource } from './sources.ts';

const SITE = 'chaos';
const GATEWAY = 'gw-1';
const SCANNERS = ['desk-1', 'desk-2'] as const;
const LIFTS = ['lift-1', 'lift-2'] as const;
/** After the last fault things must move again within this time. */
const ALIVE_MS = 60_000;
const SCRAPE_MS = 300;

/** Two gateways cannot listen on the same ports or read the same scanner. */
interface GatewaySeat {
  readonly name: string;
  readonly httpPort: number;
  readonly brokerPort: number;
  folder: string;
  readonly scanners: readonly { readonly device: string; readonly port: number }[];
  child: Child<GatewayReady> | null;
}

/** What one scrape of /metrics said. */
interface Numbers {
  readonly produced: number;
  readonly acknowledged: number;
  readonly queued: number;
  readonly dropped: number;
  /** Of those queued: what the cloud cannot digest. */
  readonly held: number;
}

/** The whole chain under test, and the hands that break it. */
export interface World {
  readonly folder: string;
  readonly oracle: Oracle;
  readonly proxy: FaultProxy;
  readonly log: CloudLog;
  readonly seat: GatewaySeat;
  /** Faults that really happened, by kind. */
  readonly counts: Map<string, number>;
  /** What went wrong so far. */
  readonly faults: string[];
  /** Copies of stores that were given up for others: what they held counts as known. */
  readonly archives: string[];
  readonly scrapes: { ok: number; broken: number; duplicates: number };
  count(kind: string, n?: number): void;
  startGateway(): Promise<void>;
  killGateway(): Promise<void>;
  stopGateway(): Promise<void>;
  startCloud(): Promise<void>;
  killCloud(): Promise<void>;
  stopCloud(): Promise<void>;
  /** Shifts the gateway's wall clock, and takes its resolver away. */
  warp(state: { shiftMs?: number; names?: boolean }): void;
  sources: Source[];
  pause(): Promise<void>;
  resume(): void;
  /** Resolves when the gateway has nothing to send; the sources must be paused. @throws when that takes too long */
  drained(): Promise<Numbers>;
  numbers(): Promise<Numbers | null>;
  /** A client of the gateway's broker that bears the name and password of one of its sensors. */
  speakAs(device: string): Promise<MqttClient>;
  /** Copies the gateway's store as a backup would; it must not run. */
  archive(why: string): string;
  revoke(): Promise<void>;
  renew(): Promise<void>;
  /** A second gateway with the same credential and a store of its own, or a copy of the first one's. */
  openTwin(copyOf: string | null): Promise<{ stop(): Promise<void> }>;
  /** Waits until an id that is issued from now on has come to the cloud, from each device. @returns ms */
  recover(after: string): Promise<number>;
  close(): Promise<void>;
}

/** @param keep leave the folder with its logs and stores for a person to look at */
export async function openWorld(say: (line: string) => void, keep = false): Promise<World> {
  await ensureBuilt({ say });
  const folder = mkdtempSync(join(tmpdir(), 'liftgate-chaos-'));
  // PostgreSQL may run as a user of its own, who must reach its folder.
  chmodSync(folder, 0o711);
  const ports = await freePorts(5);
  const cloudPort = ports[4]!;
  const oracle = new Oracle(Date.now);
  const proxy = new FaultProxy(cloudPort);
  await proxy.open();
  let credential = newCredential();
  const passwords = new Map<string, string>(LIFTS.map((d) => [d, randomBytes(12).toString('base64url')]));
  const scanners = await Promise.all(SCANNERS.map((d) => scannerSource(d, oracle)));
  const warpFile = join(folder, 'warp.json');
  const warped = { shiftMs: 0, names: true };
  writeFileSync(warpFile, JSON.stringify(warped));
  const seat: GatewaySeat = {
    name: 'gateway',
    httpPort: ports[0]!,
    brokerPort: ports[1]!,
    folder: join(folder, 'store'),
    scanners,
    child: null,
  };
  let cloud: Child<CloudReady> | null = null;
  let twins = 0;
  const cloudOrder = (): CloudOrder => ({
    port: cloudPort,
    folder: join(folder, 'cloud'),
    site: SITE,
    gateway: GATEWAY,
    credential,
    manager: null,
  });
  const log = new CloudLog(join(folder, 'cloud'), SITE);

  function configure(at: GatewaySeat): string {
    const file = join(folder, `${at.name}.yaml`);
    const bays = LIFTS.map((_, i) => `B${i + 1}`);
    const config = {
      site: { id: SITE, name: 'Chaos', timezone: 'Asia/Shanghai' },
      gateway: { id: GATEWAY },
      store: { folder: at.folder, keepFreeMb: 4 },
      http: { host: '127.0.0.1', port: at.httpPort },
      wall: { access: 'loopback' },
      cloud: { url: `http://cloud.test:${proxy.port}`, token: credential },
      mqtt: { mode: 'embedded', host: '127.0.0.1', port: at.brokerPort },
      rules: { alertsAnHour: 1_000 },
      bays: bays.map((id) => ({ id })),
      devices: [
        ...at.scanners.map(({ device, port }) => ({ kind: 'scanner', id: device, port: `tcp://127.0.0.1:${port}` })),
        ...LIFTS.map((id, i) => ({
          ...{ kind: 'sensor', id, bay: bays[i], signals: ['lift.height'], password: passwords.get(id) },
        })),
      ],
    };
    writeFileSync(file, stringify(config), { mode: 0o600 });
    return file;
  }

  async function startSeat(at: GatewaySeat): Promise<void> {
    const order: GatewayOrder = { config: configure(at) };
    const logFile = join(folder, `${at.name}.log`);
    at.child = await launch<GatewayReady>({ part: 'gateway', order, log: logFile, warp: warpFile });
  }

  async function startCloud(): Promise<void> {
    const none = join(folder, 'no-warp.json');
    if (!existsSync(none)) writeFileSync(none, JSON.stringify({ shiftMs: 0, names: true }));
    cloud = await launch<CloudReady>({
      part: 'cloud',
      order: cloudOrder(),
      log: join(folder, 'cloud.log'),
      warp: none,
    });
  }

  async function withPool<T>(job: (db: Awaited<ReturnType<typeof openPool>>) => Promise<T>): Promise<T> {
    const db = await openPool(log.url);
    try {
      return await job(db);
    } finally {
      await db.end();
    }
  }

  async function scrape(): Promise<Numbers | null> {
    try {
      const url = `http://127.0.0.1:${seat.httpPort}/metrics`;
      const text = await (await fetch(url, { signal: AbortSignal.timeout(3_000) })).text();
      const of = (state: string) =>
        Number(new RegExp(`^liftgate_events\\{state="${state}"\\} (\\d+)`, 'm').exec(text)?.[1]);
      world.scrapes.duplicates = Math.max(
        world.scrapes.duplicates,
        Number(/^liftgate_duplicates_total (\d+)/m.exec(text)?.[1] ?? 0),
      );
      const [produced, acknowledged, queued, dropped] = ['produced', 'acknowledged', 'queued', 'dropped'].map(of) as [
        number,
        number,
        number,
        number,
      ];
      const lanes = [...text.matchAll(/^liftgate_outbox_depth\{lane="[^"]+"\} (\d+)/gm)].reduce(
        (n, m) => n + Number(m[1]),
        0,
      );
      const exact = produced === acknowledged + queued + dropped && lanes === queued;
      if (exact) world.scrapes.ok++;
      else {
        world.scrapes.broken++;
        world.faults.push(
          `conservation: produced ${produced}, acknowledged ${acknowledged}, queued ${queued} (lanes ${lanes}), dropped ${dropped}`,
        );
      }
      const held = Number(/^liftgate_outbox_held (\d+)/m.exec(text)?.[1] ?? 0);
      return { produced, acknowledged, queued, dropped, held };
    } catch {
      return null;
    }
  }

  const ending = new AbortController();
  async function scrapeForEver(): Promise<void> {
    while (!ending.signal.aborted) {
      await scrape();
      await sleep(SCRAPE_MS);
    }
  }

  const world: World = {
    folder,
    oracle,
    proxy,
    log,
    seat,
    counts: new Map(),
    faults: [],
    archives: [],
    scrapes: { ok: 0, broken: 0, duplicates: 0 },
    sources: [],
    count(kind, n = 1) {
      world.counts.set(kind, (world.counts.get(kind) ?? 0) + n);
    },
    startGateway: () => startSeat(seat),
    killGateway: async () => await seat.child?.kill(),
    stopGateway: async () => await seat.child?.stop(),
    startCloud,
    killCloud: async () => await cloud?.kill(),
    stopCloud: async () => await cloud?.stop(),
    warp(state) {
      Object.assign(warped, state);
      writeFileSync(warpFile, JSON.stringify(warped));
    },
    async pause() {
      for (const s of world.sources) s.pause();
      await Promise.all(world.sources.map((s) => s.quiet()));
    },
    resume() {
      for (const s of world.sources) s.resume();
    },
    numbers: scrape,
    async drained() {
      const until = performance.now() + 2 * ALIVE_MS;
      for (;;) {
        const numbers = await scrape();
        if (numbers && numbers.queued === numbers.held) return numbers;
        if (performance.now() > until) throw new Error(`not drained in time: ${JSON.stringify(numbers)}`);
        await sleep(100);
      }
    },
    async speakAs(device) {
      const client = mqtt.connect(`mqtt://127.0.0.1:${seat.brokerPort}`, {
        clientId: `${device}-nonsense`,
        username: device,
        password: passwords.get(device)!,
        reconnectPeriod: 300,
      });
      client.on('error', () => {});
      await new Promise<void>((resolve) => client.once('connect', () => resolve()));
      return client;
    },
    archive(why) {
      const copy = join(folder, `archive-${world.archives.length + 1}-${why}`);
      cpSync(seat.folder, copy, { recursive: true });
      world.archives.push(copy);
      return copy;
    },
    revoke: () => withPool((db) => revokeGateway(db, SITE, GATEWAY, Date.now())),
    async renew() {
      credential = await withPool(async (db) => (await createGateway(db, SITE, GATEWAY, Date.now())).credential);
    },
    async openTwin(copyOf) {
      twins++;
      const source = await scannerSource(`twin-${twins}`, oracle);
      const twinPorts = await freePorts(2);
      const twin: GatewaySeat = {
        name: `twin-${twins}`,
        httpPort: twinPorts[0]!,
        brokerPort: twinPorts[1]!,
        folder: join(folder, `store-twin-${twins}`),
        scanners: [source],
        child: null,
      };
      if (copyOf !== null) cpSync(copyOf, twin.folder, { recursive: true });
      await startSeat(twin);
      return {
        async stop() {
          await source.close();
          const last = oracle.issuesOf(source.device).findLast((i) => i.fate === 'acknowledged');
          const until = performance.now() + ALIVE_MS;
          while (last && !(await log.hasLabel(source.labelOf(last)).catch(() => false))) {
            if (performance.now() > until) {
              world.faults.push(`liveness: ${source.labelOf(last)} of a second gateway does not come to the cloud`);
              break;
            }
            await sleep(50);
          }
          await twin.child?.stop();
          world.archives.push(twin.folder);
        },
      };
    },
    async recover(after) {
      const began = performance.now();
      const until = began + ALIVE_MS;
      try {
        const marks = await Promise.all(
          [...SCANNERS, ...LIFTS].map(async (device) => {
            const from = oracle.issuesOf(device).length;
            for (;;) {
              const mark = oracle
                .issuesOf(device)
                .slice(from)
                .find((i) => i.fate === 'acknowledged');
              if (mark) return mark;
              if (performance.now() > until) throw new Error(`${device} is not heard`);
              await sleep(50);
            }
          }),
        );
        for (const mark of marks) {
          if (!mark.device.startsWith('desk')) continue;
          const label = `${mark.device}.${mark.n}`;
          while (!(await log.hasLabel(label).catch(() => false))) {
            if (performance.now() > until) throw new Error(`${label} does not come to the cloud`);
            await sleep(50);
          }
        }
      } catch (e) {
        world.faults.push(`liveness: after ${after}: ${(e as Error).message} within ${ALIVE_MS / 1_000} s`);
      }
      return performance.now() - began;
    },
    async close() {
      ending.abort();
      await scraping;
      await Promise.all(world.sources.map((s) => s.close()));
      await seat.child?.stop();
      await cloud?.stop();
      await endAll();
      await proxy.close();
      if (keep) say(`kept: ${folder}`);
      else rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  const scraping = scrapeForEver();
  try {
    await startCloud();
    await startSeat(seat);
    const lifts = LIFTS.map((d) => liftSource(d, `mqtt://127.0.0.1:${seat.brokerPort}`, passwords.get(d)!, oracle));
    world.sources.push(...scanners, ...lifts);
    return world;
  } catch (e) {
    await world.close();
    throw e;
  }
}

function newCredential(): string {
  return `${GATEWAY_PREFIX}${randomBytes(32).toString('base64url')}`;
}
