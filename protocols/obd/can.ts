import type { FrameFault, Joined, Message } from './frame.ts';
import { bytesOf } from './hex.ts';

/**
 * ISO 15765-2 (ISO-TP) as an adapter prints it. With headers on each line is identifier + PCI + data; with headers off
 * single frames are bare and longer messages come as a length line (`014`) and numbered lines (`0:…`, `1:…`).
 */

type Part =
  | { readonly kind: 'single'; readonly bytes: readonly number[] }
  | { readonly kind: 'first'; readonly length: number; readonly bytes: readonly number[] }
  | { readonly kind: 'consecutive'; readonly index: number; readonly bytes: readonly number[] }
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'flow-control' };

export interface CanLine {
  readonly source: string | null;
  readonly line: string;
  readonly part: Part | null;
  readonly fault: FrameFault | null;
}

export function readCanLine(line: string, bus: 'can-11' | 'can-29', headers: boolean): CanLine {
  if (!headers) return readTextLine(line);
  const idDigits = bus === 'can-11' ? 3 : 8;
  const bytes = bytesOf(line.slice(idDigits));
  const broken: CanLine = { source: null, line, part: null, fault: 'garbled' };
  // A CAN frame carries at most 8 bytes; more digits are two lines run together.
  if (bytes === null || bytes.length === 0 || bytes.length > 8 || line.length < idDigits) return broken;
  const source = line.slice(0, idDigits);
  if (!/^[0-9A-F]+$/.test(source)) return broken;
  const part = readPci(bytes);
  return { source, line, part, fault: part === null ? 'garbled' : null };
}

/** ISO 15765-2, 9.6: the protocol control information in the first nibble. */
function readPci(bytes: readonly number[]): Part | null {
  const [b0 = 0, b1 = 0] = bytes;
  const low = b0 & 0x0f;
  switch (b0 >> 4) {
    case 0:
      // A declared length beyond what came is a broken frame; padding behind it is cut, whatever its value.
      return low === 0 || low > bytes.length - 1 ? null : { kind: 'single', bytes: bytes.slice(1, 1 + low) };
    case 1: {
      const length = (low << 8) | b1;
      return bytes.length < 8 || length < 8 ? null : { kind: 'first', length, bytes: bytes.slice(2) };
    }
    case 2:
      return { kind: 'consecutive', index: low, bytes: bytes.slice(1) };
    case 3:
      return { kind: 'flow-control' };
    default:
      return null;
  }
}

function readTextLine(line: string): CanLine {
  const at = (part: Part | null): CanLine => ({ source: null, line, part, fault: part === null ? 'garbled' : null });
  if (/^[0-9A-F]{3}$/.test(line)) return at({ kind: 'length', length: Number.parseInt(line, 16) });
  if (/^[0-9A-F]:/.test(line)) {
    const bytes = bytesOf(line.slice(2));
    if (bytes === null || bytes.length === 0 || bytes.length > 7) return at(null);
    return at({ kind: 'consecutive', index: Number.parseInt(line[0]!, 16), bytes });
  }
  const bytes = bytesOf(line);
  return at(bytes === null || bytes.length === 0 || bytes.length > 7 ? null : { kind: 'single', bytes });
}

interface Assembly {
  readonly source: string | null;
  readonly length: number;
  readonly bytes: number[];
  next: number;
  readonly line: string;
}

/** One buffer per sender: control units interleave. Frames of one sender must come in order, modulo 16. */
export function joinCan(lines: readonly CanLine[], headers: boolean): Joined {
  const messages: Message[] = [];
  const faults: { fault: FrameFault; source: string | null; line: string }[] = [];
  const open = new Map<string | null, Assembly>();
  const fail = (fault: FrameFault, source: string | null, line: string) => faults.push({ fault, source, line });

  // Headers off: once two messages run side by side, nobody can say whose line is whose (data sheet p. 43).
  const lengths = lines.filter((l) => l.part?.kind === 'length');
  const mixed = !headers && lengths.length > 1 && !startsInTurn(lines);

  for (const { source, line, part, fault } of lines) {
    if (part === null) {
      fail(fault ?? 'garbled', source, line);
      continue;
    }
    switch (part.kind) {
      case 'flow-control':
        break;
      case 'single':
        messages.push({ source, bytes: part.bytes, can: true });
        break;
      case 'first':
      case 'length': {
        const before = open.get(source);
        if (before) fail('incomplete', source, before.line);
        const bytes = part.kind === 'first' ? [...part.bytes] : [];
        // The text form counts its lines from 0, the bus counts consecutive frames from 1.
        open.set(source, { source, length: part.length, bytes, next: part.kind === 'first' ? 1 : 0, line });
        break;
      }
      case 'consecutive': {
        const assembly = open.get(source);
        if (!assembly) {
          fail('sequence', source, line);
        } else if (part.index !== assembly.next) {
          // A repeat of the frame before is harmless; a gap spoils the message.
          if (part.index !== ((assembly.next + 15) & 0x0f)) {
            fail('sequence', source, line);
            open.delete(source);
          }
        } else {
          assembly.bytes.push(...part.bytes);
          assembly.next = (assembly.next + 1) & 0x0f;
          if (assembly.bytes.length >= assembly.length) {
            open.delete(source);
            if (mixed) fail('unattributable', source, assembly.line);
            else messages.push({ source, bytes: assembly.bytes.slice(0, assembly.length), can: true });
          }
        }
        break;
      }
    }
  }
  for (const rest of open.values()) fail(mixed ? 'unattributable' : 'incomplete', rest.source, rest.line);
  return { messages, faults };
}

/** Does each length line come after the message before it is whole? */
function startsInTurn(lines: readonly CanLine[]): boolean {
  let missing = 0;
  for (const { part } of lines) {
    if (part?.kind === 'length') {
      if (missing > 0) return false;
      missing = part.length;
    } else if (part?.kind === 'consecutive') {
      missing -= part.bytes.length;
    }
  }
  return true;
}
