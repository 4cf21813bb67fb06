/** Scalings that many parameters share (SAE J1979-DA, tables of service 01). */

export const PERCENT = [0, 100] as const;
export const TRIM = [-100, 99.21875] as const;
export const CELSIUS = [-40, 215] as const;

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
