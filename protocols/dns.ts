/** As much of DNS (RFC 1035) as a search for services on the LAN needs (RFC 6762, RFC 6763): one question, four kinds of record. */

export interface DnsRecord {
  readonly name: string;
  readonly data:
    | { readonly type: 'PTR'; readonly name: string }
    | { readonly type: 'SRV'; readonly host: string; readonly port: number }
    | { readonly type: 'A'; readonly address: string };
}

const TYPES = { 1: 'A', 12: 'PTR', 33: 'SRV' } as const;
const PTR = 12;
/** Class IN with the bit that asks for an answer to us alone (RFC 6762, 5.4). */
const IN_UNICAST = 0x8001;
const MOST_RECORDS = 500;
const MOST_JUMPS = 32;

/** A question for the pointers of a service such as `_mqtt._tcp.local`. */
export function ptrQuestion(name: string): Uint8Array {
  const labels = name.split('.').map((l) => new TextEncoder().encode(l));
  const size = 12 + labels.reduce((sum, l) => sum + 1 + l.length, 1) + 4;
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint16(4, 1);
  let at = 12;
  for (const label of labels) {
    bytes[at] = label.length;
    bytes.set(label, at + 1);
    at += 1 + label.length;
  }
  view.setUint16(at + 1, PTR);
  view.setUint16(at + 3, IN_UNICAST);
  return bytes;
}

/** The records of an answer that are of a known kind; none when it is no answer, or is broken: what stood before that. */
export function dnsRecords(bytes: Uint8Array): DnsRecord[] {
  const found: DnsRecord[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    // Bit 15 of the flags: a response.
    if ((view.getUint16(2) & 0x8000) === 0) return [];
    let at = 12;
    for (let i = 0; i < view.getUint16(4); i += 1) at = nameAt(bytes, at).next + 4;
    const count = view.getUint16(6) + view.getUint16(8) + view.getUint16(10);
    for (let i = 0; i < Math.min(count, MOST_RECORDS); i += 1) {
      const { name, next } = nameAt(bytes, at);
      const type = view.getUint16(next);
      const start = next + 10;
      const end = start + view.getUint16(next + 8);
      if (end > bytes.length) return found;
      const kind = TYPES[type as keyof typeof TYPES];
      if (kind === 'PTR') found.push({ name, data: { type: kind, name: nameAt(bytes, start).name } });
      if (kind === 'SRV')
        found.push({
          name,
          data: { type: kind, host: nameAt(bytes, start + 6).name, port: view.getUint16(start + 4) },
        });
      if (kind === 'A' && end - start === 4)
        found.push({ name, data: { type: kind, address: bytes.subarray(start, end).join('.') } });
      at = end;
    }
  } catch (e) {
    // Past the end of the packet.
    if (!(e instanceof RangeError)) throw e;
  }
  return found;
}

/** A name with its compression pointers followed (RFC 1035, 4.1.4). @throws RangeError past the end, or in a loop. */
function nameAt(bytes: Uint8Array, start: number): { name: string; next: number } {
  const labels: string[] = [];
  let next: number | null = null;
  let at = start;
  for (let jumps = 0; ; ) {
    const length = bytes[at];
    if (length === undefined) throw new RangeError('the packet ends in a name');
    if (length === 0) return { name: labels.join('.'), next: next ?? at + 1 };
    if (length >= 0xc0) {
      jumps += 1;
      if (jumps > MOST_JUMPS || at + 1 >= bytes.length) throw new RangeError('a name without an end');
      next ??= at + 2;
      at = ((length & 0x3f) << 8) | bytes[at + 1]!;
    } else {
      if (at + 1 + length > bytes.length || labels.length > 128) throw new RangeError('the packet ends in a name');
      labels.push(new TextDecoder().decode(bytes.subarray(at + 1, at + 1 + length)));
      at += 1 + length;
    }
  }
}
