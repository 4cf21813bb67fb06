import type { SignalName } from '../signal.ts';
import { decodeParameter, type Parameter, type PidReading } from './parameter.ts';
import { BASIC } from './pid-table/basic.ts';
import { EXTENDED } from './pid-table/extended.ts';
import { NEWER } from './pid-table/newer.ts';
import { UNPUBLISHED } from './pid-table/unpublished.ts';

/** Every parameter of service 01 that Liftgate can read, by SAE J1979-DA; the bitmaps (00, 20, 40 …) are not among them. */
export const PARAMETERS: readonly Parameter[] = [...BASIC, ...EXTENDED, ...NEWER];

const BY_PID = new Map(PARAMETERS.map((p) => [p.pid, p]));
const NAMED = new Map(UNPUBLISHED.map((p) => [p.pid, p]));
const BY_NAME = new Map(
  PARAMETERS.flatMap((p) => [[p.name, p] as const, ...p.quantities.map((q) => [q.name, p] as const)]),
);

export function parameterOf(pid: number): Parameter | null {
  return BY_PID.get(pid) ?? null;
}

/** Its name, of those too whose values are not public; null: no public document names it. */
export function pidName(pid: number): string | null {
  return BY_PID.get(pid)?.name ?? NAMED.get(pid)?.name ?? null;
}

/** The parameter of that name, or the one that has a quantity of that name (`rpm`, `o2-b1s2-voltage`). */
export function parameterNamed(name: string): Parameter | null {
  return BY_NAME.get(name) ?? null;
}

/** How many data bytes follow this parameter in an answer, bitmaps too; null when that is not known. */
export function pidBytes(pid: number): number | null {
  return pid % 0x20 === 0 ? 4 : (BY_PID.get(pid)?.bytes ?? NAMED.get(pid)?.bytes ?? null);
}

export interface PidAnswer {
  readonly pid: number;
  readonly data: readonly number[];
  /** Null for bitmaps, and where the scaling is not public. */
  readonly readings: readonly PidReading[] | null;
}

/**
 * Takes an answer of several parameters apart: `bytes` follow the service byte. The order is free. What no table knows,
 * or what is cut short, hides everything behind it; so does what was not asked for, where `asked` is told. An answer to
 * one parameter alone is all its own: it may be longer or shorter than the table says.
 */
export function splitPids(bytes: readonly number[], asked: readonly number[] | null = null): PidAnswer[] {
  const found: PidAnswer[] = [];
  if (asked?.length === 1 && bytes[0] === asked[0]) {
    const parameter = parameterOf(asked[0]!);
    const data = bytes.slice(1);
    return [{ pid: asked[0]!, data, readings: parameter === null ? null : decodeParameter(parameter, data) }];
  }
  for (let i = 0; i < bytes.length; ) {
    const pid = bytes[i]!;
    const length = pidBytes(pid);
    if (length === null || i + 1 + length > bytes.length) break;
    if (asked !== null && (!asked.includes(pid) || found.some((f) => f.pid === pid))) break;
    const data = bytes.slice(i + 1, i + 1 + length);
    const parameter = parameterOf(pid);
    found.push({ pid, data, readings: parameter === null ? null : decodeParameter(parameter, data) });
    i += 1 + length;
  }
  return found;
}

/** A parameter of which some quantity is a signal: what the live round of a driver asks for. */
export interface PidSpec {
  readonly pid: number;
  /** Its quantities that are signals, in the unit of the signal. */
  readonly signals: readonly { readonly name: string; readonly signal: SignalName }[];
}

/** Parameters that have a value which is a signal (protocols/signal.ts). */
export const PIDS: readonly PidSpec[] = PARAMETERS.flatMap(({ pid, quantities }) => {
  const signals = quantities.flatMap(({ name, signal }) => (signal === null ? [] : [{ name, signal }]));
  return signals.length === 0 ? [] : [{ pid, signals }];
});

const SPECS = new Map(PIDS.map((p) => [p.pid, p]));

export interface SignalValue {
  readonly signal: SignalName;
  readonly value: number | boolean;
}

/** The signals among the readings of a parameter, in thousandths at the finest; what the unit does not know is left out. */
export function signalsOf(pid: number, readings: readonly PidReading[]): SignalValue[] {
  return (SPECS.get(pid)?.signals ?? []).flatMap(({ name, signal }) => {
    const value = asSignal(readings.find((r) => r.name === name)?.value ?? null);
    return value === null ? [] : [{ signal, value }];
  });
}

/** Of words only those of parameter 03 are a signal: the sensor regulates the mixture, or it does not. */
function asSignal(value: PidReading['value']): number | boolean | null {
  if (typeof value === 'number') return Math.round(value * 1000) / 1000;
  if (typeof value === 'boolean' || value === null) return value;
  return value.startsWith('closed loop') ? true : value.startsWith('open loop') ? false : null;
}
