import Database from 'better-sqlite3';
import { connectAsync } from 'mqtt';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createGateway } from '../cloud/modules/access/gateway.ts';
import { shareFleet } from '../cloud/modules/service/fleet.ts';
import { readGatewayConfig } from '../config/load.ts';
import { type Gateway, startGateway } from '../gateway/main.ts';
import type { EventData } from '../protocols/event.ts';
import { tempFolder } from './gateway/store/fixture.ts';
import { startTestCloud, type TestCloud } from './tools/cloud.ts';
import { flag } from './tools/facts.ts';

const CAR = 'LFV2A2156C3099001';
let cloud: TestCloud;
let cloudUrl: string;
let gateway: Gateway | null = null;
const { folder, remove } = tempFolder();

beforeAll(async () => {
  cloud = await startTestCloud();
  // Both sides have the true time: else what is said late is put right by an offset that is none.
  Object.defineProperty(cloud, 'now', { get: () => Date.now() });
  cloudUrl = await cloud.app.listen({ host: '127.0.0.1', port: 0 });
}, 60_000);
afterAll(async () => {
  await gateway?.stop();
  await cloud.stop();
  remove();
}, 60_000);

async function start(token: string): Promise<Gateway> {
  const outcome = readGatewayConfig(
    `
site: { id: north, name: North, timezone: Asia/Shanghai }
store: { folder: ${folder} }
http: { port: 0 }
cloud: { url: "${cloudUrl}", token: ${token} }
mqtt: { mode: embedded, host: 127.0.0.1, port: 0 }
bays: [{ id: B1 }]
devices: [{ kind: wican, id: dongle-1, password: dongle-password }]
`,
    `${folder}/site.yaml`,
  );
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.mistakes));
  gateway = await startGateway(outcome.config, { log: pino({ level: 'silent' }) });
  await soon(() => expect(gateway?.mqttPort()).not.toBeNull());
  return gateway;
}
const soon = <T>(check: () => T) => vi.waitFor(check, { timeout: 60_000, interval: 50 });

/** The dongle tells how far the car went between two regenerations of its filter. */
async function says(km: number): Promise<void> {
  const dongle = await connectAsync(`mqtt://127.0.0.1:${gateway!.mqttPort()}`, {
    username: 'dongle-1',
    password: 'dongle-password',
    clientId: 'dongle-1',
  });
  const signal = 'obd.dpf-regeneration-distance';
  const past = { signal, value: km, vin: CAR, at: Date.now() - 3_600_000, late: true };
  await dongle.publishAsync('liftgate/dongle-1/batch', JSON.stringify({ readings: [past] }), { qos: 1 });
  await dongle.endAsync();
}

/** What stands on the gateway's disk, the newest last. */
function onDisk(sql: string): string[] {
  const db = new Database(`${folder}/gateway.db`, { readonly: true });
  try {
    return db.prepare(sql).pluck().all() as string[];
  } finally {
    db.close();
  }
}
const told = () =>
  onDisk("SELECT data FROM event WHERE type = 'liftgate.vehicle.flag.v1' ORDER BY seq")
    .map((d) => JSON.parse(d) as EventData<'liftgate.vehicle.flag.v1'>)
    .findLast((f) => f.flag === 'particulate-filter');

test('cars of other sites give the limits of a car here, also after a restart and without the cloud', async () => {
  const { credential } = await createGateway(cloud.database.db, 'north', 'gw-1', cloud.now);
  await start(credential);
  await says(610);
  await soon(() => expect(told()).toMatchObject({ limits: 'textbook', act: null }));

  // Nine cars of the kind at three other sites, with 580 to 620 km between regenerations.
  for (let n = 0; n < 9; n++) {
    const other = await cloud.gateway(`other-${n % 3}`, `gw-${n}`);
    await other.send(
      flag(cloud.now, `LFV2A2158C30${10_000 + n}`, 'healthy', {
        flag: 'particulate-filter',
        unit: 'km',
        series: Array.from({ length: 8 }, (_, i) => ({ at: cloud.now - i * 86_400_000, value: 580 + 5 * n })),
        evidence: [{ name: 'regeneration', value: 580 + 5 * n, unit: 'km' }],
      }),
    );
  }
  const { db } = cloud.database;
  await soon(async () => {
    const { rowCount } = await db.query("SELECT 1 FROM vehicles WHERE site = 'north' AND vin = $1", [CAR]);
    expect(rowCount).toBe(1);
  });
  expect(await shareFleet(db, cloud.now)).toContain('north');
  const down = () => onDisk("SELECT body FROM down_event WHERE body LIKE '%fleet.prior%'");
  await soon(() => expect(down()).toHaveLength(1));
  expect(down()[0]).toContain('"model":"LFV2A215/C"');
  expect(down()[0]).not.toMatch(/LFV2A215[^/]/);

  await says(600);
  await soon(() => expect(told()).toMatchObject({ limits: 'fleet', watch: 420, act: 300 }));
  await soon(async () => {
    const { rows } = await db.query(
      "SELECT data FROM vehicle_flags WHERE site = 'north' AND flag = 'particulate-filter'",
    );
    expect(rows[0]?.data).toMatchObject({ limits: 'fleet', act: 300 });
  });

  await gateway!.stop();
  await cloud.app.close();
  await start(credential);
  await says(605);
  await soon(() => expect(told()).toMatchObject({ limits: 'fleet', act: 300, series: [{}, {}, {}] }));
}, 120_000);
