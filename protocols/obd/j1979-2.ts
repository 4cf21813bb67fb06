import type { CodeStage, Dialect, LiveValues, Supported, Told, TroubleCode } from './dialect.ts';
import { codeBytes, codeText } from './dtc.ts';
import type { Message } from './frame.ts';
import type { FreezeFrame } from './freeze-frame.ts';
import { hex } from './hex.ts';
import { type MonitorResult, resultOf } from './monitors.ts';
import { decodeParameter, type PidReading } from './parameter.ts';
import { parameterOf, pidBytes } from './pids.ts';
import { type Readiness, readinessOf, readinessOnUds } from './readiness.ts';
import { BITMAPS, supported } from './services.ts';
import { askAll, askListed, type Steps } from './steps.ts';
import { settle, statusBits } from './uds.ts';
import { type InfoAnswer, infoSteps } from './vehicle-info.ts';

/**
 * OBD on UDS, SAE J1979-2: the same questions by ISO 14229-1, services 14, 19 and 22. Cars that speak it need not
 * answer services 01 to 0A at all.
 *
 * By ISO 14229-1 (annex C.1 and clause 12.3) and its public implementations: the ranges F400, F600 and F800, the layout of
 * 59 04, 59 42, 59 55 and 59 56, the group 33. By public implementations alone: identifier F501. Not to be verified without
 * the text of J1979-2: whether monitors repeat their number in F6mm (both are read), the record numbers 00 and F0.
 */
export const J1979_2: Dialect = {
  name: 'j1979-2',
  // Every car with a VIN has it, and it is read in any diagnostic level.
  hello: '22F810',
  greeted: (messages) => messages.some((m) => m.bytes[0] === 0x62 && m.bytes[1] === 0xf8 && m.bytes[2] === 0x10),
  liveRequest: (pids) => `22${pids.map((pid) => `F4${hex(pid)}`).join('')}`,
  liveValues,
  supported: () => supportedIn(0xf4),
  readiness,
  cycle: () => statusSteps(0x41),
  codes,
  freezeFrames,
  monitors,
  monitorNumbers,
  monitorTests,
  sensorTests: null,
  info: function* () {
    const maps = (yield* askDid(0xf800)).map((a) => supported(0, a.data));
    const listed = maps.some((m) => m !== null) ? new Set(maps.flatMap((m) => m ?? [])) : null;
    return yield* infoSteps(listed, askInfo);
  },
  clearRequest: '14FFFF33',
  cleared: (messages) => messages.some((m) => m.bytes[0] === 0x54),
};

/** Data of one identifier that was asked for alone. */
function dataOf(messages: readonly Message[], did: number): InfoAnswer[] {
  return settle(messages).messages.flatMap(({ source, bytes }) =>
    bytes[0] === 0x62 && bytes[1] === did >> 8 && bytes[2] === (did & 0xff) ? [{ source, data: bytes.slice(3) }] : [],
  );
}

function* askDid(did: number, ask = askAll): Steps<readonly InfoAnswer[]> {
  return dataOf(yield* ask(`22${did.toString(16).toUpperCase()}`), did);
}

/** Some units send the count of items that service 09 has, some do not: what is left over by the size of one item is it. */
function* askInfo(type: number): Steps<readonly InfoAnswer[]> {
  const size = { 2: 17, 4: 16, 6: 4, 8: 2, 10: 20, 11: 2, 13: 17, 15: 17, 17: 11, 18: 2, 20: 2 }[type] ?? 1;
  const answers = yield* askDid(0xf800 | type, askListed);
  return answers.map(({ source, data }) => ({ source, data: data.length % size === 1 ? data.slice(1) : data }));
}

/** `62 F4pp data F4pp data …`. What no table knows hides what follows it. */
function liveValues(pids: readonly number[], messages: readonly Message[]): LiveValues[] {
  return settle(messages).messages.flatMap(({ source, bytes }) => {
    if (bytes[0] !== 0x62) return [];
    return identifiers(bytes.slice(1), pids.length === 1).flatMap(({ pid, data }) => {
      const parameter = pids.includes(pid) ? parameterOf(pid) : null;
      const readings = parameter === null ? null : decodeParameter(parameter, data);
      return readings === null ? [] : [{ unit: source, pid, readings }];
    });
  });
}

/** Takes `F4pp data` apart; an answer to one identifier alone is all its own. */
function identifiers(bytes: readonly number[], alone: boolean): { pid: number; data: readonly number[] }[] {
  const found: { pid: number; data: readonly number[] }[] = [];
  for (let i = 0; i + 2 <= bytes.length && bytes[i] === 0xf4; ) {
    const pid = bytes[i + 1]!;
    const length = alone ? bytes.length - 2 : pidBytes(pid);
    if (length === null || i + 2 + length > bytes.length) break;
    found.push({ pid, data: bytes.slice(i + 2, i + 2 + length) });
    i += 2 + length;
  }
  return found;
}

/** Bitmaps of the identifiers F400, F420 … and F600, F620 …: as in services 01 and 06. */
function* supportedIn(high: 0xf4 | 0xf6): Steps<Supported> {
  const units = new Map<string | null, number[]>();
  for (const base of BITMAPS) {
    if (base > 0 && ![...units.values()].some((list) => list.includes(base))) break;
    for (const { source, data } of yield* askDid((high << 8) | base, base > 0 || high === 0xf4 ? askListed : askAll)) {
      const list = supported(base, data);
      if (list !== null) units.set(source, [...(units.get(source) ?? []), ...list]);
    }
  }
  return [...units].map(([unit, value]) => ({ unit, value: value.filter((n) => n % 0x20 !== 0) }));
}

/** The functional group of emissions systems (ISO 14229-1, annex D.4). */
const EMISSIONS = '33';
/** Bits of the status byte: pending 04, confirmed 08. Any severity. */
const ASKED: Readonly<Record<CodeStage, string>> = {
  stored: `1942${EMISSIONS}08FF`,
  pending: `1942${EMISSIONS}04FF`,
  permanent: `1955${EMISSIONS}`,
};

/** 59 42: group, two masks, format, then severity, three bytes, status; 59 55: group, mask, format, then without severity. */
function* codes(stage: CodeStage): Steps<Told<readonly TroubleCode[]>[]> {
  const { messages } = settle(yield* askListed(ASKED[stage]));
  const [kind, head, size] = stage === 'permanent' ? [0x55, 5, 4] : [0x42, 6, 5];
  return messages.flatMap(({ source, bytes }) => {
    if (bytes[0] !== 0x59 || bytes[1] !== kind || bytes.length < head) return [];
    const make = J2012_FORMATS.includes(bytes[head - 1]!) ? codeOf : foreignCode;
    const value = records(bytes.slice(head), size).map((r) => make(r.slice(size - 4)));
    // The mask is a wish; what a unit adds beside it is not what was asked.
    const wanted = value.filter((c) => stage === 'permanent' || statusBits(c.status)[STATUS[stage]]);
    return [{ unit: source, value: wanted }];
  });
}

const STATUS = { stored: 'confirmed', pending: 'pending' } as const;

function records(bytes: readonly number[], size: number): (readonly number[])[] {
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, i) => bytes.slice(i * size, (i + 1) * size));
}

/** Formats of codes (ISO 14229-1, annex D.3) that are of J2012: with and without a failure type. */
const J2012_FORMATS = [0x00, 0x01, 0x04];

/** Codes of heavy vehicles (J1939-73, format 02) are no J2012 codes: they keep their digits. */
function foreignCode([a = 0, b = 0, c = 0, status = 0]: readonly number[]) {
  return { code: [a, b, c].map(hex).join(''), failureType: null, status };
}

/** @param record three bytes of code, one of status */
function codeOf([high = 0, low = 0, failureType = 0, status = 0]: readonly number[]) {
  return { code: codeText(high, low), failureType, status };
}

/** Record numbers of emission snapshots: the first failure, and the latest. */
const SNAPSHOTS = [0x00, 0xf0] as const;

/** `19 04` for every confirmed or pending code, of the unit that has it. */
function* freezeFrames(): Steps<FreezeFrame[]> {
  const frames: FreezeFrame[] = [];
  const told = [...(yield* codes('stored')), ...(yield* codes('pending'))];
  const seen = new Set<string>();
  for (const { unit, value } of told) {
    for (const { code, failureType } of value) {
      if (codeBytes(code) === null) continue;
      const key = `${unit}/${code}/${failureType}`;
      if (seen.has(key)) continue;
      seen.add(key);
      for (const record of SNAPSHOTS) {
        const request = `1904${codeBytes(code)!.map(hex).join('')}${hex(failureType ?? 0)}${hex(record)}`;
        const { messages } = settle(yield { request, to: unit });
        for (const m of messages) frames.push(...snapshots(m, unit, code));
      }
    }
  }
  return frames;
}

/** 59 04: three bytes of code, status, then records: number, how many identifiers, identifiers with their data. */
function snapshots({ source, bytes }: Message, unit: string | null, code: string): FreezeFrame[] {
  if (bytes[0] !== 0x59 || bytes[1] !== 0x04 || source !== unit || bytes.length < 8) return [];
  const number = bytes[6]!;
  const readings: PidReading[] = [];
  for (const { pid, data } of identifiers(bytes.slice(8), false)) {
    const parameter = parameterOf(pid);
    readings.push(...((parameter && decodeParameter(parameter, data)) ?? []));
  }
  return [{ unit, frame: number, code, readings }];
}

function* monitors(): Steps<MonitorResult[]> {
  const results: MonitorResult[] = [];
  for (const mid of yield* monitorNumbers()) results.push(...(yield* monitorTests(mid)));
  return results;
}

function* monitorNumbers(): Steps<readonly number[]> {
  return [...new Set((yield* supportedIn(0xf6)).flatMap((s) => s.value))];
}

/** `62 F6mm` and records of eight bytes, or of nine where a unit repeats the number of the monitor as service 06 does. */
function* monitorTests(mid: number): Steps<MonitorResult[]> {
  return (yield* askDid(0xf600 | mid, askListed)).flatMap(({ source, data }) => {
    const repeats = data.length % 9 === 0 && records(data, 9).every((r) => r[0] === mid);
    if (!repeats && data.length % 8 !== 0) return [];
    return records(data, repeats ? 9 : 8).map((r) => resultOf(source, mid, repeats ? r.slice(1) : r));
  });
}

/** Identifier F501: the readiness of this standard, and lamp and count with it. */
function* readinessDid(): Steps<Told<Readiness>[]> {
  return (yield* askDid(0xf501)).flatMap(({ source, data }) => {
    const value = readinessOnUds(data);
    return value === null ? [] : [{ unit: source, value }];
  });
}

/** Identifiers F401 and F441: the parameters 01 and 41, where a unit has kept them. */
function* statusSteps(pid: 0x01 | 0x41): Steps<Told<Readiness>[]> {
  return (yield* askDid(0xf400 | pid)).flatMap(({ source, data }) => {
    const value = readinessOf(pid, data);
    return value === null ? [] : [{ unit: source, value }];
  });
}

/** Groups that a request may name; those that a unit does not have it refuses. */
const GROUPS = 16;

/**
 * Identifier F501, or F401 where a unit has kept that; else `19 56` group by group: a group is complete when none of its
 * codes waits for its test. Public documents do not tell the numbers of the groups, so they are told by number.
 */
function* readiness(): Steps<Told<Readiness>[]> {
  for (const ask of [readinessDid, () => statusSteps(0x01)]) {
    const direct = yield* ask();
    if (direct.length > 0) return direct;
  }
  const units = new Map<string | null, { monitor: string; complete: boolean }[]>();
  for (let group = 1; group <= GROUPS; group++) {
    const { messages } = settle(yield* askAll(`1956${EMISSIONS}${hex(group)}`));
    for (const { source, bytes } of messages) {
      if (bytes[0] !== 0x59 || bytes[1] !== 0x56 || bytes[5] !== group) continue;
      const list = records(bytes.slice(6), 4).map(codeOf);
      if (list.length === 0) continue;
      const complete = list.every((c) => !statusBits(c.status).notCompleteSinceClear);
      units.set(source, [...(units.get(source) ?? []), { monitor: `group-${hex(group)}`, complete }]);
    }
    // Nobody knows the service: the next fifteen would be silence too.
    if (group === 3 && units.size === 0) break;
  }
  return [...units].map(([unit, list]) => ({
    unit,
    value: { lamp: null, codes: null, ignition: null, monitors: list },
  }));
}
