import { type Reading, type ReadingValue, reading, valueFault } from '../reading.ts';
import { type SignalName, signalSpec } from '../signal.ts';
import { fromRfc3339, type Millis } from '../time.ts';
import { isSignal } from './topic.ts';
import { toUnitOf } from './unit.ts';

/** Most bytes of one MQTT payload, and most readings of one batch. */
export const PAYLOAD_LIMITS = { bytes: 65_536, readings: 1_000 } as const;

/** A message whose own time is older than this is a record of the past. */
const LATE_AFTER = 60_000;
/** A clock that shows an earlier time than 2020-01-01 was never set; one that runs ahead is not trusted either. */
const OLDEST_BELIEVED = 1_577_836_800_000;
const AHEAD_ALLOWED = 60_000;

/** What a message said: its readings, what was wrong with the rest in sentences, and whether its clock can be believed. */
export interface Parsed {
  readonly readings: readonly Reading[];
  readonly faults: readonly string[];
  readonly clock: 'right' | 'doubtful';
}

/**
 * Reads the payload of one sensor message: a bare number, `true`, `false` or `null`; an object
 * `{value, at?, unit?, vin?, part?, late?}`; or a batch `{readings: [{signal?, value, …}]}` of at most 1,000.
 *
 * @param signal the signal that the topic names, or null on the batch topic, where each reading names its own.
 * @param now time of receipt; it stands in for `at` where the device gives none, or one that cannot be believed.
 */
export function parsePayload(device: string, signal: SignalName | null, text: string, now: Millis): Parsed {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return fault(text === '' ? 'empty payload' : `not JSON: ${excerpt(text)}`);
  }
  if (!isRecord(json)) {
    if (signal === null) return fault('a batch is an object {"readings": [...]}');
    return parseEntries(device, signal, [{ value: json }], now);
  }
  if (!Object.hasOwn(json, 'readings')) {
    return parseEntries(device, signal, [json], now);
  }
  const list = json.readings;
  if (!Array.isArray(list)) return fault('"readings" must be a list');
  if (list.length > PAYLOAD_LIMITS.readings) {
    return fault(`a batch holds at most ${PAYLOAD_LIMITS.readings} readings, got ${list.length}; send several`);
  }
  return parseEntries(device, signal, list, now);
}

function parseEntries(device: string, signal: SignalName | null, list: readonly unknown[], now: Millis): Parsed {
  const readings: Reading[] = [];
  const faults: string[] = [];
  let clock: Parsed['clock'] = 'right';
  for (const entry of list) {
    const made = parseEntry(device, signal, entry, now);
    if (typeof made === 'string') faults.push(made);
    else {
      readings.push(made.reading);
      if (made.doubtful) clock = 'doubtful';
    }
  }
  return { readings, faults, clock };
}

/** One reading, or a sentence that says what is wrong with it. */
function parseEntry(
  device: string,
  topicSignal: SignalName | null,
  entry: unknown,
  now: Millis,
): { reading: Reading; doubtful: boolean } | string {
  if (!isRecord(entry)) return 'a reading is an object {"value": ...}';
  const signal = entry.signal ?? topicSignal;
  if (typeof signal !== 'string' || !isSignal(signal)) return `unknown signal ${excerpt(signal)}`;
  if (!Object.hasOwn(entry, 'value')) return `${signal} has no "value"`;

  const value = inUnit(signal, entry.value, entry.unit);
  if (value === undefined) return `${signal} takes ${signalSpec(signal).unit}, got unit ${excerpt(entry.unit)}`;
  const wrong = valueFault(signal, value as ReadingValue) ?? sizeFault(signal, value);
  if (wrong !== null) return wrong;

  const vin = entry.vin ?? null;
  if (vin !== null && !isVin(vin)) return `"vin" takes 17 characters without I, O and Q, got ${excerpt(vin)}`;
  const part = entry.part ?? null;
  if (part !== null && (typeof part !== 'string' || part.length > 128)) return '"part" takes a text of at most 128';

  const time = believedTime(entry, now);
  if (typeof time === 'string') return `${signal}: ${time}`;
  const made = reading(device, signal, value as ReadingValue, time.at, { part, vin, late: time.late });
  return { reading: made, doubtful: time.doubtful };
}

/** The value in the unit of its signal; undefined when the unit that was named does not fit. */
function inUnit(signal: SignalName, value: unknown, unit: unknown): unknown {
  if (unit === undefined || unit === null || typeof value !== 'number') return value;
  return (typeof unit === 'string' ? toUnitOf(signal, value, unit) : null) ?? undefined;
}

/** JSON can hold what a reading cannot: endless texts, lists of anything. */
function sizeFault(signal: SignalName, value: unknown): string | null {
  if (typeof value === 'string') return value.length <= 512 ? null : `${signal}: a text of at most 512 characters`;
  if (Array.isArray(value)) {
    const fits = value.length <= 256 && value.every((item) => typeof item === 'string' && item.length <= 64);
    return fits ? null : `${signal}: a list of at most 256 texts of at most 64 characters`;
  }
  return null;
}

/** When it was so, and whether that is the past; a sentence when a record of the past has no time to stand on. */
export function believedTime(
  entry: { readonly at?: unknown; readonly late?: unknown },
  now: Millis,
): { at: Millis; late: boolean; doubtful: boolean } | string {
  const { at = null, late = false } = entry;
  if (typeof late !== 'boolean') return '"late" takes true or false';
  const told = at === null ? null : typeof at === 'number' ? Math.round(at) : fromRfc3339(wordOf(at));
  if (at !== null && (told === null || !Number.isSafeInteger(told) || told < 0)) {
    return `"at" takes milliseconds since 1970 or an RFC 3339 time, got ${excerpt(at)}`;
  }
  const believed = told !== null && told >= OLDEST_BELIEVED && told <= now + AHEAD_ALLOWED;
  if (believed) return { at: told, late: late || now - told > LATE_AFTER, doubtful: false };
  if (late) return 'a late record needs a time "at" that can be believed';
  return { at: now, late: false, doubtful: told !== null };
}

const VIN = /^[A-HJ-NPR-Z0-9]{17}$/;

export function isVin(text: unknown): text is string {
  return typeof text === 'string' && VIN.test(text);
}

export function isRecord(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** The start of a text, fit for a message. */
export function excerpt(said: unknown): string {
  const clean = wordOf(said).replace(/[^\x20-\x7e\u00a0-\uffff]/g, '?');
  return `"${clean.length > 40 ? `${clean.slice(0, 40)}…` : clean}"`;
}

/** What somebody sent, as text. An object need not have a `toString` that can be called: JSON may name a field so. */
export function wordOf(said: unknown): string {
  return typeof said === 'object' && said !== null ? JSON.stringify(said) : String(said);
}

function fault(why: string): Parsed {
  return { readings: [], faults: [why], clock: 'right' };
}
