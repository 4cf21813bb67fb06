import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ensureBuilt } from '../dashboard/serve/index.ts';
import { messageOf } from '../protocols/error.ts';
import { GATEWAY_PREFIX } from '../protocols/sync.ts';
import { configurationOf } from '../simulators/configuration.ts';
import { type Day, readDay } from '../simulators/day.ts';
import { createRigs } from '../simulators/rig.ts';
import { sleep } from '../simulators/sleep.ts';
import { runWorkshop, type Truth } from '../simulators/workshop.ts';
import { type Advisor, signIn } from './demo/advisor.ts';
import { type Part, warmUp } from './demo/child.ts';
import type { CloudOrder, CloudReady } from './demo/cloud.ts';
import { takeFolder } from './demo/folder.ts';
import type { GatewayOrder, GatewayReady } from './demo/gateway.ts';
import { needFree, type Ports, readPorts } from './demo/ports.ts';
import { readSpeed } from './simulate.ts';
import { untilStopped } from './stop.ts';

const GATEWAY = 'gw-1';
const EMAIL = 'manager@example.com';
/** A part that was ended from outside is started again after this time, in ms: time enough to watch the wall change over. */
const PAUSE = 15_000;

export interface DemoOptions {
  readonly folder: string;
  readonly day: string;
  readonly speed: string;
  readonly keep?: boolean;
  readonly port: string;
}

/** What must be remembered so that the data of one demo can be used by the next. */
interface Memory {
  readonly credential: string;
  readonly password: string;
  readonly sitePassword: string;
}

const say = (line: string) => void process.stdout.write(`${line}\n`);

/** `liftgate demo`: cloud and gateway as processes of their own, simulated devices in this one. */
export async function run(options: DemoOptions): Promise<number> {
  const folder = resolve(options.folder);
  const speed = readSpeed(options.speed);
  const ports = readPorts(options.port);
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const read = readDay(options.day);
  // The store of the demo stands wherever it is tried.
  const day = { ...read, site: { ...read.site, timezone: timeZone } };
  await needFree(ports);
  const release = takeFolder(folder, options.keep === true);
  try {
    await ensureBuilt({ say });
    await untilStopped((signal) => play(day, folder, ports, speed, signal));
  } finally {
    release();
  }
  return 0;
}

async function play(day: Day, folder: string, ports: Ports, speed: number, signal: AbortSignal): Promise<void> {
  const memory = recall(folder);
  const parts = new Map<string, Part>();
  const credential = memory?.credential ?? `${GATEWAY_PREFIX}${randomBytes(32).toString('base64url')}`;
  const cloudOrder: CloudOrder = {
    port: ports.cloud,
    folder: join(folder, 'cloud'),
    site: day.site.id,
    gateway: GATEWAY,
    credential,
    manager: memory ? null : { name: 'Demo', email: EMAIL, password: secret() },
  };
  const password = memory?.password ?? cloudOrder.manager!.password;
  const sitePassword = memory?.sitePassword ?? secret();
  const configFile = join(folder, 'gateway.yaml');

  const startCloud = () => warmUp<CloudOrder, CloudReady>('cloud', folder);
  const startGateway = () => warmUp<GatewayOrder, GatewayReady>('gateway', folder);
  const [cloudWarm, gatewayWarm] = [startCloud(), startGateway()];
  const rigs = await createRigs({ day, clock: Date.now, broker: `mqtt://127.0.0.1:${ports.broker}` });
  try {
    // The bays open now: what was before the demo is nothing to be measured against.
    const open = new Date().toTimeString().slice(0, 5);
    const around = { brokerPort: ports.broker, httpPort: ports.wall, folder: join(folder, 'gateway'), open };
    const cloudUrl = `http://127.0.0.1:${ports.cloud}`;
    const configuration = configurationOf(day, rigs, { ...around, cloud: { url: cloudUrl, token: credential } });
    writeFileSync(configFile, configuration, { mode: 0o600 });
    // Side by side: the wall does not wait for the cloud.
    const [gateway, cloud] = await Promise.all([
      gatewayWarm.start({ config: configFile }),
      cloudWarm.start(cloudOrder),
    ]);
    for (const { part } of [gateway, cloud]) parts.set(part.name, part);
    await setSitePassword(gateway.ready, sitePassword);
    // Only now does it hold what the next demo would rely on: the account, the credential, the site's password.
    remember(folder, { credential, password, sitePassword });

    tell(day, gateway.ready.url, cloudUrl, { password, sitePassword }, [...parts.values()], folder);
    const blindBays = new Set(day.bays.filter((b) => !b.scanner).map((b) => b.id));
    const advisor = await signIn({
      url: cloudUrl,
      site: day.site.id,
      email: EMAIL,
      password,
      now: Date.now,
      blindBays,
    });
    const again = { ...cloudOrder, manager: null };
    void keepAlive(cloud.part, async () => (await startCloud().start(again)).part, parts, signal);
    void keepAlive(gateway.part, async () => (await startGateway().start({ config: configFile })).part, parts, signal);
    await runWorkshop({ day, rigs, speed, clock: Date.now, ...deskOf(advisor) }, signal);
    if (!signal.aborted) {
      say('the day is over; Ctrl-C ends the demo');
      await sleep(2 ** 31 - 1, signal);
    }
  } finally {
    say('ending …');
    await Promise.all([parts.get('gateway')?.stop(), gatewayWarm.end()]);
    await Promise.all([parts.get('cloud')?.stop(), cloudWarm.end(), rigs.close()]);
  }
}

/** Tells the terminal what happens, and lets the advisor do the paperwork. */
function deskOf(advisor: Advisor): { onTruth: (line: Truth) => void; onExpected: (car: Day['cars'][number]) => void } {
  const plates = new Map<string, string>();
  const paperwork = (work: Promise<void>) => void work.catch((e: unknown) => say(`          (desk: ${messageOf(e)})`));
  const shown: readonly Truth['what'][] = ['enter', 'hold', 'codes', 'move', 'leave'];
  return {
    onExpected: (car) => {
      plates.set(car.vin, `${car.plate} ${car.model}`);
      paperwork(advisor.expect(car));
    },
    onTruth: (line) => {
      paperwork(advisor.follow(line));
      const time = new Date(line.at).toTimeString().slice(0, 8);
      if (shown.includes(line.what))
        say(`${time}  ${line.bay}  ${plates.get(line.vin)}: ${line.what} ${line.argument}`);
    },
  };
}

async function keepAlive(
  part: Part,
  restart: () => Promise<Part>,
  parts: Map<string, Part>,
  signal: AbortSignal,
): Promise<void> {
  for (let running = part; ; ) {
    const how = await running.ended;
    if (signal.aborted) return;
    say(`the ${running.name} ${how}; it is started again in ${PAUSE / 1_000} s, watch the wall`);
    if (!(await sleep(PAUSE, signal))) return;
    try {
      running = await restart();
    } catch (e) {
      say(messageOf(e));
      return;
    }
    parts.set(running.name, running);
    say(`the ${running.name} runs again (process ${running.pid})`);
  }
}

async function setSitePassword(ready: GatewayReady, password: string): Promise<void> {
  if (ready.setUpLink === null) return;
  const token = new URL(ready.setUpLink).hash.slice('#token='.length);
  await fetch(`${ready.url}/site/api/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, password }),
  });
}

function tell(
  day: Day,
  gateway: string,
  cloud: string,
  secrets: { password: string; sitePassword: string },
  parts: readonly Part[],
  folder: string,
): void {
  say(`
Liftgate demo: ${day.site.name}, ${day.bays.length} bays, simulated devices on their real wires

  Wall        ${gateway}/wall
  Console     ${cloud}/console    ${EMAIL}   ${secrets.password}
  Site page   ${gateway}/site    ${secrets.sitePassword}
  API         ${cloud}/docs

  ${parts.map((p) => `${p.name}: process ${p.pid}`).join('   ')}   data and logs: ${folder}
  Ctrl-C ends it. End one of the processes to see what the wall does.
`);
}

const secret = () => randomBytes(9).toString('base64url');

function recall(folder: string): Memory | null {
  const file = join(folder, 'demo.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Memory) : null;
}

function remember(folder: string, memory: Memory): void {
  writeFileSync(join(folder, 'demo.json'), JSON.stringify(memory), { mode: 0o600 });
}
