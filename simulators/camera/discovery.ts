import { randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { envelope, escapeXml, readEnvelope, text } from './xml.ts';

const GROUP = '239.255.255.250';

export interface Responder {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Answers WS-Discovery probes, on its own address and, where the machine has an interface for it, on the multicast
 * group. `port` 0 takes any free one.
 */
export async function createResponder(host: string, port: number, urn: string, xaddr: string): Promise<Responder> {
  const socket = createSocket({ type: 'udp4', reuseAddr: port !== 0 });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, host, resolve);
  });
  socket.on('error', () => {});
  try {
    socket.addMembership(GROUP);
  } catch {
    // No multicast here (a container, loopback only): probes to the address itself are still answered.
  }
  socket.on('message', (packet, from) => {
    const probe = readEnvelope(packet.toString('utf8'));
    const id = text(probe?.header, 'MessageID');
    const types = text(probe?.request, 'Types') ?? '';
    if (probe?.operation !== 'Probe' || id === null) return;
    if (types !== '' && !/NetworkVideoTransmitter|:Device\b/.test(types)) return;
    socket.send(matches(id, urn, xaddr), from.port, from.address, () => {});
  });
  return {
    port: socket.address().port,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function matches(relatesTo: string, urn: string, xaddr: string): string {
  const ns = 'http://schemas.xmlsoap.org/ws/2005/04/discovery';
  return envelope(
    `<d:ProbeMatches xmlns:d="${ns}"><d:ProbeMatch><wsa:EndpointReference><wsa:Address>${urn}</wsa:Address></wsa:EndpointReference>` +
      '<d:Types xmlns:dn="http://www.onvif.org/ver10/network/wsdl">dn:NetworkVideoTransmitter</d:Types>' +
      '<d:Scopes>onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/name/Simulated%20bay%20camera ' +
      'onvif://www.onvif.org/hardware/sim-1</d:Scopes>' +
      `<d:XAddrs>${escapeXml(xaddr)}</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch></d:ProbeMatches>`,
    `<wsa:MessageID>urn:uuid:${randomUUID()}</wsa:MessageID><wsa:RelatesTo>${escapeXml(relatesTo)}</wsa:RelatesTo>` +
      `<wsa:Action>${ns}/ProbeMatches</wsa:Action>`,
  ).replace('<SOAP-ENV:Envelope ', '<SOAP-ENV:Envelope xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing" ');
}
