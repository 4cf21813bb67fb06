import { type Quantity, quantity, u16 } from '../parameter.ts';

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
