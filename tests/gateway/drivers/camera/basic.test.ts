import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createSnapshots } from '../../../../gateway/drivers/camera/snapshot.ts';
import { call, openSession } from '../../../../gateway/drivers/camera/soap.ts';
import { selfSigned } from './certificate.ts';

test('a camera that knows Basic alone is logged in to over https, for services and for pictures', async () => {
  const own = selfSigned();
  const seen: string[] = [];
  const server = createServer(own, (req, res) => {
    seen.push(req.headers.authorization ?? 'none');
    req.resume();
    if (req.headers.authorization !== `Basic ${Buffer.from('u:p:w').toString('base64')}`)
      return void res.writeHead(401, { 'www-authenticate': 'Basic realm="cam"' }).end();
    if (req.method === 'GET') return void res.end(Buffer.from('ffd8ff00ffd9', 'hex'));
    res.end('<Envelope><Body><R><MediaUri><Uri>/snap</Uri></MediaUri></R></Body></Envelope>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/onvif/device_service`;
  const session = openSession('cam', url, { user: 'u', password: 'p:w' }, Date.now, { fingerprint: own.fingerprint });
  const signal = AbortSignal.timeout(20_000);
  expect(await call(session, { url, body: '<GetServices/>', signal })).toMatchObject({ ok: true });
  const snapshots = createSnapshots(session, { events: [], media: [url], mediaVersion: 1 }, 'P');
  expect(await snapshots.take(signal)).toHaveLength(6);
  expect(session.scheme).toBe('basic');
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect(seen.filter((s) => s === 'none')).toHaveLength(2);
}, 60_000);
