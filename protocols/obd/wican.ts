import { type Reading, reading, valueFault } from '../reading.ts';
import { believedTime, excerpt, isRecord, isVin, type Parsed } from '../sensor/payload.ts';
import type { SignalName } from '../signal.ts';
import type { Millis } from '../time.ts';
import { joinLines, type Message } from './frame.ts';
import { hex } from './hex.ts';
import { signalsOf, splitPids } from './pids.ts';
import { answersTo, monitorStatus, trouble, vinOf } from './services.ts';

/**
 * What a WiCAN dongle (firmware meatpiHQ/wican-fw) publishes on MQTT: flat AutoPID objects `{"0C-EngineRPM": 812, …}`,
 * raw frames `{"bus":"0","type":"rx","ts":…,"frame":[{id,dlc,rtr,extd,data}]}`, its battery `{"battery_voltage": 12.4}`
 * and its birth and death `{"status":"online"}`.
 */

/**
 * Names of AutoPID parameters, as its standard table and its vehicle profiles write them, without the leading
 * parameter number, in small letters and without signs. Names that are not here say nothing that Liftgate understands.
 */
const NAMES: Readonly<Record<string, SignalName>> = {
  enginerpm: 'obd.rpm',
  rpm: 'obd.rpm',
  enginespeed: 'obd.rpm',
  vehiclespeed: 'obd.speed',
  speed: 'obd.speed',
  enginecoolanttemp: 'obd.coolant',
  enginecoolanttemperature: 'obd.coolant',
  coolanttemp: 'obd.coolant',
  coolanttemperature: 'obd.coolant',
  coolanttmp: 'obd.coolant',
  coolant: 'obd.coolant',
  intakeairtemperature: 'obd.intake-air',
  intakeairtemp: 'obd.intake-air',
  iat: 'obd.intake-air',
  ambientairtemp: 'obd.ambient-air',
  ambientairtemperature: 'obd.ambient-air',
  ambienttemp: 'obd.ambient-air',
  outsidetemp: 'obd.ambient-air',
  calcengineload: 'obd.load',
  calculatedengineload: 'obd.load',
  engineload: 'obd.load',
  throttleposition: 'obd.throttle',
  throttle: 'obd.throttle',
  fueltanklevel: 'obd.fuel-level',
  fueltanklevelinput: 'obd.fuel-level',
  fuellevel: 'obd.fuel-level',
  fuel: 'obd.fuel-level',
  shortfueltrimbank1: 'obd.stft-1',
  longfueltrimbank1: 'obd.ltft-1',
  shortfueltrimbank2: 'obd.stft-2',
  longfueltrimbank2: 'obd.ltft-2',
  mafairflowrate: 'obd.maf',
  maf: 'obd.maf',
  timesinceengstart: 'obd.run-time',
  runtimesinceenginestart: 'obd.run-time',
  engineruntime: 'obd.run-time',
  controlmodulevolt: 'obd.module-voltage',
  controlmodulevoltage: 'obd.module-voltage',
  modulevoltage: 'obd.module-voltage',
  batteryvoltage: 'obd.voltage',
  vbatt: 'obd.voltage',
  crankvoltage: 'obd.crank-voltage',
  odometer: 'obd.odometer',
  odometervalue: 'obd.odometer',
  milstatus: 'obd.mil',
  mil: 'obd.mil',
};

export interface WicanMessage extends Parsed {
  /** Set when the message is the dongle's birth or its last will. */
  readonly status: 'online' | 'offline' | null;
}

/**
 * Reads one message of a dongle. Parameters that Liftgate does not know are passed over, for profiles carry dozens of
 * them; a known one with an impossible value is a fault. A VIN in the message names the car for this message only:
 * dongles move between cars.
 *
 * @param now time of receipt. The dongle's `ts` counts modulo a minute and is no time; `at` (ours) is used if given.
 */
export function parseWican(device: string, text: string, now: Millis): WicanMessage {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return fault(`not JSON: ${excerpt(text)}`);
  }
  if (!isRecord(json)) return fault('a WiCAN message is an object');
  if (json.status === 'online' || json.status === 'offline') {
    return { readings: [], faults: [], clock: 'right', status: json.status };
  }
  const time = believedTime(json, now);
  if (typeof time === 'string') return fault(time);
  const made = Array.isArray(json.frame)
    ? fromFrames(device, json.frame, time)
    : fromParameters(device, json, { at: time.at, late: time.late });
  return { ...made, clock: time.doubtful ? 'doubtful' : 'right', status: null };
}

interface When {
  readonly at: Millis;
  readonly late: boolean;
}

type Made = Pick<Parsed, 'readings' | 'faults'>;

function fromParameters(device: string, json: Record<string, unknown>, { at, late }: When): Made {
  const readings: Reading[] = [];
  const faults: string[] = [];
  const told = Object.entries(json).find(([name]) => plain(name) === 'vin')?.[1] ?? null;
  const vin = isVin(told) ? told : null;
  if (vin !== null) readings.push(reading(device, 'obd.vin', vin, at, { vin, late }));
  else if (told !== null) faults.push(`VIN takes 17 characters without I, O and Q, got ${excerpt(told)}`);

  for (const [name, raw] of Object.entries(json)) {
    const key = plain(name);
    const signal = Object.hasOwn(NAMES, key) ? NAMES[key] : undefined;
    if (signal === undefined) continue;
    const value = signal === 'obd.mil' ? flagOf(raw) : raw;
    if (value !== null && typeof value !== 'number' && typeof value !== 'boolean') {
      faults.push(`${name} takes a number, got ${excerpt(raw)}`);
      continue;
    }
    const wrong = valueFault(signal, value);
    if (wrong === null) readings.push(reading(device, signal, value, at, { vin, late }));
    else faults.push(`${name}: ${wrong}`);
  }
  return { readings, faults };
}

/** `0C-EngineRPM`, `ENGINE_RPM` and `engine rpm` are one name. */
function plain(name: string): string {
  return name
    .replace(/^[0-9A-Fa-f]{2}-/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}

/** Binary sensors are published as `on` and `off`. */
function flagOf(raw: unknown): unknown {
  if (raw === 'on' || raw === 1) return true;
  return raw === 'off' || raw === 0 ? false : raw;
}

const FRAMES_MAX = 256;

/** Answers of services 01, 03, 07, 09 and 0A among raw frames; other traffic of the bus is passed over. */
function fromFrames(device: string, frames: readonly unknown[], { at, late }: When): Made {
  if (frames.length > FRAMES_MAX) return { readings: [], faults: [`at most ${FRAMES_MAX} frames in one message`] };
  const short: string[] = [];
  const long: string[] = [];
  const faults: string[] = [];
  for (const frame of frames) {
    const line = lineOf(frame);
    if (line === null) faults.push('a frame has {id, dlc, extd, data: [bytes]}');
    else if (/^7E[89A-F]/.test(line)) short.push(line);
    else if (line.startsWith('18DAF1')) long.push(line);
  }
  const messages = [
    ...joinLines(short, { bus: 'can-11', headers: true }).messages,
    ...joinLines(long, { bus: 'can-29', headers: true }).messages,
  ];
  const readings = [...vins(device, messages, at, late), ...codes(device, messages, at, late)];
  for (const message of messages) readings.push(...live(device, message, at, late));
  return { readings: readings.filter((r) => valueFault(r.signal, r.value) === null), faults };
}

/** A frame as an adapter would print it: 3 or 8 digits of identifier, then the bytes that count. */
function lineOf(frame: unknown): string | null {
  if (!isRecord(frame)) return null;
  const { id, dlc, extd, data } = frame;
  if (!isWhole(id, 0x1fffffff) || !isWhole(dlc, 8) || typeof extd !== 'boolean') return null;
  if (!Array.isArray(data) || data.length < dlc || data.length > 8 || !data.every((b) => isWhole(b, 0xff))) return null;
  const name = id.toString(16).toUpperCase();
  return name.padStart(extd ? 8 : 3, '0') + (data as number[]).slice(0, dlc).map(hex).join('');
}

function isWhole(n: unknown, max: number): n is number {
  return typeof n === 'number' && Number.isInteger(n) && n >= 0 && n <= max;
}

/** Service 01: several parameters may share one answer, in any order; an unknown one hides what follows it. */
function live(device: string, message: Message, at: Millis, late: boolean): Reading[] {
  const { bytes, source: part } = message;
  if (bytes[0] !== 0x41) return [];
  return splitPids(bytes.slice(1)).flatMap(({ pid, data, readings }) => {
    const lamp = pid === 0x01 ? monitorStatus(data) : null;
    if (lamp !== null) return [reading(device, 'obd.mil', lamp.lamp, at, { part, late })];
    return signalsOf(pid, readings ?? []).map(({ signal, value }) =>
      reading(device, signal, value, at, { part, late }),
    );
  });
}

function vins(device: string, messages: readonly Message[], at: Millis, late: boolean): Reading[] {
  return answersTo('0902', messages).flatMap((answer) => {
    const vin = vinOf(answer);
    return vin === null ? [] : [reading(device, 'obd.vin', vin, at, { part: answer.source, vin, late })];
  });
}

const CODE_SERVICES = [
  ['03', 'obd.codes.stored'],
  ['07', 'obd.codes.pending'],
  ['0A', 'obd.codes.permanent'],
] as const;

function codes(device: string, messages: readonly Message[], at: Millis, late: boolean): Reading[] {
  return CODE_SERVICES.flatMap(([service, signal]) =>
    answersTo(service, messages).flatMap((answer) => {
      const list = trouble(answer);
      return list === null ? [] : [reading(device, signal, list, at, { part: answer.source, late })];
    }),
  );
}

function fault(why: string): WicanMessage {
  return { readings: [], faults: [why], clock: 'right', status: null };
}
