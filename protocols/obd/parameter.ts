import type { SignalName } from '../signal.ts';

/**
 * What a parameter of service 01 (SAE J1979, ISO 15031-5 annex B) is: its bytes, and the quantities in them. `d` in the
 * formulas are the data bytes, from 0; documents call them A, B, C …
 */

/** A number, a word of an enumeration, or a switch; null: the control unit says that it has no such value. */
export type PidValue = number | string | boolean | null;

export interface Quantity {
  /** Kebab-case, one in the whole table: `rpm`, `o2-b1s2-voltage`. */
  readonly name: string;
  /** UCUM-like unit text as in protocols/signal.ts; null for words, switches and plain counts. */
  readonly unit: string | null;
  /** Range that the bytes can express; null for words and switches. */
  readonly range: readonly [number, number] | null;
  /** Called only with all bytes of the parameter there. */
  readonly decode: (d: readonly number[]) => PidValue;
  readonly signal: SignalName | null;
  /** Bytes that this one needs, where older units send fewer than the whole: then it is left out. */
  readonly needs?: number;
}

export interface Parameter {
  readonly pid: number;
  /** Name of the whole; of its only quantity, where there is one. */
  readonly name: string;
  /** Length of the data in bytes; an answer that is shorter is not decoded. */
  readonly bytes: number;
  /** Fewer bytes that an earlier issue of the standard had, and that are decoded too. */
  readonly least?: number;
  readonly quantities: readonly Quantity[];
}

export interface PidReading {
  readonly name: string;
  readonly value: PidValue;
  readonly unit: string | null;
}

type Formula = (d: readonly number[]) => number | null;

/** A quantity that is a number. */
export function quantity(
  name: string,
  unit: string | null,
  range: readonly [number, number],
  decode: Formula,
  signal: SignalName | null = null,
): Quantity {
  return { name, unit, range, decode, signal };
}

/** A quantity that is a word or a switch. */
export function state(name: string, decode: (d: readonly number[]) => PidValue): Quantity {
  return { name, unit: null, range: null, decode, signal: null };
}

/** A parameter that is one number. */
export function number(
  pid: number,
  name: string,
  bytes: number,
  unit: string | null,
  range: readonly [number, number],
  decode: Formula,
  signal: SignalName | null = null,
): Parameter {
  return { pid, name, bytes, quantities: [quantity(name, unit, range, decode, signal)] };
}

/** A parameter that is one word or switch. */
export function word(pid: number, name: string, bytes: number, decode: (d: readonly number[]) => PidValue): Parameter {
  return { pid, name, bytes, quantities: [state(name, decode)] };
}

/** A parameter of several quantities. */
export function group(
  pid: number,
  name: string,
  bytes: number,
  quantities: readonly Quantity[],
  least = bytes,
): Parameter {
  return { pid, name, bytes, quantities, least };
}

/** The same quantity, left out when the answer has fewer bytes than this. */
export function from(needs: number, quantity: Quantity): Quantity {
  return { ...quantity, needs };
}

/** The same quantity, sent on live as a signal. */
export function told(signal: SignalName, quantity: Quantity): Quantity {
  return { ...quantity, signal };
}

/** Many newer parameters tell in byte A which of their values the car has: null without its bit. */
export function given(bitOfA: number, quantity: Quantity): Quantity {
  return { ...quantity, decode: (d) => (bit(d, 0, bitOfA) ? quantity.decode(d) : null) };
}

/** Every quantity of an answer, in the order of the table; null when bytes are missing. */
export function decodeParameter(parameter: Parameter, data: readonly number[]): PidReading[] | null {
  if (data.length < (parameter.least ?? parameter.bytes)) return null;
  return parameter.quantities
    .filter((q) => data.length >= (q.needs ?? 0))
    .map(({ name, unit, decode }) => {
      const value = decode(data);
      return { name, unit, value: typeof value === 'number' ? tidy(value) : value };
    });
}

/** Without the tail of binary fractions: no formula resolves finer than a millionth. */
function tidy(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

/** Two bytes, high first. */
export function u16(d: readonly number[], at = 0): number {
  return d[at]! * 256 + d[at + 1]!;
}

/** Two bytes as a two's complement. */
export function s16(d: readonly number[], at = 0): number {
  const n = u16(d, at);
  return n >= 0x8000 ? n - 0x10000 : n;
}

/** Four bytes, high first. */
export function u32(d: readonly number[], at = 0): number {
  return u16(d, at) * 65_536 + u16(d, at + 2);
}

/** Bit 0 is the lowest. */
export function bit(d: readonly number[], at: number, n: number): boolean {
  return ((d[at]! >> n) & 1) === 1;
}
