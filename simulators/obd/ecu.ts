import type { EngineReadings } from './engine.ts';

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

/** One result of service 06: monitor, test, unit and scaling, value, limits. */
type TestResult = readonly [mid: number, tid: number, uas: number, value: number, min: number, max: number];

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
  readonly odometerKm: number;
  readonly fuel: number;
  readonly now: () => EngineReadings;
  readonly frozen: () => Frozen | null;
  /** Monitors have run since the memory was cleared. */
  readonly ready: () => boolean;
  clear(): boolean;
}

export type Parameters = Readonly<Record<number, () => readonly number[]>>;

export function engineParts(options: EngineEcuOptions): EcuParts {
  const { vin, can, codes, now } = options;
  const live: Parameters = {
    1: () => [
      (codes.stored.length > 0 ? 0x80 : 0) | Math.min(codes.stored.length, 127),
      0x07,
      0xe5,
      options.ready() ? 0x00 : 0xe5,
    ],
    4: () => [scaled(now().load, 100 / 255)],
    5: () => [byte(now().coolant + 40)],
    6: () => [scaled(now().shortTrim + 100, 100 / 128)],
    7: () => [scaled(now().longTrim + 100, 100 / 128)],
    12: () => word(now().rpm * 4),
    13: () => [byte(now().speed)],
    15: () => [byte(now().intakeAir + 40)],
    16: () => word(now().maf * 100),
    17: () => [scaled(now().throttle, 100 / 255)],
    // OBD as defined by EOBD, the value for cars sold in China and Europe.
    28: () => [0x06],
    31: () => word(now().runTime),
    47: () => [scaled(options.fuel, 100 / 255)],
    66: () => word((now().voltage - 0.1) * 1000),
    70: () => [byte(now().ambient + 40)],
    166: () => {
      const tenths = Math.round(options.odometerKm * 10);
      return [...word(Math.floor(tenths / 65_536)), ...word(tenths % 65_536)];
    },
  };
  const info: Parameters = {
    2: () => ascii(vin, 17),
    4: () => [...ascii('LG-SIM-0427', 16), ...ascii('LG-SIM-0427-B', 16)],
    6: () => [0x17, 0x91, 0xbc, 0x82, 0x98, 0x12, 0x34, 0x76],
    // In-use performance: ignition cycles and how often each monitor ran.
    8: () => [0x01, 0x90, 0x02, 0x58, ...Array.from({ length: 14 }, (_, i) => word(40 + i * 7)).flat()],
    10: () => ascii('ECM\0-EngineControl', 20),
  };
  const tests: readonly TestResult[] = [
    // Catalyst, oxygen sensor and misfire monitors; scaling 01 is raw, 0A is 0.122 mV, 24 counts.
    [0x01, 0x0b, 0x0a, 0x0d10, 0x0b40, 0x1480],
    [0x21, 0x80, 0x01, 0x0032, 0x0000, 0x0064],
    [0xa2, 0x0c, 0x24, codes.stored.includes('P0301') ? 140 : 2, 0, 100],
  ];
  return {
    can,
    live,
    info,
    codes,
    frozen: options.frozen,
    tests,
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
        // Oxygen sensors, on the older buses alone: test 01, the switching voltage of sensor 1 of bank 1.
        return !ecu.can && rest[0] === 0x01 && ecu.tests.length > 0 ? [[0x45, 0x01, rest[1] ?? 0x01, 0x5a]] : [];
      case 0x06:
        return ecu.can ? testsAnswer(ecu, rest[0]) : [];
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

function byte(value: number): number {
  return Math.min(255, Math.max(0, Math.round(value)));
}

function scaled(value: number, step: number): number {
  return byte(value / step);
}

function word(value: number): [number, number] {
  const whole = Math.min(65_535, Math.max(0, Math.round(value)));
  return [whole >> 8, whole & 0xff];
}

function ascii(text: string, length: number): number[] {
  return Array.from({ length }, (_, i) => text.charCodeAt(i) || 0);
}
