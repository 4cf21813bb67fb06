import { createSocket } from 'node:dgram';
import { expect, test } from 'vitest';
import { browseBrokers } from '../../../gateway/drivers/browse.ts';
import { dnsRecords } from '../../../protocols/dns.ts';
import fc from '../../tools/property.ts';

/** A responder's packet, written by hand with the compression that real ones use. */
function answer(): Buffer {
  const name = (text: string) => Buffer.concat(text.split('.').map((l) => Buffer.from([l.length, ...Buffer.from(l)])));
  const head = Buffer.from('000084000000000100000002', 'hex');
  const service = Buffer.concat([name('_mqtt._tcp.local'), Buffer.of(0)]);
  const u16 = (n: number) => Buffer.from([n >> 8, n & 255]);
  const record = (owner: Buffer, type: number, data: Buffer) =>
    Buffer.concat([owner, u16(type), u16(0x8001), Buffer.from('00000078', 'hex'), u16(data.length), data]);
  const pointer = (at: number) => u16(0xc000 | at);
  const instanceAt = 12 + service.length + 10;
  const first = record(service, 12, Buffer.concat([name('Shop broker'), pointer(12)]));
  const srvAt = 12 + first.length;
  const hostAt = srvAt + 2 + 10 + 6;
  const srv = record(
    pointer(instanceAt),
    33,
    Buffer.concat([u16(0), u16(0), u16(1883), name('pi'), pointer(12 + 6 + 5)]),
  );
  return Buffer.concat([head, first, srv, record(pointer(hostAt), 1, Buffer.from([192, 168, 7, 9]))]);
}

test('a broker that answers by mDNS is found, with the address that it names', async () => {
  const responder = createSocket('udp4');
  await new Promise<void>((resolve) => responder.bind(0, '127.0.0.1', resolve));
  responder.on('message', (_q, from) => {
    responder.send('noise', from.port, from.address);
    responder.send(answer(), from.port, from.address);
  });
  const found = await browseBrokers(
    { address: '127.0.0.1', port: responder.address().port, timeoutMs: 600 },
    new AbortController().signal,
  );
  responder.close();
  expect(found).toEqual([{ name: 'Shop broker', host: '192.168.7.9', port: 1883, secure: false, from: '127.0.0.1' }]);
});

test('no packet breaks the reader', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => Array.isArray(dnsRecords(bytes))));
  const whole = answer();
  fc.assert(
    fc.property(fc.nat(whole.length), fc.nat(whole.length - 1), fc.nat(255), (cut, at, byte) => {
      const bad = Uint8Array.from(whole.subarray(0, cut));
      if (at < cut) bad[at] = byte;
      return Array.isArray(dnsRecords(bad));
    }),
  );
});
