import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { findServices, firstProfile } from '../../../../gateway/drivers/camera/services.ts';
import { createSnapshots } from '../../../../gateway/drivers/camera/snapshot.ts';
import { openSession } from '../../../../gateway/drivers/camera/soap.ts';
import { type CameraOptions, createCameraSimulator } from '../../../../simulators/camera/camera.ts';

const never = new AbortController().signal;
const login = { user: 'u', password: 'p' };

async function simulated(options: Partial<CameraOptions> = {}) {
  const camera = await createCameraSimulator({
    host: '127.0.0.1',
    port: 0,
    rules: ['Bay 1'],
    clock: Date.now,
    ...login,
    ...options,
  });
  const session = openSession('cam-1', camera.url, login, Date.now);
  const services = await findServices(session, never);
  const profile = await firstProfile(session, services, never);
  return { camera, snapshots: createSnapshots(session, services, profile!) };
}

describe('snapshots', () => {
  test('are whole JPEG pictures, and a car in the bay changes what they show', async () => {
    const { camera, snapshots } = await simulated();
    const look = async () =>
      sharp(await snapshots.take(never))
        .greyscale()
        .resize(64, 36)
        .raw()
        .toBuffer();
    const empty = await look();
    camera.setOccupied('Bay 1', true);
    const car = await look();
    const changed = empty.filter((v, i) => Math.abs(v - car[i]!) > 20).length;
    expect(changed).toBeGreaterThan(100);
    expect((await sharp(await snapshots.take(never)).metadata()).width).toBe(960);
    await camera.close();
  });

  test('go on past the end of a nonce', async () => {
    const { camera, snapshots } = await simulated({ rules: ['a'] });
    for (let i = 0; i < 60; i += 1) expect((await snapshots.take(never)).length).toBeGreaterThan(1_000);
    await camera.close();
  });

  test('that are offered by rtsp only, or cut short, are not found', async () => {
    const { camera, snapshots } = await simulated();
    camera.setFault('no-snapshot');
    await expect(snapshots.take(never)).rejects.toMatchObject({ code: 'not-found', about: 'device cam-1' });
    camera.setFault(null);
    await snapshots.take(never);
    camera.setFault('half-answer');
    await expect(snapshots.take(never)).rejects.toMatchObject({ code: 'not-found' });
    await camera.close();
  });

  test.each<[string, RequestListener, object]>([
    ['HTML', (_q, s) => s.end('<html>login</html>'), { code: 'not-found' }],
    ['404', (_q, s) => s.writeHead(404).end(), { code: 'not-found' }],
    [
      'a redirect elsewhere',
      (_q, s) => s.writeHead(302, { location: 'http://192.0.2.1/' }).end(),
      { code: 'not-found' },
    ],
    // The password would travel in the clear.
    ['Basic alone', (_q, s) => s.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end(), { code: 'denied' }],
    ['nine megabytes', (_q, s) => s.end(Buffer.alloc(9 * 1_048_576, 0xff)), { code: 'unreachable' }],
  ])('a camera that answers with %s has none', async (_what, picture, error) => {
    const server = createServer((req, res) => {
      expect(req.headers.authorization ?? '').not.toMatch(/basic/i);
      if (req.url === '/snap') return picture(req, res);
      const uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/snap`;
      res.end(
        `<E><Body><GetSnapshotUriResponse><MediaUri><Uri>${uri}</Uri></MediaUri></GetSnapshotUriResponse></Body></E>`.replaceAll(
          'E>',
          'Envelope>',
        ),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/onvif`;
    const session = openSession('cam-1', url, login, Date.now);
    const snapshots = createSnapshots(session, { events: [], media: [url], mediaVersion: 1 }, 'p');
    await expect(snapshots.take(never)).rejects.toMatchObject(error);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});
