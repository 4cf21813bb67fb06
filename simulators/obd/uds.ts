import type { Clock } from '../../protocols/time.ts';
import { bitmap, classicEcu, codeBytes, type Ecu, type EcuParts, resultsOf } from './ecu.ts';

/**
 * The same control unit by SAE J1979-2: services 14, 19 and 22 of ISO 14229-1. To a functional request it keeps silent
 * about what it does not support (ISO 14229-1, 7.5.5); services 01 to 0A it does not know.
 */
export function modernEcu(ecu: EcuParts, clock: Clock): Ecu {
  const server = udsServer(ecu, clock);
  return (request, alone) => {
    const [service, ...rest] = request;
    switch (service) {
      case 0x14:
        return ecu.clear() ? [[0x54]] : [[0x7f, 0x14, 0x22]];
      case 0x22: {
        const found = read(ecu, rest);
        return found.length > 0 ? found : server(request, alone);
      }
      default:
        return server(request, alone);
    }
  };
}

/** A classic control unit that speaks ISO 14229 as well to who asks it alone, as most since 2010 do. */
export function bilingualEcu(ecu: EcuParts, clock: Clock): Ecu {
  const classic = classicEcu(ecu);
  const server = udsServer(ecu, clock);
  return (request, alone) => ((request[0] ?? 0) >= 0x10 && alone ? server(request, alone) : classic(request, alone));
}

/** S3 of ISO 14229-2: a level that nobody keeps alive falls back to the usual one. */
const S3_MS = 5_000;
/** Identifiers of ISO 14229-1, annex C.1: all but the VIN want the extended level here. */
const IDENTITY = { 135: 'part', 140: 'serial', 149: 'software' } as const;

/** Services 10, 19, 22 and 3E; what it does not know is refused to who asks it alone. */
function udsServer(ecu: EcuParts, clock: Clock): Ecu {
  let level = 1;
  let since = clock();
  return (request, alone) => {
    const [service = 0, ...rest] = request;
    if (clock() - since > S3_MS) level = 1;
    since = clock();
    const refuse = (reason: number) => (alone ? [[0x7f, service, reason]] : []);
    switch (service) {
      case 0x10:
        if (rest[0] !== 1 && rest[0] !== 3) return refuse(0x12);
        level = rest[0];
        return [[0x50, level, 0x00, 0x32, 0x01, 0xf4]];
      case 0x19: {
        const told = report(ecu, rest);
        return told.length > 0 ? told : refuse(0x12);
      }
      case 0x22: {
        const [high, low = 0] = rest;
        const name = high === 0xf1 && low in IDENTITY ? IDENTITY[low as keyof typeof IDENTITY] : null;
        if (name !== null) {
          return level === 3 ? [[0x62, 0xf1, low, ...Buffer.from(ecu.identity[name], 'latin1')]] : refuse(0x7f);
        }
        const found = high === 0xf1 ? read(ecu, rest) : [];
        return found.length > 0 ? found : refuse(0x31);
      }
      case 0x3e:
        return rest[0] === 0x80 ? [] : [[0x7e, 0]];
      default:
        return refuse(0x11);
    }
  };
}

function read(ecu: EcuParts, dids: readonly number[]): (readonly number[])[] {
  const found: number[] = [];
  for (let i = 0; i + 1 < dids.length; i += 2) {
    const [high, low] = [dids[i]!, dids[i + 1]!];
    const data = identifier(ecu, high, low);
    if (data) found.push(high, low, ...data);
  }
  return found.length === 0 ? [] : [[0x62, ...found]];
}

function identifier(ecu: EcuParts, high: number, low: number): readonly number[] | null {
  switch (high) {
    case 0xf1:
      return low === 0x90 ? (ecu.info[2]?.() ?? null) : null;
    case 0xf4:
      return low % 0x20 === 0 ? bitmap(ecu.live, low) : (ecu.live[low]?.() ?? null);
    case 0xf6: {
      if (ecu.tests.length === 0) return null;
      if (low % 0x20 === 0) return bitmap(Object.fromEntries(ecu.tests.map(([mid]) => [mid, () => []])), low);
      const results = resultsOf(ecu, low);
      // The identifier names the monitor already.
      return results.length === 0 ? null : results.filter((_, i) => i % 9 !== 0);
    }
    case 0xf8:
      // Protocol identification: SAE J1979-2.
      if (low === 0x10) return [0x02];
      return low === 0 ? bitmap(ecu.info, 0) : (ecu.info[low]?.() ?? null);
    default:
      return null;
  }
}

/** Emissions system group. */
const GROUP = 0x33;
const CONFIRMED = 0x08;
const PENDING = 0x04;
/** SAE J2012-DA format 04, and every status bit available. */
const FORMAT = 0x04;

function report(ecu: EcuParts, [sub, ...rest]: readonly number[]): (readonly number[])[] {
  const { stored, pending, permanent } = ecu.codes;
  const dtc = (code: string) => [...codeBytes(code), 0x00];
  const status = (code: string) =>
    (stored.includes(code) ? CONFIRMED | 0x80 : 0) | (pending.includes(code) ? PENDING : 0) | 0x20;
  switch (sub) {
    case 0x02: {
      const mask = rest[0] ?? 0xff;
      const all = [...new Set([...stored, ...pending])].filter((c) => status(c) & mask);
      return [[0x59, 0x02, 0xff, ...all.flatMap((c) => [...dtc(c), status(c)])]];
    }
    case 0x42: {
      const mask = rest[1] ?? 0xff;
      const all = [...new Set([...stored, ...pending])].filter((c) => status(c) & mask);
      return [[0x59, 0x42, GROUP, 0xff, 0xff, FORMAT, ...all.flatMap((c) => [0x02, ...dtc(c), status(c)])]];
    }
    case 0x55:
      return [[0x59, 0x55, GROUP, 0xff, FORMAT, ...permanent.flatMap((c) => [...dtc(c), status(c)])]];
    case 0x04:
      return snapshot(ecu, rest);
    default:
      return [];
  }
}

/** `19 04 dtc record`: the freeze frame of a code as identifiers F4xx. */
function snapshot(ecu: EcuParts, asked: readonly number[]): (readonly number[])[] {
  const frozen = ecu.frozen();
  // One record is kept: 00 by number; F0, the latest of several, is not told.
  if (frozen === null || (asked[3] !== 0x00 && asked[3] !== 0xff)) return [];
  if (codeBytes(frozen.code).some((b, i) => b !== asked[i])) return [];
  const values = [...frozen.values];
  const data = values.flatMap(([pid, bytes]) => [0xf4, pid, ...bytes]);
  return [[0x59, 0x04, ...codeBytes(frozen.code), 0x00, CONFIRMED | 0x20, 0x00, values.length, ...data]];
}
