import { plantOf } from './plants.ts';
import { buildsHeavy, makerOf, type Region, regionOf } from './wmi.ts';

/** The vehicle identification number: ISO 3779 (structure), ISO 3780 (maker), 49 CFR 565 and GB 16735 (check digit, year). */

type CheckDigit = 'right' | 'wrong' | 'absent';

export interface VinFacts {
  /** The seventeen characters in capitals; null when the text is not a VIN. */
  readonly vin: string | null;
  /** Why it is not a VIN, in a sentence; null when it is. */
  readonly fault: string | null;
  readonly maker: string | null;
  readonly region: Region | null;
  /**
   * Every model year that position 10 may stand for, oldest first: the code repeats after 30 years. Empty when the maker
   * codes none. Makers outside North America and China need not code it.
   */
  readonly modelYears: readonly number[];
  /** Position 11; the maker chooses what it means. */
  readonly plant: string | null;
  /** The town, where the maker has published its letters. */
  readonly plantName: string | null;
  readonly serial: string | null;
  /** Evidence, not a verdict: makers outside North America and China need not have one. `absent` only for a non-VIN. */
  readonly checkDigit: CheckDigit;
}

/** Reads a VIN that a person typed: letter case, blanks and dashes do not matter. */
export function readVin(text: string): VinFacts {
  const vin = text.replace(/[\s-]+/g, '').toUpperCase();
  const fault = vinFault(vin);
  if (fault !== null) {
    return {
      vin: null,
      fault,
      maker: null,
      region: null,
      modelYears: [],
      plant: null,
      plantName: null,
      serial: null,
      checkDigit: 'absent',
    };
  }
  return {
    vin,
    fault: null,
    maker: makerOf(vin),
    region: regionOf(vin),
    modelYears: modelYears(vin),
    plant: vin[10]!,
    plantName: plantOf(vin),
    serial: vin.slice(11),
    checkDigit: vin[8] === checkDigitOf(vin) ? 'right' : 'wrong',
  };
}

/** Seventeen capitals and digits without I, O and Q. */
export function isVin(text: string): boolean {
  return /^[A-HJ-NPR-Z0-9]{17}$/.test(text);
}

function vinFault(vin: string): string | null {
  if (vin.length !== 17) return `a VIN has 17 characters, this has ${vin.length}`;
  const wrong = [...vin].findIndex((c) => !/[A-HJ-NPR-Z0-9]/.test(c));
  if (wrong < 0) return null;
  return `character ${wrong + 1} is "${vin[wrong]}"; a VIN has digits and capitals without I, O and Q`;
}

/** Values of the letters in the check sum; digits stand for themselves. */
const LETTER_VALUES = { A: 1, B: 2, C: 3, D: 4, E: 5, F: 6, G: 7, H: 8, J: 1, K: 2, L: 3, M: 4, N: 5, P: 7, R: 9 };
const MORE_LETTER_VALUES = { S: 2, T: 3, U: 4, V: 5, W: 6, X: 7, Y: 8, Z: 9 };
const VALUES: Readonly<Record<string, number>> = { ...LETTER_VALUES, ...MORE_LETTER_VALUES };
const WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];

/** The check digit (0 to 9 or X) that position 9 should hold. The argument must be a VIN in capitals. */
export function checkDigitOf(vin: string): string {
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * (VALUES[vin[i]!] ?? Number(vin[i])), 0);
  const rest = sum % 11;
  return rest === 10 ? 'X' : String(rest);
}

/** Codes of 1980 to 2009, repeated for 2010 to 2039: I, O, Q, U, Z and 0 are not used. */
const YEAR_CODES = 'ABCDEFGHJKLMNPRSTVWXY123456789';

function modelYears(vin: string): number[] {
  const index = YEAR_CODES.indexOf(vin[9]!);
  if (index < 0) return [];
  const early = 1980 + index;
  const late = early + 30;
  // 49 CFR 565.15(b): in North America a letter in position 7 means 2010 and later, a digit the years before. The rule is
  // for cars and light trucks (up to 10 000 lb); of heavier ones, and where the maker is not known, it may be either.
  const light = makerOf(vin) !== null && !buildsHeavy(vin);
  if (regionOf(vin) === 'North America' && light) return [/\d/.test(vin[6]!) ? early : late];
  return [early, late];
}
