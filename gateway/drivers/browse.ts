import { createSocket } from 'node:dgram';
import { type DnsRecord, dnsRecords, ptrQuestion } from '../../protocols/dns.ts';
import { LiftgateError, messageOf } from '../../protocols/error.ts';

export interface FoundBroker {
  /** As it calls itself, e.g. `Mosquitto on pi`. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  /** Where its answer came from. */
  readonly from: string;
}

const GROUP = '224.0.0.251';
const PORT = 5353;
const SERVICES = ['_mqtt._tcp.local', '_secure-mqtt._tcp.local'] as const;
const AGAIN_MS = [0, 300];

/**
 * Asks the LAN (or one given address) for MQTT brokers by mDNS (RFC 6762) and gathers answers for `timeoutMs`.
 * @throws LiftgateError `unreachable` when the question cannot be sent at all.
 */
export async function browseBrokers(
  { address = GROUP, port = PORT, timeoutMs }: { address?: string; port?: number; timeoutMs: number },
  signal: AbortSignal,
): Promise<FoundBroker[]> {
  const found = new Map<string, FoundBroker>();
  const socket = createSocket('udp4');
  const timers: NodeJS.Timeout[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = (e: unknown) =>
        reject(
          new LiftgateError(
            'unreachable',
            `expected to send a search for MQTT brokers to ${address}, got ${messageOf(e)}; is this machine on the LAN?`,
            { cause: e },
          ),
        );
      socket.on('error', fail);
      socket.on('message', (packet, { address: from }) => {
        for (const b of brokersIn(dnsRecords(packet), from)) found.set(`${b.name} ${b.port}`, b);
      });
      signal.addEventListener('abort', () => resolve(), { once: true });
      if (signal.aborted) resolve();
      timers.push(setTimeout(resolve, timeoutMs));
      for (const ms of AGAIN_MS)
        timers.push(
          setTimeout(() => {
            for (const s of SERVICES) socket.send(ptrQuestion(s), port, address, (e) => e && fail(e));
          }, ms),
        );
    });
  } finally {
    for (const t of timers) clearTimeout(t);
    await new Promise<void>((resolve) => socket.close(() => resolve()));
  }
  return [...found.values()];
}

function brokersIn(records: readonly DnsRecord[], from: string): FoundBroker[] {
  return records.flatMap(({ name: service, data }) => {
    const known = SERVICES.find((s) => s === service.toLowerCase());
    if (known === undefined || data.type !== 'PTR') return [];
    const server = records.find((r) => r.name === data.name && r.data.type === 'SRV')?.data;
    if (server?.type !== 'SRV') return [];
    const address = records.find((r) => r.name === server.host && r.data.type === 'A')?.data;
    const host = address?.type === 'A' ? address.address : from;
    const name = data.name.slice(0, -known.length - 1);
    return [{ name, host, port: server.port, secure: known === SERVICES[1], from }];
  });
}
