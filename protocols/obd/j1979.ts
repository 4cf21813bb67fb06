import type { Dialect, LiveValues, Supported, Told, TroubleCode } from './dialect.ts';
import type { Message } from './frame.ts';
import { type FreezeFrame, freezeCode } from './freeze-frame.ts';
import { hex } from './hex.ts';
import { legacyResult, type MonitorResult, monitorResults, oxygenResult } from './monitors.ts';
import { decodeParameter, type PidReading } from './parameter.ts';
import { parameterOf, splitPids } from './pids.ts';
import { type Readiness, readinessOf } from './readiness.ts';
import { type Answer, answersTo, BITMAPS, request, supported, trouble } from './services.ts';
import { askAll, askListed, type Steps } from './steps.ts';
import { type InfoAnswer, infoSteps } from './vehicle-info.ts';

/** Services 01 to 0A of SAE J1979 / ISO 15031-5, on every bus. */
export const J1979: Dialect = {
  name: 'j1979',
  hello: request.live(0),
  greeted: (messages) => answersTo(request.live(0), messages).some((a) => a.data.length >= 4),
  liveRequest: (pids) => `01${pids.map(hex).join('')}`,
  liveValues,
  supported: () => supportedSteps('01'),
  readiness: () => readinessSteps(0x01),
  cycle: () => readinessSteps(0x41),
  codes: function* (stage) {
    const asked = request[stage];
    return codesByUnit(answersTo(asked, yield* askListed(asked)));
  },
  freezeFrames,
  monitors,
  monitorNumbers,
  monitorTests,
  sensorTests: oxygenSensors,
  info: function* () {
    return yield* infoSteps(yield* infoTypes(), askInfo);
  },
  clearRequest: '04',
  cleared: (messages) => messages.some((m) => m.bytes[0] === 0x44),
};

/** The bitmap of service 09; on the older buses a count stands before it. Null: nobody has it. */
function* infoTypes(): Steps<ReadonlySet<number> | null> {
  const maps = answersTo('0900', yield* askListed('0900')).map((a) => supported(0, a.data.slice(-4)));
  return maps.some((m) => m !== null) ? new Set(maps.flatMap((m) => m ?? [])) : null;
}

/** Service 09: on CAN a count of items comes before them; the older buses have none. */
function* askInfo(type: number): Steps<readonly InfoAnswer[]> {
  const asked = `09${hex(type)}`;
  return answersTo(asked, yield* askListed(asked)).map(({ source, data, can }) => ({
    source,
    data: can ? data.slice(1) : data,
  }));
}

function liveValues(pids: readonly number[], messages: readonly Message[]): LiveValues[] {
  return messages.flatMap(({ source, bytes }) => {
    if (bytes[0] !== 0x41) return [];
    return splitPids(bytes.slice(1), pids).flatMap(({ pid, readings }) =>
      readings === null ? [] : [{ unit: source, pid, readings }],
    );
  });
}

function* readinessSteps(pid: 0x01 | 0x41): Steps<Told<Readiness>[]> {
  const asked = request.live(pid);
  // Parameter 41 came later; 01 every car has.
  const ask = pid === 0x01 ? askListed : askAll;
  return answersTo(asked, yield* ask(asked)).flatMap(({ source, data }) => {
    const value = readinessOf(pid, data);
    return value === null ? [] : [{ unit: source, value }];
  });
}

/** Walks the bitmaps of a service: the last bit of each says whether some unit has a next one. */
function* supportedSteps(service: string, suffix = ''): Steps<Supported> {
  const units = new Map<string | null, number[]>();
  for (const base of BITMAPS) {
    if (base > 0 && ![...units.values()].some((list) => list.includes(base))) break;
    const asked = `${service}${hex(base)}${suffix}`;
    for (const { source, data } of answersTo(asked, yield* askListed(asked))) {
      const list = supported(base, data.slice(suffix.length / 2));
      if (list !== null) units.set(source, [...(units.get(source) ?? []), ...list]);
    }
  }
  return [...units].map(([unit, value]) => ({ unit, value: value.filter((pid) => pid % 0x20 !== 0) }));
}

/** Codes of each control unit together: on the older buses one answer is several messages. */
function codesByUnit(answers: readonly Answer[]): Told<readonly TroubleCode[]>[] {
  const units = new Map<string | null, string[]>();
  for (const answer of answers) {
    const codes = trouble(answer);
    if (codes !== null) units.set(answer.source, [...(units.get(answer.source) ?? []), ...codes]);
  }
  return [...units].map(([unit, codes]) => ({
    unit,
    value: [...new Set(codes)].map((code) => ({ code, failureType: null, status: null })),
  }));
}

/** Frames are numbered from 00, and the standard asks for one. The bound is for a unit that answers to any number. */
const FRAMES_MAX = 10;

function* freezeFrames(): Steps<FreezeFrame[]> {
  const frames: FreezeFrame[] = [];
  for (let frame = 0; frame < FRAMES_MAX; frame++) {
    const suffix = hex(frame);
    // The first frame every car has a place for; further ones few.
    const ask = frame === 0 ? askListed : askAll;
    const causes = freezeAnswers(0x02, frame, yield* ask(`0202${suffix}`));
    const units = new Map(causes.flatMap((c) => (freezeCode(c.data) === null ? [] : [[c.source, freezeCode(c.data)]])));
    if (units.size === 0) break;
    const readings = new Map<string | null, PidReading[]>();
    const has = yield* supportedSteps('02', suffix);
    for (const pid of new Set(has.flatMap((h) => h.value))) {
      const parameter = parameterOf(pid);
      if (parameter === null || pid === 0x02) continue;
      for (const { source, data } of freezeAnswers(pid, frame, yield* askListed(`02${hex(pid)}${suffix}`))) {
        const values = units.has(source) ? decodeParameter(parameter, data) : null;
        if (values !== null) readings.set(source, [...(readings.get(source) ?? []), ...values]);
      }
    }
    for (const [unit, code] of units)
      frames.push({ unit, frame, code: code ?? null, readings: readings.get(unit) ?? [] });
  }
  return frames;
}

/** Answers of service 02 repeat parameter and frame number before the data. */
function freezeAnswers(pid: number, frame: number, messages: readonly Message[]): Answer[] {
  return answersTo(`02${hex(pid)}`, messages).flatMap((a) =>
    a.data[0] === frame ? [{ ...a, data: a.data.slice(1) }] : [],
  );
}

/** Service 06 on CAN; on the older buses its raw form, and service 05 for oxygen sensors. */
function* monitors(): Steps<MonitorResult[]> {
  const first = yield* askListed('0600');
  const results: MonitorResult[] = [];
  for (const number of yield* numbersOf(first)) results.push(...(yield* monitorTests(number)));
  if (!first.some((m) => m.can)) results.push(...(yield* oxygenSensors()));
  return results;
}

function* monitorNumbers(): Steps<readonly number[]> {
  return yield* numbersOf(yield* askListed('0600'));
}

function* monitorTests(number: number): Steps<MonitorResult[]> {
  return (yield* askListed(`06${hex(number)}`)).flatMap((m) => {
    if (m.bytes[0] !== 0x46 || m.bytes[1] !== number) return [];
    return m.can ? monitorResults(m.source, m.bytes.slice(1)) : some(legacyResult(m));
  });
}

/** Walks the bitmaps of service 06. On the older buses a filler byte stands before each bitmap. */
function* numbersOf(first: readonly Message[]): Steps<number[]> {
  const can = first.some((m) => m.can);
  const numbers = new Set<number>();
  for (const base of BITMAPS) {
    if (base > 0 && !numbers.has(base)) break;
    const messages = base === 0 ? first : yield* askListed(`06${hex(base)}`);
    for (const { data } of answersTo(`06${hex(base)}`, messages)) {
      for (const n of supported(base, can ? data : data.slice(data.length - 4)) ?? []) numbers.add(n);
    }
  }
  return [...numbers].filter((n) => n % 0x20 !== 0).sort((a, b) => a - b);
}

/**
 * Service 05: which sensors there are tells parameter 13 (two banks of four) or 1D (four banks of two): a car has one of
 * them, and the bits of service 05 mean what they mean there. Then tests 01 to 0A of each.
 */
function* oxygenSensors(): Steps<MonitorResult[]> {
  let told = answersTo('0113', yield* askAll('0113'));
  const perBank = told.length > 0 ? 4 : 2;
  if (told.length === 0) told = answersTo('011D', yield* askAll('011D'));
  const results: MonitorResult[] = [];
  // On CAN there is no service 05.
  const there = told.reduce((all, a) => (a.can ? all : all | (a.data[0] ?? 0)), 0);
  for (let bit = 0; bit < 8; bit++) {
    if ((there & (1 << bit)) === 0) continue;
    for (let tid = 1; tid <= 10; tid++) {
      const messages = yield* askAll(`05${hex(tid)}${hex(1 << bit)}`);
      // A car that knows no service 05 knows none of its tests.
      if (results.length === 0 && !messages.some((m) => m.bytes[0] === 0x45)) return results;
      for (const m of messages) if (m.bytes[1] === tid) results.push(...some(oxygenResult(m, perBank)));
    }
  }
  return results;
}

function some<T>(value: T | null): T[] {
  return value === null ? [] : [value];
}
