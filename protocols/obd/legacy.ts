import type { FrameFault, Joined, Message } from './frame.ts';
import { bytesOf, hex } from './hex.ts';

/**
 * ISO 9141-2, ISO 14230-4 and SAE J1850 as an adapter prints them: three header bytes, up to seven bytes of data and a
 * checksum. An answer that needs more is several frames with a sequence byte (J1979, service 09).
 */

export interface LegacyLine {
  readonly source: string | null;
  readonly line: string;
  readonly bytes: readonly number[];
  readonly fault: FrameFault | null;
}

export function readLegacyLine(line: string, bus: 'iso' | 'j1850', headers: boolean): LegacyLine {
  const all = bytesOf(line);
  const broken = (fault: FrameFault): LegacyLine => ({ source: null, line, bytes: [], fault });
  if (all === null || all.length === 0) return broken('garbled');
  if (!headers) return all.length > 7 ? broken('garbled') : { source: null, line, bytes: all, fault: null };
  // ISO 14230 with a length byte may carry more than the seven bytes of the other buses.
  if (all.length < 5 || all.length > (bus === 'iso' ? 260 : 12)) return broken('garbled');
  const body = all.slice(0, -1);
  if (all.at(-1) !== (bus === 'iso' ? sum(body) : crc8(body))) return broken('checksum');
  if (bus !== 'iso' || all[0]! < 0x80) return { source: hex(all[2]!), line, bytes: body.slice(3), fault: null };
  return readKwp(body, line);
}

/** ISO 14230-2, 4.1: the low six bits of the format byte are the length of the data, or a fourth byte is. */
function readKwp(body: readonly number[], line: string): LegacyLine {
  const short = body[0]! & 0x3f;
  const head = short === 0 ? 4 : 3;
  const length = short === 0 ? body[3]! : short;
  const source = hex(body[2]!);
  if (length === 0 || body.length !== head + length) return { source, line, bytes: [], fault: 'garbled' };
  return { source, line, bytes: body.slice(head), fault: null };
}

/** ISO 9141-2 and ISO 14230-2: the sum of all bytes before it, modulo 256. */
export function sum(bytes: readonly number[]): number {
  return bytes.reduce((a, b) => (a + b) & 0xff, 0);
}

/** SAE J1850: CRC-8, polynomial 0x1D, start 0xFF, inverted at the end. */
export function crc8(bytes: readonly number[]): number {
  let crc = 0xff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80 ? ((crc << 1) ^ 0x1d) & 0xff : (crc << 1) & 0xff;
  }
  return crc ^ 0xff;
}

/** Service 09 numbers the frames of an answer from 1, but for the bitmap (00) and the message counts (01, 03 … 09). */
function isSequenced(bytes: readonly number[]): boolean {
  const [service, type = 0] = bytes;
  const isCount = type === 0 || (type < 0x0a && type % 2 === 1);
  return service === 0x49 && bytes.length === 7 && !isCount;
}

export function joinLegacy(lines: readonly LegacyLine[]): Joined {
  const messages: Message[] = [];
  const faults: { fault: FrameFault; source: string | null; line: string }[] = [];
  const groups = new Map<string, LegacyLine[]>();
  for (const l of lines) {
    if (l.fault !== null) faults.push({ fault: l.fault, source: l.source, line: l.line });
    else if (!isSequenced(l.bytes)) messages.push({ source: l.source, bytes: l.bytes, can: false });
    else {
      const key = `${l.source}/${l.bytes[1]}`;
      groups.set(key, [...(groups.get(key) ?? []), l]);
    }
  }
  for (const group of groups.values()) {
    const byNumber = new Map(group.map((l) => [l.bytes[2]!, l]));
    const first = group[0]!;
    const whole = Array.from({ length: Math.max(...byNumber.keys()) }, (_, i) => byNumber.get(i + 1));
    if (whole.some((l) => l === undefined)) {
      faults.push({ fault: 'incomplete', source: first.source, line: first.line });
      continue;
    }
    const data = whole.flatMap((l) => l!.bytes.slice(3));
    messages.push({ source: first.source, bytes: [first.bytes[0]!, first.bytes[1]!, ...data], can: false });
  }
  return { messages, faults };
}
