import { createSocket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { describe, expect, test } from 'vitest';
import { discover, discoverEverywhere } from '../../../../gateway/drivers/camera/discovery.ts';
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

  test('asks the multicast group on every network card', async ({ skip }) => {
    const group = createSocket({ type: 'udp4', reuseAddr: true });
    await new Promise<void>((resolve) => group.bind(0, resolve));
    let joined = 0;
    const join = (card: string) => {
      try {
        group.addMembership('239.255.255.250', card);
        return 1;
      } catch {
        return 0;
      }
    };
    for (const card of Object.values(networkInterfaces()).flat())
      if (card?.family === 'IPv4') joined += join(card.address);
    if (joined === 0) {
      group.close();
      return skip('no network card of this machine takes part in multicast');
    }
    let asked = 0;
    group.on('message', (packet, from) => {
      const id = /MessageID>([^<]+)</.exec(packet.toString())?.[1];
      asked += 1;
      const answer =
        `<E xmlns:a="u"><Header><a:RelatesTo>${id}</a:RelatesTo></Header><Body><ProbeMatches><ProbeMatch>` +
        '<EndpointReference><Address>urn:one</Address></EndpointReference></ProbeMatch></ProbeMatches></Body></E>';
      group.send(answer, from.port, from.address);
    });
    const found = await discoverEverywhere({ port: group.address().port, timeoutMs: 1_500 }, never);
    await new Promise<void>((resolve) => group.close(() => resolve()));
    expect(asked).toBeGreaterThan(0);
    expect(found.map((c) => c.urn)).toEqual(['urn:one']);
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
