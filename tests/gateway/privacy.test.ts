import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync, inflateSync } from 'node:zlib';
import { pino } from 'pino';
import sharp from 'sharp';
import { expect, test, vi } from 'vitest';
import { readGatewayConfig } from '../../config/load.ts';
import { startGateway } from '../../gateway/main.ts';
import { CELLS_VERSION } from '../../gateway/vision/cells.ts';
import { readFrame } from '../../gateway/vision/frame.ts';
import { Looker } from '../../gateway/vision/look.ts';
import { rowOf } from '../../gateway/vision/row.ts';
import { trainBay } from '../../gateway/vision/train.ts';
import type { SiteCameras } from '../../protocols/api/camera.ts';
import { createCameraSimulator } from '../../simulators/camera/camera.ts';
import { createLiveView } from '../../simulators/camera/picture.ts';
import { OUTLINES, openCameraSite } from '../tools/camera-site.ts';
import { tempFolder } from './store/fixture.ts';
import { startMiniCloud } from './sync/mini-cloud.ts';

/** How a JPEG, PNG or WebP begins: as bytes, as base64 of them, as hex. */
const PICTURE = /\xff\xd8\xff[\xdb\xe0-\xef]|\x89PNG|RIFF....WEBP|\/9j\/|iVBORw0K|UklGR|ffd8ff|89504e47/is;

/** Stands between gateway and cloud and keeps all that goes up, unpacked. */
async function openTap(cloud: string) {
  const seen: Buffer[] = [];
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (c: Buffer) => chunks.push(c));
    req.on('end', () => void pass());
    const pass = async () => {
      const body = Buffer.concat(chunks);
      const coding = req.headers['content-encoding'];
      seen.push(Buffer.from(`${req.url} ${JSON.stringify(req.headers)}\n`), body);
      if (coding === 'gzip') seen.push(gunzipSync(body));
      if (coding === 'deflate') seen.push(inflateSync(body));
      const headers = Object.fromEntries(
        Object.entries(req.headers).filter(([k]) => !/^(host|connection|content-length|transfer-encoding)$/.test(k)),
      );
      const up = await fetch(`${cloud}${req.url}`, {
        method: req.method!,
        headers: headers as Record<string, string>,
        ...(body.length > 0 ? { body } : {}),
      });
      const down = Buffer.from(await up.arrayBuffer());
      res.writeHead(up.status, { 'content-type': up.headers.get('content-type') ?? 'text/plain' }).end(down);
    };
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    seen,
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

/** Short runs of a picture's own bytes: of its file, of its pixels as decoded, and of those at the size of a look. */
async function runsOf(picture: Buffer): Promise<string[]> {
  const native = await sharp(picture).raw().toBuffer();
  const small = Buffer.from((await readFrame(picture)).rgb);
  const grey = await sharp(picture).greyscale().raw().toBuffer();
  return [picture, native, small, grey].flatMap((bytes) =>
    [0.3, 0.5, 0.7].map((share) => Math.floor(share * bytes.length)).map((at) => bytes.toString('latin1', at, at + 24)),
  );
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((f) => join(folder, f))
    .filter((f) => statSync(f).isFile());
}

test('of all that a camera shows, no picture goes up to the cloud, onto the disk or into the log', async () => {
  const { folder, remove } = tempFolder();
  const cloud = await startMiniCloud();
  const tap = await openTap(cloud.url);
  const account = { user: 'u', password: 'camera-password', rules: ['B1', 'B2'] };
  const shown: Buffer[] = [];
  const scenes = account.rules.map((rule) => ({ rule, occupied: false, object: 1 }));
  const shoot = createLiveView(scenes);
  const picture = async () => {
    const taken = await shoot(Date.now());
    shown.push(taken);
    return taken;
  };
  const camera = await createCameraSimulator({ host: '127.0.0.1', port: 0, clock: Date.now, ...account, picture });
  // A model, so that bays are judged by these pictures.
  const rows = [];
  for (let i = 0; i < 4; i += 1) {
    Object.assign(scenes[0]!, { occupied: i % 2 === 1, object: i + 1 });
    const { cells } = new Looker().look(await readFrame(await shoot(Date.now())), [OUTLINES.B1!]);
    rows.push({ occupied: i % 2 === 1, row: rowOf(OUTLINES.B1!, cells[0]!) });
  }
  const model = { kind: 'liftgate-vision', features: CELLS_VERSION, regions: [trainBay('B1', OUTLINES.B1!, rows)] };
  writeFileSync(join(folder, 'model.json'), JSON.stringify(model));
  const temporary = process.env.TMPDIR;
  process.env.TMPDIR = join(folder, 'tmp');
  mkdirSync(process.env.TMPDIR);
  const read = readGatewayConfig(
    `
site: { id: north, name: North, timezone: Asia/Shanghai }
store: { folder: ${folder} }
http: { port: 0 }
cloud: { url: "${tap.url}", token: a-credential-of-this-gateway }
rules: { pace: 0.05, minimumStay: 1, minimumGap: 1 }
bays: [{ id: B1 }, { id: B2 }]
devices:
  - { kind: camera, id: cam-1, url: "${camera.url}", user: u, password: camera-password, rules: [{ rule: B1, bay: B1 }, { rule: B2, bay: B2 }], pixels: { model: model.json, every: 1 } }
`,
    `${folder}/site.yaml`,
  );
  if (!read.ok) throw new Error(JSON.stringify(read.mistakes));
  const logged: string[] = [];
  const gateway = await startGateway(read.config, {
    log: pino({ level: 'trace' }, { write: (l: string) => void logged.push(l) }),
  });
  try {
    /** All that stands on the disk: database, its log, temporary files. */
    const bytes = () => filesUnder(folder).map((f) => [f, readFileSync(f).toString('latin1')] as const);
    camera.setOccupied('B1', true);
    await vi.waitFor(() => expect(shown.length).toBeGreaterThan(1), { timeout: 30_000, interval: 100 });
    const said = () => tap.seen.map((b) => b.toString('latin1')).join('\n');
    await vi.waitFor(() => expect(said()).toContain('liftgate.bay.occupancy.v1'), { timeout: 30_000, interval: 100 });

    await vi.waitFor(() => expect(bytes().some(([, b]) => b.includes('pixels/B1'))).toBe(true), { timeout: 30_000 });
    const runs = (await Promise.all(shown.map(runsOf))).flat();
    expect(runs.length).toBeGreaterThan(20);
    for (const [where, held] of [...bytes(), ['uplink', said()], ['log', logged.join('\n')]] as const) {
      expect(`${where} ${held.match(PICTURE)?.index}`).toBe(`${where} undefined`);
      expect(runs.filter((r) => held.includes(r)).length, where).toBe(0);
    }
    // The search itself finds what it is for.
    expect(Buffer.from([0xff, 0xd8, 0xff, 0xe0]).toString('latin1')).toMatch(PICTURE);
  } finally {
    if (temporary === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = temporary;
    await gateway.stop();
    await camera.close();
    await tap.close();
    await cloud.close();
    remove();
  }
}, 90_000);

test('of a calibration on the site page, no picture goes onto the disk, up to the cloud or into the log; labels stay on site', async () => {
  const cloud = await startMiniCloud();
  const tap = await openTap(cloud.url);
  const site = await openCameraSite({ cloud: tap.url });
  const pictured: string[] = [];
  const look = () => {
    for (const f of filesUnder(site.folder)) if (PICTURE.test(readFileSync(f).toString('latin1'))) pictured.push(f);
  };
  /** Of the bay that is taught, as JSON. */
  const call = async (method: string, path: string, body: object) => {
    const answer = await site.call(method, `/cameras/cam-1/bays/B1${path}`, body);
    const text = await answer.text();
    expect([answer.status, answer.headers.get('cache-control')], text).toEqual([200, 'no-store']);
    expect(text).not.toMatch(PICTURE);
    look();
    return JSON.parse(text) as { revision: number };
  };
  const state = async () => {
    const { items } = (await (await site.call('GET', '/cameras')).json()) as SiteCameras;
    return items[0]!.bays[0]!;
  };
  try {
    const picture = async () => {
      const shot = await site.call('GET', '/cameras/cam-1/picture');
      expect([shot.status, shot.headers.get('cache-control')]).toEqual([200, 'no-store']);
      // What is searched for is what is sent.
      expect(Buffer.from(await shot.arrayBuffer()).toString('latin1')).toMatch(PICTURE);
      return shot.headers.get('liftgate-frame')!;
    };
    await vi.waitFor(picture, { timeout: 30_000, interval: 200 });
    let { revision } = await call('PUT', '/outline', { outline: OUTLINES.B1, revision: 0 });
    for (let i = 0; i < 6; i += 1) {
      site.camera.setOccupied('B1', i % 2 === 1);
      await new Promise((r) => setTimeout(r, 1_050));
      const label = { frame: await picture(), occupied: i % 2 === 1, revision };
      ({ revision } = await call('POST', '/labels', label));
    }
    await vi.waitFor(async () => expect((await state()).trained).not.toBe(null), { timeout: 30_000, interval: 200 });
    await call('POST', '/model', { use: 'trained', revision });
    const said = () => tap.seen.map((b) => b.toString('latin1')).join('\n');
    await vi.waitFor(() => expect(said()).toContain('liftgate.bay.occupancy.v1'), { timeout: 30_000, interval: 100 });
    await site.restart();
    look();

    expect(pictured).toEqual([]);
    expect(said()).not.toMatch(PICTURE);
    expect(site.logged.join('\n')).not.toMatch(PICTURE);
    // Neither do the measures go up: they are of no use to anybody but this gateway.
    for (const word of ['texture', 'leaveOneOut', 'logistic', 'outline']) expect(said()).not.toContain(word);
    expect((await state()).inUse?.from).toBe('site');
  } finally {
    await site.close();
    await tap.close();
    await cloud.close();
  }
}, 120_000);
