import { randomUUID } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { LiftgateError, messageOf } from '../../../protocols/error.ts';
import { at, child, childrenOf, textAt, type XmlNode } from '../../../protocols/onvif/tree.ts';
import { parseXml } from './xml.ts';

export interface FoundCamera {
  /** The endpoint's stable address, mostly `urn:uuid:…`. */
  readonly urn: string;
  /** Device service URLs, as the camera gives them. */
  readonly xaddrs: readonly string[];
  /** E.g. `onvif://www.onvif.org/name/Bay1`. */
  readonly scopes: readonly string[];
  /** The address that its answer came from. */
  readonly from: string;
}

const GROUP = '239.255.255.250';
const PORT = 3702;
/** Datagrams get lost: the probe is sent again after these pauses (SOAP-over-UDP 1.1, 3). */
const AGAIN_MS = [0, 150, 500];
const MOST = 1_000;

interface Search {
  /** The multicast group of WS-Discovery if left out. */
  readonly address?: string;
  readonly port?: number;
  /** Address of the network card to ask on; the one of the default route if left out. */
  readonly local?: string;
  readonly timeoutMs: number;
}

/** Asks on every network card of this machine: cameras often hang on one of their own. */
export async function discoverEverywhere(search: Search, signal: AbortSignal): Promise<FoundCamera[]> {
  const cards = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const local = cards.filter((c) => c.family === 'IPv4').map((c) => c.address);
  const answers = await Promise.allSettled(local.map((l) => discover({ ...search, local: l }, signal)));
  const heard = answers.flatMap((a) => (a.status === 'fulfilled' ? [a.value] : []));
  const failed = answers.find((a) => a.status === 'rejected');
  if (heard.length === 0 && failed) throw failed.reason;
  return [...new Map(heard.flat().map((c) => [c.urn, c])).values()];
}

/**
 * Asks the LAN (or one given address) for ONVIF cameras by WS-Discovery and gathers answers for `timeoutMs`.
 * Packets that are no answer to this very probe are let pass. Resolves early, with what it has, when aborted.
 * @throws LiftgateError `unreachable` when the probe cannot be sent at all (no network).
 */
export async function discover(
  { address = GROUP, port = PORT, local, timeoutMs }: Search,
  signal: AbortSignal,
): Promise<FoundCamera[]> {
  const id = `urn:uuid:${randomUUID()}`;
  const found = new Map<string, FoundCamera>();
  const socket = createSocket('udp4');
  const timers: NodeJS.Timeout[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      // Listeners first: a socket without one for `error` takes the process with it.
      socket.on('error', (e) => reject(unsendable(address, e)));
      socket.on('message', (packet, { address: from }) => {
        for (const c of answersIn(packet, id, from)) if (found.size < MOST) found.set(c.urn, c);
      });
      signal.addEventListener('abort', () => resolve(), { once: true });
      if (signal.aborted) resolve();
      timers.push(setTimeout(resolve, timeoutMs));
      const pauses = AGAIN_MS.filter((ms) => ms < timeoutMs);
      let failed = 0;
      const send = () =>
        socket.send(probe(id), port, address, (e) => {
          if (!e) return;
          failed += 1;
          if (failed === pauses.length) reject(unsendable(address, e));
        });
      const start = () => {
        try {
          if (local !== undefined && address === GROUP) socket.setMulticastInterface(local);
        } catch (e) {
          return reject(unsendable(address, e));
        }
        for (const ms of pauses) timers.push(setTimeout(send, ms));
      };
      if (local === undefined) start();
      else socket.bind(0, local, start);
    });
  } finally {
    for (const t of timers) clearTimeout(t);
    await close(socket);
  }
  return [...found.values()];
}

function unsendable(address: string, e: unknown): LiftgateError {
  return new LiftgateError(
    'unreachable',
    `expected to send a camera search to ${address}, got ${messageOf(e)}; is this machine on the cameras' network?`,
    { cause: e },
  );
}

function close(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    try {
      socket.close(() => resolve());
    } catch {
      // Its own error has closed it already.
      resolve();
    }
  });
}

function probe(id: string): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" ' +
    'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"><s:Header>' +
    '<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action>' +
    `<a:MessageID>${id}</a:MessageID><a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To></s:Header><s:Body>` +
    '<d:Probe xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery">' +
    '<d:Types xmlns:dn="http://www.onvif.org/ver10/network/wsdl">dn:NetworkVideoTransmitter</d:Types>' +
    '</d:Probe></s:Body></s:Envelope>'
  );
}

function answersIn(packet: Buffer, id: string, from: string): FoundCamera[] {
  let root: XmlNode;
  try {
    root = parseXml(packet.toString('utf8'));
  } catch {
    return [];
  }
  if (textAt(root, 'Header', 'RelatesTo') !== id) return [];
  return childrenOf(at(root, 'Body', 'ProbeMatches'), 'ProbeMatch').flatMap((match) => {
    const urn = textAt(match, 'EndpointReference', 'Address');
    const words = (name: string) =>
      child(match, name)
        ?.text.split(/\s+/)
        .filter((w) => w !== '') ?? [];
    return urn === null ? [] : [{ urn, xaddrs: words('XAddrs'), scopes: words('Scopes'), from }];
  });
}
