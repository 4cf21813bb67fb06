import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { io, type Socket } from 'socket.io-client';
import type { BoardChange, BoardView } from '../protocols/board.ts';
import { FEED_NAMESPACE } from '../protocols/feed.ts';
import { createSensorSimulator } from '../simulators/sensor.ts';
import { launchBrowser } from '../tests/tools/browser.ts';
import { type Lab, openLab } from '../tests/tools/lab.ts';
import { load } from './fork.ts';
import { latencyRows, type Row, type Section } from './section.ts';
import { day, loadDevices, PROBE, PROBE_BAY, withLoadDevices } from './workshop.ts';

const PASSWORD = 'bench-password';
const PROBES = 150;

/** When a screen knows that the lift of the probe bay is up or down, and when it has drawn it. */
interface Sighting {
  readonly name: string;
  readonly at: (raised: boolean) => Promise<number>;
}

/**
 * A lift sensor publishes that the lift went up; the clock stops when a screen knows it (its frame has come) and when
 * a browser has drawn it. All on this machine, so one clock measures both ends.
 */
export async function run(): Promise<Section> {
  const lab = await openLab(day, (yaml) => withLoadDevices(yaml, PASSWORD));
  const browser = await launchBrowser();
  const rows: Row[] = [];
  try {
    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
    await page.goto(`${lab.gatewayUrl}/wall`);
    await page.locator(`[data-bay="${PROBE_BAY}"]`).waitFor();
    const token = await screenToken(lab);
    const sockets = [await watch(lab.gatewayUrl, token), await watch(lab.cloudUrl, token)];
    const sightings: Sighting[] = [
      { name: 'LAN, frame', at: sightingOf(sockets[0]!) },
      { name: 'cloud, frame', at: sightingOf(sockets[1]!) },
      { name: 'LAN, drawn', at: drawn(page) },
    ];
    for (const rate of [100, 1_000]) {
      const seconds = Math.ceil(PROBES * 0.2) + 5;
      const port = Number(new URL(lab.brokerUrl).port);
      const background = load({ port, devices: loadDevices(PASSWORD), rate, window: 5_000, seconds });
      await sleep(2_000);
      const measured = await probe(lab, sightings);
      for (const { name } of sightings)
        rows.push(...latencyRows(`${name}, ${rate}/s`, measured.get(name)!, goalOf(name)));
      const { sent } = await background;
      rows.push({ name: `load really sent at ${rate}/s`, value: sent / seconds, unit: 'readings/s' });
    }
    for (const socket of sockets) socket.disconnect();
  } finally {
    await browser.close();
    await lab.close();
  }
  return { title: `Wire to wall: MQTT publish to screen, ${PROBES} changes at each load`, rows };
}

const goalOf = (name: string) => (name.startsWith('cloud') ? 500 : 150);

async function probe(lab: Lab, sightings: readonly Sighting[]): Promise<Map<string, number[]>> {
  const sensor = createSensorSimulator({ url: lab.brokerUrl, device: PROBE, password: PASSWORD });
  const taken = new Map(sightings.map(({ name }) => [name, [] as number[]]));
  let raised = false;
  for (let i = 0; i < PROBES; i++) {
    raised = !raised;
    const seen = sightings.map(({ name, at }) => at(raised).then((when) => ({ name, when })));
    const sent = Date.now();
    await sensor.publish('lift.height', raised ? 1_750 : 0);
    for (const { name, when } of await Promise.all(seen)) taken.get(name)!.push(when - sent);
    await sleep(40 + ((i * 37) % 120));
  }
  await sensor.close();
  return taken;
}

async function screenToken(lab: Lab): Promise<string> {
  const post = async (path: string, body: object) =>
    (await (
      await fetch(`${lab.gatewayUrl}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    ).json()) as { secret: string; token: string };
  const { secret } = await post('/wall/api/pairing', {});
  const { token } = await post('/wall/api/pairing/claim', { secret });
  await sleep(3_000);
  return token;
}

/** A screen without a page: says hello, acknowledges frames. */
async function watch(url: string, token: string): Promise<Socket> {
  const socket = io(`${url}${FEED_NAMESPACE}`, { transports: ['websocket'], auth: { token, site: day.site.id } });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect_error', reject);
    socket.once('snap', () => resolve());
    socket.on('snap', (_snapshot, ack: () => void) => ack());
    socket.on('delta', (_delta, ack: () => void) => ack());
    socket.on('connect', () => socket.emit('hello', {}));
  });
  return socket;
}

function sightingOf(socket: Socket): Sighting['at'] {
  return (raised) =>
    new Promise((resolve) => {
      const look = ({ view, change }: { view?: BoardView; change?: BoardChange }) => {
        if ((view ?? change)?.bays?.[PROBE_BAY]?.raised !== raised) return;
        socket.off('delta', look);
        socket.off('snap', look);
        resolve(Date.now());
      };
      socket.on('delta', look);
      socket.on('snap', look);
    });
}

function drawn(page: Page): Sighting['at'] {
  return (raised) =>
    page.evaluate(
      ({ bay, wanted }) =>
        new Promise<number>((resolve) => {
          const tile = document.querySelector(`[data-bay="${bay}"]`)!;
          const look = () => {
            if ((tile.querySelector('.raised') !== null) !== wanted) return false;
            observer.disconnect();
            // After the frame that shows it.
            requestAnimationFrame(() => setTimeout(() => resolve(Date.now())));
            return true;
          };
          const observer = new MutationObserver(look);
          observer.observe(tile, { subtree: true, childList: true, attributes: true });
          look();
        }),
      { bay: PROBE_BAY, wanted: raised },
    );
}
