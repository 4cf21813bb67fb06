import { BlockList, isIP } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { LiftgateError } from '../../protocols/error.ts';

/** Addresses that are not routed on the Internet: RFC 1918, 6598, 3927; RFC 4193, 4291. */
const LOCAL: readonly [string, number, 'ipv4' | 'ipv6'][] = [
  ['10.0.0.0', 8, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['::1', 128, 'ipv6'],
];
const local = new BlockList();
for (const [net, prefix, family] of LOCAL) local.addSubnet(net, prefix, family);
const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

const listed = (list: BlockList, address: string) => list.check(address, address.includes(':') ? 'ipv6' : 'ipv4');

/** Is this the address of a machine on the site's own network? */
export function isLocal(address: string): boolean {
  return listed(local, address);
}

/**
 * Does a caller at this address, who called us by this host (without its port), sit at this very machine? A page under a
 * stranger's name that points here does not.
 */
export function isThisMachine(address: string, host: string): boolean {
  return isLoopback(address) && isLoopbackName(host);
}

function isLoopback(address: string): boolean {
  return listed(loopback, address);
}

/** Does a URL with this host (without its port) mean this very machine, whatever a name server says? */
function isLoopbackName(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  return bare === 'localhost' || (isIP(bare) > 0 && isLoopback(bare));
}

/**
 * Lets only the site's own network in, and only pages of this gateway change anything: a page of another origin that a
 * browser on the LAN has open could otherwise send forms here.
 */
export function keepToTheLan(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    if (!isLocal(request.ip))
      throw new LiftgateError(
        'denied',
        `the gateway answers its own network alone, and ${request.ip} is outside of it`,
      );
    const { origin, host } = request.headers;
    if (request.method === 'GET' || request.method === 'HEAD' || origin === undefined) return;
    if (!URL.canParse(origin) || new URL(origin).host !== host)
      throw new LiftgateError('denied', `a page of ${origin.slice(0, 100)} may not change anything here`);
  });
}
