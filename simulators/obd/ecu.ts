import type { EngineReadings } from './engine.ts';
import { byte, type Parameters, word } from './live.ts';
import type { TestResult } from './self-tests.ts';

/**
 * A control unit by SAE J1979: what it says to a functional request. It keeps silent about what it does not support.
 * On CAN a request may name up to six parameters, and counts come first; on the older buses an answer that needs more
 * than seven bytes is several numbered messages.
 */
export type Ecu = (request: readonly number[], alone: boolean) => (readonly number[])[];

interface Codes {
  readonly stored: readonly string[];
  readonly pending: readonly string[];
  readonly permanent: readonly string[];
}

/** What a control unit remembers of the moment when a code was stored. */
interface Frozen {
  readonly code: string;
  readonly values: ReadonlyMap<number, readonly number[]>;
}

export interface EcuParts {
  readonly can: boolean;
  readonly live: Parameters;
  readonly info: Parameters;
  readonly codes: Codes;
  readonly frozen: () => Frozen | null;
  readonly tests: readonly TestResult[];
  /** What it tells of itself by ISO 14229. */
  readonly identity: Identity;
  /** Tests of service 08. */
  readonly controls: readonly number[];
  /** False: the conditions are not right. */
  clear(): boolean;
}

interface Identity {
  readonly part: string;
  readonly serial: string;
  readonly software: string;
}

interface EngineEcuOptions {
  readonly vin: string;
  readonly can: boolean;
  readonly codes: Codes;
  readonly live: Parameters;
  readonly tests: () => readonly TestResult[];
  readonly frozen: () => Frozen | null;
  clear(): boolean;
}

export function engineParts(options: EngineEcuOptions): EcuParts {
  const { vin, can, codes, live, tests } = options;
  const info: Parameters = {
    2: () => ascii(vin, 17),
    4: () => [...ascii('LG-SIM-0427', 16), ...ascii('LG-SIM-0427-B', 16)],
    6: () => [0x17, 0x91, 0xbc, 0x82, 0x98, 0x12, 0x34, 0x76],
    // In-use performance: ignition cycles and how often each monitor ran.
    8: () => [0x01, 0x90, 0x02, 0x58, ...Array.from({ length: 14 }, (_, i) => word(40 + i * 7)).flat()],
    10: () => ascii('ECM\0-EngineControl', 20),
  };
  return {
    can,
    live,
    info,
    codes,
    frozen: options.frozen,
    get tests() {
      return tests();
    },
    identity: identityOf('ECM'),
    controls: [0x01],
    clear: () => options.clear(),
  };
}

/** Any other control unit: it knows its own name, and how fast the car goes. */
export function otherParts(options: {
  readonly can: boolean;
  readonly name: string;
  readonly codes: Codes;
  readonly now: () => EngineReadings;
}): EcuParts {
  const live: Parameters = {
    1: () => [options.codes.stored.length > 0 ? 0x80 | options.codes.stored.length : 0, 0, 0, 0],
    13: () => [byte(options.now().speed)],
  };
  const info: Parameters = {
    4: () => ascii(`LG-${options.name}-01`, 16),
    6: () => [0x0a, 0x0b, 0x0c, options.name.charCodeAt(0)],
    10: () => ascii(`${options.name.padEnd(4, '\0')}-${options.name}`, 20),
  };
  return {
    can: options.can,
    live,
    info,
    codes: options.codes,
    frozen: () => null,
    tests: [],
    identity: identityOf(options.name),
    controls: [],
    clear: () => true,
  };
}

function identityOf(name: string): Identity {
  return { part: `LG-${name}-8K0907`, serial: `S-${name}-000417`, software: 'V4.27' };
}

/**
 * Services 01 to 0A of SAE J1979. `alone`: a service that it does not know is refused to who asks it alone, and silence to who asks all
 * (ISO 14229-1, 7.5).
 */
export function classicEcu(ecu: EcuParts): Ecu {
  return (request, alone) => {
    const [service, ...rest] = request;
    switch (service) {
      case 0x01:
        return liveAnswer(ecu, rest);
      case 0x02:
        return frozenAnswer(ecu, rest);
      case 0x03:
        return codesAnswer(0x43, ecu.codes.stored, ecu.can);
      case 0x04:
        return ecu.clear() ? [[0x44]] : [[0x7f, 0x04, 0x22]];
      case 0x05:
        return ecu.can ? [] : sensorAnswer(ecu, rest);
      case 0x06:
        return ecu.can ? testsAnswer(ecu, rest[0]) : makersAnswer(ecu, rest[0]);
      case 0x07:
        return codesAnswer(0x47, ecu.codes.pending, ecu.can);
      case 0x08: {
        // The list of tests, and nothing that moves; on the older buses nobody asks.
        const list = Object.fromEntries(ecu.controls.map((tid) => [tid, () => []]));
        const map = ecu.can && ecu.controls.length > 0 && rest[0] === 0 ? bitmap(list, 0) : null;
        return map ? [[0x48, 0, ...map]] : [];
      }
      case 0x0a:
        // Permanent codes came with the cars that speak CAN.
        return ecu.can ? codesAnswer(0x4a, ecu.codes.permanent, true) : [];
      case 0x09:
        return infoAnswer(ecu, rest[0]);
      default:
        return alone ? [[0x7f, service ?? 0, 0x11]] : [];
    }
  };
}

/** `02 pid frame`: only frame 00 is kept; parameter 02 is the code that caused it. */
function frozenAnswer(ecu: EcuParts, [pid, frame]: readonly number[]): (readonly number[])[] {
  const frozen = ecu.frozen();
  if (pid === undefined || frame !== 0) return [];
  if (pid === 0x02) return [[0x42, 2, 0, ...(frozen ? codeBytes(frozen.code) : [0, 0])]];
  if (frozen === null) return [];
  const known: Record<number, () => readonly number[]> = { 2: () => codeBytes(frozen.code) };
  for (const [p, data] of frozen.values) known[p] = () => data;
  const data = pid % 0x20 === 0 ? bitmap(known, pid) : frozen.values.get(pid);
  return data ? [[0x42, pid, 0, ...data]] : [];
}

function testsAnswer(ecu: EcuParts, mid: number | undefined): (readonly number[])[] {
  if (mid === undefined || ecu.tests.length === 0) return [];
  if (mid % 0x20 === 0) {
    const map = bitmap(Object.fromEntries(ecu.tests.map(([m]) => [m, () => []])), mid);
    return map ? [[0x46, mid, ...map]] : [];
  }
  const found = resultsOf(ecu, mid);
  return found.length === 0 ? [] : [[0x46, ...found]];
}

/**
 * Service 05, on the older buses alone: test and sensor (a bit, as in parameter 13). Test 01 is a constant, the switching
 * voltage; 05 and 06 are the switch times, in steps of 4 ms, with their limits.
 */
function sensorAnswer(ecu: EcuParts, [tid, sensor]: readonly number[]): (readonly number[])[] {
  const there = ecu.live[0x13]?.()[0] ?? 0;
  if (tid === undefined || sensor === undefined || (there & sensor) === 0) return [];
  if (tid === 0x01) return [[0x45, tid, sensor, 0x5a]];
  const found = sensor === 0x01 ? ecu.tests.find(([mid, test]) => mid === 0x01 && test === tid) : undefined;
  if (found === undefined || (tid !== 0x05 && tid !== 0x06)) return [];
  return [[0x45, tid, sensor, ...found.slice(3).map((ms) => byte(ms / 4))]];
}

/**
 * Service 06 on the older buses: tests and components are the maker's. Test, component with the kind of limit in bit 7
 * (set: the value must not be less), value, limit.
 */
function makersAnswer(ecu: EcuParts, tid: number | undefined): (readonly number[])[] {
  const catalyst = ecu.tests.find(([mid]) => mid === 0x21);
  if (tid === undefined || catalyst === undefined) return [];
  const [, , , value, , most] = catalyst;
  if (tid === 0) return [[0x46, 0, 0xff, 0x80, 0, 0, 0]];
  return tid === 1 ? [[0x46, 1, 0x01, ...word(value), ...word(most)]] : [];
}

/** Nine bytes for each test: monitor, test, scaling, value, least, most. */
export function resultsOf(ecu: EcuParts, mid: number): number[] {
  return ecu.tests
    .filter(([m]) => m === mid)
    .flatMap(([m, tid, uas, value, min, max]) => [m, tid, uas, ...word(value), ...word(min), ...word(max)]);
}

/** SAE J2012: two bits of letter, fourteen of number. */
export function codeBytes(code: string): [number, number] {
  const value = ('PCBU'.indexOf(code[0]!) << 14) | Number.parseInt(code.slice(1), 16);
  return [value >> 8, value & 0xff];
}

function liveAnswer(ecu: { can: boolean; live: Parameters }, pids: readonly number[]): (readonly number[])[] {
  if (pids.length === 0 || pids.length > (ecu.can ? 6 : 1)) return [];
  const found = pids.flatMap((pid) => {
    const data = pid % 0x20 === 0 ? bitmap(ecu.live, pid) : ecu.live[pid]?.();
    return data ? [pid, ...data] : [];
  });
  return found.length === 0 ? [] : [[0x41, ...found]];
}

/** The bitmap of the 32 parameters after `base`; its last bit says that a later one exists. Null when there is none. */
export function bitmap(parameters: Parameters, base: number): readonly number[] | null {
  const pids = Object.keys(parameters).map(Number);
  const last = Math.max(0, ...pids);
  if (base > 0 && last <= base) return null;
  const bytes = [0, 0, 0, 0];
  const there = (pid: number) => pids.includes(pid) || (pid === base + 0x20 && last > pid);
  for (let bit = 0; bit < 32; bit++) if (there(base + bit + 1)) bytes[bit >> 3]! |= 0x80 >> (bit & 7);
  return bytes;
}

function codesAnswer(service: number, codes: readonly string[], can: boolean): (readonly number[])[] {
  const pairs = codes.map(codeBytes);
  if (can) return [[service, pairs.length, ...pairs.flat()]];
  // Older buses: three codes to a message, filled up with 0000; at least one message.
  const messages: number[][] = [];
  for (let i = 0; i < Math.max(1, pairs.length); i += 3) {
    const three = [pairs[i], pairs[i + 1], pairs[i + 2]].map((p) => p ?? [0, 0]);
    messages.push([service, ...three.flat()]);
  }
  return messages;
}

/** Bytes of one item, for the count that comes first on CAN. */
const ITEMS: Readonly<Record<number, number>> = { 4: 16, 6: 4, 8: 2, 11: 2 };

function infoAnswer(ecu: { can: boolean; info: Parameters }, type: number | undefined): (readonly number[])[] {
  if (type === undefined) return [];
  if (type === 0) {
    const map = bitmap(ecu.info, 0);
    if (map === null || Object.keys(ecu.info).length === 0) return [];
    return ecu.can ? [[0x49, 0, ...map]] : [[0x49, 0, 1, ...map]];
  }
  const data = ecu.info[type]?.();
  if (!data) return [];
  if (ecu.can) return [[0x49, type, ITEMS[type] === undefined ? 1 : Math.floor(data.length / ITEMS[type]), ...data]];
  const padded = [...Array<number>((4 - (data.length % 4)) % 4).fill(0), ...data];
  const messages: number[][] = [];
  for (let i = 0; i < padded.length; i += 4) messages.push([0x49, type, i / 4 + 1, ...padded.slice(i, i + 4)]);
  return messages;
}

function ascii(text: string, length: number): number[] {
  return Array.from({ length }, (_, i) => text.charCodeAt(i) || 0);
}
