import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Client } from 'pg';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Advisor, signIn } from '../bin/demo/advisor.ts';
import { Day } from '../simulators/day.ts';
import type { BayRig, VehicleRig } from '../simulators/rig.ts';
import { launchBrowser } from './tools/browser.ts';
import { type Lab, openLab } from './tools/lab.ts';

/** Two cars, two bays, every device on its own wire: the chain from the wire to the pixels. */
const day = Day.parse({
  name: 'wire to wall',
  site: { id: 'lab', name: 'Lab workshop', timezone: 'Europe/Berlin', locale: 'en' },
  pace: 0.05,
  bays: [{ id: 'B1' }, { id: 'B2', obd: 'tcp' }],
  cars: [
    {
      ...{ vin: '1HGCM82633A004352', plate: 'AB·C1234', model: 'Accord', job: 'Service' },
      ...{ bay: 'B1', arrives: '0s', faults: ['weak-battery'], keptStarts: 36, promised: '30m', standard: '60m' },
      customer: { name: 'Customer A', email: 'customer-a@example.com', locale: 'en', consent: true },
      steps: ['1s leave'],
    },
    {
      ...{ vin: 'WVWZZZ3CZJE112233', plate: 'XY·Z9876', model: 'Passat', job: 'Diagnosis' },
      ...{ bay: 'B2', arrives: '0s', steps: ['1s leave'] },
    },
  ],
});
const [first, second] = [day.cars[0]!, day.cars[1]!];

let lab: Lab;
let browser: Browser;
let page: Page;
let advisor: Advisor;
let bays: Record<'B1' | 'B2', BayRig>;
let cars: readonly [VehicleRig, VehicleRig];

const tile = (bay: string) => page.locator(`[data-bay="${bay}"]`);
const says = async (bay: string, what: RegExp, timeout = 60_000) =>
  await tile(bay).filter({ hasText: what }).waitFor({ timeout });
const looks = async (bay: string, looks: string, timeout = 60_000) =>
  await page.locator(`[data-bay="${bay}"][data-look="${looks}"]`).waitFor({ timeout });

beforeAll(async () => {
  lab = await openLab(day);
  const { cloudUrl: url, manager } = lab;
  advisor = await signIn({ url, site: 'lab', ...manager, now: Date.now, blindBays: new Set() });
  for (const car of day.cars) await advisor.expect(car);
  bays = { B1: lab.rigs.bay('B1'), B2: lab.rigs.bay('B2') };
  cars = [lab.rigs.vehicle(first, () => 0.5), lab.rigs.vehicle(second, () => 0.5)];
  browser = await launchBrowser();
  page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
  await page.goto(`${lab.gatewayUrl}/wall`);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await lab?.close();
}, 60_000);

describe('from the wire to the wall', () => {
  test('an empty workshop is shown as empty once its sensors have said so, and never before', async () => {
    await looks('B1', 'free');
    await looks('B2', 'free');
  }, 90_000);

  test('a car that drives in and is scanned stands on its tile with the tail of its plate, and no more of it', async () => {
    bays.B1.enter(cars[0]);
    bays.B1.scan(first.vin);
    await says('B1', /1234/);
    expect(await page.content()).not.toContain('AB·C1234');
    expect(await page.content()).not.toContain(first.vin);
  }, 90_000);

  test('a car that nobody scans is identified by its own VIN through the OBD-II adapter', async () => {
    bays.B2.enter(cars[1]);
    await bays.B2.plug();
    await says('B2', /9876/);
  }, 90_000);

  test('a severe trouble code is an alert on the tile', async () => {
    cars[1].vehicle.startEngine();
    cars[1].vehicle.setCodes(['P0217']);
    await says('B2', /Severe/i, 90_000);
  }, 100_000);

  test('weeks of engine starts that a dongle kept become a battery flag, and a notice that waits for the advisor', async () => {
    await bays.B1.plug();
    await says('B1', /Maintenance/i);
    await expect.poll(async () => (await proposed()).length, { timeout: 30_000 }).toBe(1);
    const [notice] = await proposed();
    await api(`/v1/notices/${notice!.id}/approve`, {});
    await expect.poll(async () => (await api('/v1/mailbox')).items.length, { timeout: 60_000 }).toBe(1);
  }, 150_000);

  test('a scanned hold is the reason that the tile gives for waiting', async () => {
    bays.B1.scan('HOLD:parts');
    await looks('B1', 'waiting');
    await says('B1', /parts/i);
  }, 90_000);

  test('when the gateway is killed, the wall changes over to the cloud and keeps what it knew', async () => {
    process.kill(lab.gateway().pid, 'SIGKILL');
    await lab.gateway().ended;
    await page.locator('header').filter({ hasText: /cloud/i }).waitFor({ timeout: 20_000 });
    await says('B1', /1234/);
  }, 60_000);

  test('a scan and a sensor value that meet a dead gateway are not lost: the sensor sends again, the scanner was not told "received"', async () => {
    bays.B1.scan(first.vin);
    void bays.B2.lift(1_750, 10);
    await lab.restartGateway();
    await tile('B2').locator('.raised').waitFor({ timeout: 60_000 });
    bays.B1.scan('HOLD:none');
    await tile('B1').filter({ hasNotText: /parts/i }).waitFor({ timeout: 60_000 });
  }, 150_000);

  test('nothing acknowledged is missing or doubled: gateway and cloud hold the same log, without a gap', async () => {
    await bays.B2.lift(0, 10);
    bays.B1.leave();
    bays.B2.leave();
    await looks('B1', 'free');
    await looks('B2', 'free');
    const here = gatewayLog();
    expect(here.map((e) => e.seq)).toEqual(here.map((_, i) => i + 1));
    const wanted = here.map((e) => `${e.epoch}-${e.seq}`);
    const arrived = async () => {
      const there = await cloudLog();
      expect(new Set(there).size).toBe(there.length);
      const got = new Set(there);
      return wanted.filter((id) => !got.has(id));
    };
    await expect.poll(arrived, { timeout: 60_000, interval: 500 }).toEqual([]);
  }, 120_000);
});

let cookie = '';
async function api(path: string, body?: object) {
  if (cookie === '') {
    const signed = await fetch(`${lab.cloudUrl}/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(lab.manager),
    });
    cookie = signed.headers.getSetCookie()[0]!.split(';')[0]!;
  }
  const headers = { cookie, ...(body && { 'content-type': 'application/json' }) };
  const reply = await fetch(`${lab.cloudUrl}${path}`, {
    headers,
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  });
  if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
  return reply.status === 204 ? null : await reply.json();
}

/** Notices that wait for the advisor: not those of cars whose customer nobody knows. */
async function proposed(): Promise<{ id: string }[]> {
  const { items } = await api('/v1/notices?site=lab');
  return items.filter((n: { state: string }) => n.state === 'proposed');
}

function gatewayLog(): { epoch: string; seq: number }[] {
  return onGateway(
    (db) =>
      db.prepare('SELECT epoch.epoch, event.seq FROM event, epoch ORDER BY event.seq').all() as {
        epoch: string;
        seq: number;
      }[],
  );
}

function onGateway<T>(ask: (db: Database.Database) => T): T {
  const db = new Database(join(lab.folder, 'gateway/gateway.db'), { readonly: true });
  try {
    return ask(db);
  } finally {
    db.close();
  }
}

/** Keys of all events that the cloud took from the gateway. */
async function cloudLog(): Promise<string[]> {
  const home = join(lab.folder, 'cloud');
  const password = readFileSync(join(home, 'password'), 'utf8').trim();
  const port = Number(readFileSync(join(home, 'pg/postmaster.pid'), 'utf8').split('\n')[3]);
  const client = new Client({ host: '127.0.0.1', port, user: 'liftgate', password, database: 'liftgate' });
  await client.connect();
  try {
    const { rows } = await client.query("SELECT epoch || '-' || seq AS id FROM events WHERE gateway = 'gw-1'");
    return rows.map((row: { id: string }) => row.id);
  } finally {
    await client.end();
  }
}
