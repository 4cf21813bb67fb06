/**
 * Unit and scaling identifiers of service 06 (SAE J1979-DA, appendix E): how two bytes become a value. From 0x80 on the
 * bytes are a two's complement. Numbers that are not here (44 to 80, 88, 89, 93 to 95 …) are in no public table.
 */
export interface Scaling {
  /** Value of one step. */
  readonly step: number;
  readonly offset: number;
  /** Null: a plain number. */
  readonly unit: string | null;
}

const scaling = (step: number, unit: string | null = null, offset = 0): Scaling => ({ step, offset, unit });

const SCALINGS: Readonly<Record<number, Scaling>> = {
  1: scaling(1),
  2: scaling(0.1),
  3: scaling(0.01),
  4: scaling(0.001),
  5: scaling(0.0000305),
  6: scaling(0.000305),
  7: scaling(0.25, '1/min'),
  8: scaling(0.01, 'km/h'),
  9: scaling(1, 'km/h'),
  10: scaling(0.122, 'mV'),
  11: scaling(0.001, 'V'),
  12: scaling(0.01, 'V'),
  13: scaling(0.00390625, 'mA'),
  14: scaling(0.001, 'A'),
  15: scaling(0.01, 'A'),
  16: scaling(1, 'ms'),
  17: scaling(100, 'ms'),
  18: scaling(1, 's'),
  19: scaling(1, 'mOhm'),
  20: scaling(1, 'Ohm'),
  21: scaling(1, 'kOhm'),
  22: scaling(0.1, 'Cel', -40),
  23: scaling(0.01, 'kPa'),
  24: scaling(0.0117, 'kPa'),
  25: scaling(0.079, 'kPa'),
  26: scaling(1, 'kPa'),
  27: scaling(10, 'kPa'),
  28: scaling(0.01, 'deg'),
  29: scaling(0.5, 'deg'),
  // Lambda, air-fuel ratio, plain ratio
  30: scaling(0.0000305),
  31: scaling(0.05),
  32: scaling(0.00390625),
  33: scaling(1, 'mHz'),
  34: scaling(1, 'Hz'),
  35: scaling(1, 'kHz'),
  36: scaling(1),
  37: scaling(1, 'km'),
  38: scaling(0.1, 'mV/ms'),
  39: scaling(0.01, 'g/s'),
  40: scaling(1, 'g/s'),
  41: scaling(0.25, 'Pa/s'),
  42: scaling(0.001, 'kg/h'),
  43: scaling(1),
  44: scaling(0.01, 'g/cyl'),
  45: scaling(0.01, 'mg/stroke'),
  // Zero or one
  46: scaling(1),
  47: scaling(0.01, '%'),
  48: scaling(0.001526, '%'),
  49: scaling(0.001, 'L'),
  50: scaling(0.0000305, '[in_i]'),
  51: scaling(0.00024414),
  52: scaling(1, 'min'),
  53: scaling(10, 'ms'),
  54: scaling(0.01, 'g'),
  55: scaling(0.1, 'g'),
  56: scaling(1, 'g'),
  57: scaling(0.01, '%', -327.68),
  58: scaling(0.001, 'g'),
  59: scaling(0.0001, 'g'),
  60: scaling(0.1, 'us'),
  61: scaling(0.01, 'mA'),
  62: scaling(0.00006103516, 'mm2'),
  63: scaling(0.01, 'L'),
  64: scaling(1, 'ppm'),
  65: scaling(0.01, 'uA'),
  66: scaling(0.1, 'kJ'),
  67: scaling(0.00024414, 'g/kWh'),
  129: scaling(1),
  130: scaling(0.1),
  131: scaling(0.01),
  132: scaling(0.001),
  133: scaling(0.0000305),
  134: scaling(0.000305),
  135: scaling(1, 'ppm'),
  138: scaling(0.122, 'mV'),
  139: scaling(0.001, 'V'),
  140: scaling(0.01, 'V'),
  141: scaling(0.00390625, 'mA'),
  142: scaling(0.001, 'A'),
  143: scaling(1, 'us'),
  144: scaling(1, 'ms'),
  145: scaling(100, 'ms'),
  146: scaling(0.1, 'N.m'),
  150: scaling(0.1, 'Cel'),
  151: scaling(0.01, 'Cel'),
  152: scaling(1, 'mg/stroke'),
  153: scaling(0.1, 'kPa'),
  156: scaling(0.01, 'deg'),
  157: scaling(0.5, 'deg'),
  168: scaling(1, 'g/s'),
  169: scaling(0.25, 'Pa/s'),
  173: scaling(0.01, 'mg/stroke'),
  174: scaling(0.1, 'mg/stroke'),
  175: scaling(0.01, '%'),
  176: scaling(0.003052, '%'),
  177: scaling(2, 'mV/s'),
  251: scaling(10, 'kPa'),
  252: scaling(0.01, 'kPa'),
  253: scaling(0.001, 'kPa'),
  254: scaling(0.25, 'Pa'),
};

/** Null: the identifier is in no table that Liftgate knows. */
export function scalingOf(uas: number): Scaling | null {
  return SCALINGS[uas] ?? null;
}

/** The two bytes as a whole number, with the sign that the identifier asks for. */
export function rawOf(uas: number, high: number, low: number): number {
  const value = high * 256 + low;
  return uas >= 0x80 && value >= 0x8000 ? value - 0x10000 : value;
}

/** The value in the unit of the identifier; the whole number itself when the identifier is not known. */
export function scaled(uas: number, high: number, low: number): number {
  const s = scalingOf(uas) ?? { step: 1, offset: 0 };
  return Math.round((rawOf(uas, high, low) * s.step + s.offset) * 1e7) / 1e7;
}

/** The greatest value of every scaling. */
const ENDS = new Set(Object.keys(SCALINGS).map((uas) => scaled(Number(uas), Number(uas) >= 0x80 ? 0x7f : 0xff, 0xff)));

/** A limit at the end of what its scaling can tell is none (SAE J1979). */
export function isScaleEnd(limit: number): boolean {
  return ENDS.has(Math.round(limit * 1e7) / 1e7);
}
