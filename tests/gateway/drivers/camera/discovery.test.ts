import { createSocket } from 'node:dgram';
import { describe, expect, test } from 'vitest';
import { discover } from '../../../../gateway/drivers/camera/discovery.ts';
import { createCameraSimulator } from '../../../../simulators/camera/camera.ts';

const never = new AbortController().signal;
const HOST = '127.0.0.1';

describe('finding cameras by WS-Discovery', () => {
  test('finds a camera on its address, with the URL of its device service', async () => {
    const options = { host: HOST, port: 0, user: 'u', password: 'p', rules: ['Bay 1'], clock: Date.now };
    const camera = await createCameraSimulator({ ...options, discoveryPort: 0 });
    const found = await discover({ address: HOST, port: camera.discoveryPort!, timeoutMs: 3_000 }, never);
    expect(found).toEqual([
      {
        urn: expect.stringMatching(/^urn:uuid:/),
        xaddrs: [camera.url],
        scopes: expect.arrayContaining(['onvif://www.onvif.org/name/Simulated%20bay%20camera']),
        from: HOST,
      },
    ]);
    await camera.close();
  });

  test('lets stray packets pass, and answers to the probes of others', async () => {
    const noise = createSocket('udp4');
    noise.on('message', (packet, from) => {
      const id = /MessageID>([^<]+)</.exec(packet.toString())?.[1];
      const match = (relatesTo: string, urn: string) =>
        `<E xmlns:a="u"><Header><a:RelatesTo>${relatesTo}</a:RelatesTo></Header><Body><ProbeMatches><ProbeMatch>` +
        `<EndpointReference><Address>${urn}</Address></EndpointReference></ProbeMatch></ProbeMatches></Body></E>`;
      const packets = [
        '',
        'hello',
        '\u0000\u0001',
        '<E><Header>',
        match('urn:uuid:other', 'urn:no'),
        match(id!, 'urn:yes'),
      ];
      for (const p of packets) noise.send(p, from.port, from.address);
    });
    await new Promise<void>((resolve) => noise.bind(0, HOST, resolve));
    const found = await discover({ address: HOST, port: noise.address().port, timeoutMs: 2_000 }, never);
    expect(found).toEqual([{ urn: 'urn:yes', xaddrs: [], scopes: [], from: HOST }]);
    await new Promise<void>((resolve) => noise.close(() => resolve()));
  });

  test('finds nothing where nobody answers, and ends early when stopped', async () => {
    const silent = createSocket('udp4');
    await new Promise<void>((resolve) => silent.bind(0, HOST, resolve));
    const stop = new AbortController();
    const search = discover({ address: HOST, port: silent.address().port, timeoutMs: 60_000 }, stop.signal);
    setTimeout(() => stop.abort(), 100);
    expect(await search).toEqual([]);
    await new Promise<void>((resolve) => silent.close(() => resolve()));
  });

  test('says so when the probe cannot be sent', async () => {
    await expect(discover({ address: 'no-such-host.invalid', timeoutMs: 20_000 }, never)).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining("is this machine on the cameras' network?"),
    });
  });
});
