import { bit, type PidValue, type Quantity, quantity, s16, state, u16, u32 } from '../parameter.ts';

/** Scalings that many parameters share (SAE J1979-DA, tables of service 01). */

export const PERCENT = [0, 100] as const;
export const TRIM = [-100, 99.21875] as const;
export const CELSIUS = [-40, 215] as const;
export const CELSIUS_WIDE = [-40, 6513.5] as const;
export const TORQUE = [-125, 130] as const;

/** One byte as a share of 255. */
export const percent =
  (at = 0) =>
  (d: readonly number[]): number =>
    (d[at]! * 100) / 255;

/** One byte around its middle: negative takes fuel away. */
export const trim =
  (at = 0) =>
  (d: readonly number[]): number =>
    (d[at]! * 100) / 128 - 100;

export const celsius =
  (at = 0) =>
  (d: readonly number[]): number =>
    d[at]! - 40;

/** Two bytes in tenths. */
export const celsiusWide =
  (at = 0) =>
  (d: readonly number[]): number =>
    u16(d, at) / 10 - 40;

export const percentOf = (name: string, at: number): Quantity => quantity(name, '%', PERCENT, percent(at));
export const trimOf = (name: string, at: number): Quantity => quantity(name, '%', TRIM, trim(at));
export const celsiusOf = (name: string, at: number): Quantity => quantity(name, 'Cel', CELSIUS, celsius(at));
export const celsiusWideOf = (name: string, at: number): Quantity =>
  quantity(name, 'Cel', CELSIUS_WIDE, celsiusWide(at));
/** Two bytes, so many steps to the unit. */
export const wordOf = (name: string, unit: string | null, at: number, steps = 1): Quantity =>
  quantity(name, unit, [0, 65_535 / steps], (d) => u16(d, at) / steps);

/** Two bytes as a two's complement, so many steps to the unit. */
export const signedOf = (name: string, unit: string, at: number, steps = 1): Quantity =>
  quantity(name, unit, [-32_768 / steps, 32_767 / steps], (d) => s16(d, at) / steps);

/** A clock of four bytes in seconds; all ones: the unit has none. */
export const secondsOf = (name: string, at: number): Quantity =>
  quantity(name, 's', [0, 4_294_967_294], (d) => (u32(d, at) === 0xffffffff ? null : u32(d, at)));

/** One bit as a switch. */
export const flagOf = (name: string, at: number, n: number): Quantity => state(name, (d) => bit(d, at, n));

/** Some bits of a byte as a number that stands for a word; numbers without a word are null. */
export const choiceOf = (
  name: string,
  at: number,
  shift: number,
  bits: number,
  words: readonly (string | null)[],
): Quantity => state(name, (d): PidValue => words[(d[at]! >> shift) & (2 ** bits - 1)] ?? null);

/** Words of the bits that are set, the first word for the lowest of them; `none` where none is. */
export const listOf = (name: string, at: number, shift: number, words: readonly string[]): Quantity =>
  state(name, (d): PidValue => words.filter((_, i) => bit(d, at, shift + i)).join(', ') || 'none');
