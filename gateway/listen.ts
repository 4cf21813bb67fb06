import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { FastifyInstance } from 'fastify';
import { LiftgateError, messageOf } from '../protocols/error.ts';

const WILD = new Set(['0.0.0.0', '::']);

/**
 * Opens the port.
 * @returns `url` for this very machine, `lanUrl` for others on the network
 * @throws LiftgateError `conflict` when the port is taken, `config` when the address cannot be used
 */
export async function listen(
  app: FastifyInstance,
  { host, port }: { host: string; port: number },
): Promise<{ url: string; lanUrl: string }> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    const { code } = cause as { code?: string };
    if (code === 'EADDRINUSE')
      throw new LiftgateError(
        'conflict',
        `port ${port} on ${host} is taken: stop the program that has it, or choose another http.port`,
        { about: 'http.port', cause },
      );
    throw new LiftgateError('config', `cannot listen on http.host ${host}, port ${port}: ${messageOf(cause)}`, {
      about: 'http.host',
      cause,
    });
  }
  const bound = (app.server.address() as AddressInfo).port;
  const urlOf = (name: string) => `http://${name.includes(':') ? `[${name}]` : name}:${bound}`;
  const wild = WILD.has(host);
  return { url: urlOf(wild ? '127.0.0.1' : host), lanUrl: urlOf(wild ? lanAddress() : host) };
}

/** This machine's first address on a network. */
function lanAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.find((a) => a.family === 'IPv4' && !a.internal)?.address ?? '127.0.0.1';
}
