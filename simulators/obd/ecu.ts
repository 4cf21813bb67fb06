import type { EngineReadings } from './engine.ts';

/**
 * A control unit by SAE J1979: what it says to a functional request. It keeps silent about what it does not support.
 * On CAN a request may name up to six parameters, and counts come first; on the older buses an answer that needs more
 * than seven bytes is several numbered messages.
 */
export type Ecu = (request: readonly number[]) => (readonly number[])[];

interface Codes {
  readonly stored: readonly string[];
  readonly pending: readonly string[];
  readonly permanent: readonly string[];
}

interface EngineEcuOptions {
  readonly vin: string;
  readonly can: boolean;
  readonly codes: Codes;
  readonly odometerKm: number;
  readonly fuel: number;
  readonly now: () => EngineReadings;
}

type Parameters = Readonly<Record<number, () => readonly number[]>>;

export function engineEcu(options: EngineEcuOptions): Ecu {
  const { vin, can, codes, now } = options;
  const live: Parameters = {
    1: () => [(codes.stored.length > 0 ? 0x80 : 0) | Math.min(codes.stored.length, 127), 0x07, 0xe5, 0x00],
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
    4: () => ascii('LG-SIM-0427', 16),
    10: () => ascii('ECM\0-EngineControl', 20),
  };
  return answering({ can, live, info, codes });
}

export function gearboxEcu(options: { readonly can: boolean; readonly now: () => EngineReadings }): Ecu {
  const live: Parameters = {
    1: () => [0, 0, 0, 0],
    13: () => [byte(options.now().speed)],
  };
  return answering({ can: options.can, live, info: {}, codes: { stored: [], pending: [], permanent: [] } });
}

function answering(ecu: { can: boolean; live: Parameters; info: Parameters; codes: Codes }): Ecu {
  return (request) => {
    const [service, ...rest] = request;
    switch (service) {
      case 0x01:
        return liveAnswer(ecu, rest);
      case 0x03:
        return codesAnswer(0x43, ecu.codes.stored, ecu.can);
      case 0x07:
        return codesAnswer(0x47, ecu.codes.pending, ecu.can);
      case 0x0a:
        // Permanent codes came with the cars that speak CAN.
        return ecu.can ? codesAnswer(0x4a, ecu.codes.permanent, true) : [];
      case 0x09:
        return infoAnswer(ecu, rest[0]);
      default:
        return [];
    }
  };
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
function bitmap(parameters: Parameters, base: number): readonly number[] | null {
  const pids = Object.keys(parameters).map(Number);
  const last = Math.max(0, ...pids);
  if (base > 0 && last <= base) return null;
  const bytes = [0, 0, 0, 0];
  const there = (pid: number) => pids.includes(pid) || (pid === base + 0x20 && last > pid);
  for (let bit = 0; bit < 32; bit++) if (there(base + bit + 1)) bytes[bit >> 3]! |= 0x80 >> (bit & 7);
  return bytes;
}

function codesAnswer(service: number, codes: readonly string[], can: boolean): (readonly number[])[] {
  const pairs = codes.map((code) => {
    const value = ('PCBU'.indexOf(code[0]!) << 14) | Number.parseInt(code.slice(1), 16);
    return [value >> 8, value & 0xff];
  });
  if (can) return [[service, pairs.length, ...pairs.flat()]];
  // Older buses: three codes to a message, filled up with 0000; at least one message.
  const messages: number[][] = [];
  for (let i = 0; i < Math.max(1, pairs.length); i += 3) {
    const three = [pairs[i], pairs[i + 1], pairs[i + 2]].map((p) => p ?? [0, 0]);
    messages.push([service, ...three.flat()]);
  }
  return messages;
}

function infoAnswer(ecu: { can: boolean; info: Parameters }, type: number | undefined): (readonly number[])[] {
  if (type === undefined) return [];
  if (type === 0) {
    const map = bitmap(ecu.info, 0);
    if (map === null || Object.keys(ecu.info).length === 0) return [];
    return ecu.can ? [[0x49, 0, ...map]] : [[0x49, 0, 1, ...map]];
  }
  const data = ecu.info[type]?.();
  if (!data) return [];
  if (ecu.can) return [[0x49, type, 1, ...data]];
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
