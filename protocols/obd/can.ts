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

export function readCanLine(line: string, bus: 'can-11' | 'can-29', headers: boolean, whole = false): CanLine {
  if (!headers) return readTextLine(line);
  const idDigits = bus === 'can-11' ? 3 : 8;
  const bytes = bytesOf(line.slice(idDigits));
  const broken: CanLine = { source: null, line, part: null, fault: 'garbled' };
  if (bytes === null || bytes.length === 0 || line.length < idDigits) return broken;
  const source = line.slice(0, idDigits);
  if (!/^[0-9A-F]+$/.test(source)) return broken;
  if (whole) {
    const part = wholeMessage(bytes);
    return { source, line, part, fault: part === null ? 'garbled' : null };
  }
  // A CAN frame carries at most 8 bytes; more digits are two lines run together.
  if (bytes.length > 8) return broken;
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
      if (bytes.length < 8) return null;
      // 9.6.3.1: a length of zero says that the true one follows in four bytes.
      if (length === 0) return longFirst(bytes);
      return length < 8 ? null : { kind: 'first', length, bytes: bytes.slice(2) };
    }
    case 2:
      return { kind: 'consecutive', index: low, bytes: bytes.slice(1) };
    case 3:
      return { kind: 'flow-control' };
    default:
      return null;
  }
}

/**
 * A whole message in one line. It begins with a service's answer (41 to 7F), which is no PCI: 9.6 leaves 4 to F free.
 * Where its beginning stands in it again, two lines have run together.
 */
function wholeMessage(bytes: readonly number[]): Part | null {
  const [service = 0, parameter] = bytes;
  if (service < 0x41 || service > 0x7f) return null;
  const again = bytes.some((b, i) => i > 1 && b === service && bytes[i + 1] === parameter);
  return again && bytes.length > 7 ? null : { kind: 'single', bytes };
}

/** No control unit of a car says so much at once; a longer length is a broken frame. */
const LONGEST = 65_535;

function longFirst(bytes: readonly number[]): Part | null {
  const length = ((bytes[2]! * 256 + bytes[3]!) * 256 + bytes[4]!) * 256 + bytes[5]!;
  return length < 4096 || length > LONGEST ? null : { kind: 'first', length, bytes: bytes.slice(6) };
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
  if (bytes === null || bytes.length === 0) return at(null);
  // An ELM327 would number the lines of what does not fit into one frame; its imitators print it in one.
  return at(bytes.length > 7 ? wholeMessage(bytes) : { kind: 'single', bytes });
}

interface Assembly {
  readonly source: string | null;
  readonly length: number;
  readonly bytes: number[];
  /** Number of the next frame, modulo 16. */
  next: number;
  /** Frames that came before their turn, by number. */
  readonly early: Map<number, readonly number[]>;
  readonly line: string;
  /** When its last frame came, in ms; null where nobody knows. */
  at: number | null;
}

/** ISO 15765-2, 9.7: the longest time between two consecutive frames; what comes later belongs to nothing. */
const N_CR_MS = 1_000;
/** A frame that is further ahead than this is an old one, seen again. */
const AHEAD_MAX = 7;

/**
 * One buffer per sender: control units interleave, and some adapters swap or repeat lines. Frames are put in the order of
 * their numbers; what stays missing spoils the message, nothing is filled up.
 *
 * @param times when each line came, in ms, where that is known
 */
export function joinCan(lines: readonly CanLine[], headers: boolean, times: readonly number[] | null = null): Joined {
  const messages: Message[] = [];
  const faults: { fault: FrameFault; source: string | null; line: string }[] = [];
  const open = new Map<string | null, Assembly>();
  const fail = (fault: FrameFault, source: string | null, line: string) => faults.push({ fault, source, line });

  // Headers off: once two messages run side by side, nobody can say whose line is whose (data sheet p. 43).
  const mixed = !headers && lines.filter((l) => l.part?.kind === 'length').length > 1 && !startsInTurn(lines);

  lines.forEach(({ source, line, part, fault }, i) => {
    const at = times?.[i] ?? null;
    if (part === null) {
      fail(fault ?? 'garbled', source, line);
      return;
    }
    switch (part.kind) {
      case 'flow-control':
        break;
      case 'single':
        // It does not end a longer message of the same sender: stray answers land between its frames.
        messages.push({ source, bytes: part.bytes, can: true });
        break;
      case 'first':
      case 'length': {
        const before = open.get(source);
        const repeated = part.kind === 'first' && before?.line === line && before.next === 1;
        if (before && !repeated) fail('incomplete', source, before.line);
        const bytes = part.kind === 'first' ? [...part.bytes] : [];
        // The text form counts its lines from 0, the bus counts consecutive frames from 1.
        const next = part.kind === 'first' ? 1 : 0;
        open.set(source, { source, length: part.length, bytes, next, early: new Map(), line, at });
        break;
      }
      case 'consecutive': {
        const assembly = open.get(source);
        if (!assembly) {
          fail('sequence', source, line);
          break;
        }
        if (at !== null && assembly.at !== null && at - assembly.at > N_CR_MS) {
          fail('late', source, assembly.line);
          open.delete(source);
          break;
        }
        assembly.at = at;
        take(assembly, part.index, part.bytes);
        if (assembly.bytes.length < assembly.length) break;
        open.delete(source);
        if (mixed) fail('unattributable', source, assembly.line);
        else messages.push({ source, bytes: assembly.bytes.slice(0, assembly.length), can: true });
        break;
      }
    }
  });
  for (const rest of open.values()) {
    const fault = mixed ? 'unattributable' : rest.early.size > 0 ? 'sequence' : 'incomplete';
    fail(fault, rest.source, rest.line);
  }
  return { messages, faults };
}

/** Puts a frame where it belongs; a repeat of one that is there already changes nothing. */
function take(assembly: Assembly, index: number, bytes: readonly number[]): void {
  const ahead = (index - assembly.next) & 0x0f;
  if (ahead > AHEAD_MAX) return;
  if (!assembly.early.has(index)) assembly.early.set(index, bytes);
  for (let part = assembly.early.get(assembly.next); part; part = assembly.early.get(assembly.next)) {
    assembly.early.delete(assembly.next);
    assembly.bytes.push(...part);
    assembly.next = (assembly.next + 1) & 0x0f;
  }
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
