/** Diagnostic trouble codes by SAE J2012 / ISO 15031-6: what the structure of any code says. */

type CodeLetter = 'P' | 'C' | 'B' | 'U';

export interface CodeFacts {
  readonly code: string;
  readonly system: 'powertrain' | 'chassis' | 'body' | 'network';
  /** Who defines it: the standard (the same meaning in every car) or the maker. */
  readonly origin: 'standard' | 'maker' | 'reserved';
  /** Only powertrain codes name a subsystem in their third digit. */
  readonly subsystem:
    | 'fuel-and-air'
    | 'ignition-or-misfire'
    | 'emissions'
    | 'speed-and-idle'
    | 'computer'
    | 'transmission'
    | 'hybrid'
    | 'cylinder-deactivation'
    | null;
}

const LETTERS = 'PCBU';
const SYSTEMS = { P: 'powertrain', C: 'chassis', B: 'body', U: 'network' } as const;
type Subsystem = CodeFacts['subsystem'];

/** Third digits that mean the same in P0, P1 and P2. */
const SUBSYSTEMS: Readonly<Record<string, Subsystem>> = {
  '0': 'fuel-and-air',
  '1': 'fuel-and-air',
  '2': 'fuel-and-air',
  '3': 'ignition-or-misfire',
  '4': 'emissions',
  '5': 'speed-and-idle',
  '6': 'computer',
  '7': 'transmission',
  '8': 'transmission',
  '9': 'transmission',
};

/** J2012, table of powertrain codes. Letters: electric drive in P0 and P1, fuel and air in P2; P3 has five groups only. */
function subsystemOf(digit: string, third: string): Subsystem {
  const own = SUBSYSTEMS[third] ?? null;
  if (digit === '3') return third === '4' ? 'cylinder-deactivation' : third < '4' ? own : null;
  if (own !== null) return own;
  if (digit === '2') return third === 'A' || third === 'B' ? 'fuel-and-air' : null;
  return third === 'F' ? null : 'hybrid';
}

/** The text of a two-byte code: two bits of letter, two bits of digit, three hexadecimal digits. */
export function codeText(high: number, low: number): string {
  const letter = LETTERS[high >> 6];
  const rest = (((high & 0x3f) << 8) | low).toString(16).toUpperCase().padStart(4, '0');
  return `${letter}${rest}`;
}

/** The two bytes of a code; null when the text is not one. */
export function codeBytes(code: string): readonly [number, number] | null {
  const match = /^([PCBU])([0-3][0-9A-F]{3})$/.exec(code.toUpperCase());
  if (!match) return null;
  const value = (LETTERS.indexOf(match[1]!) << 14) | Number.parseInt(match[2]!, 16);
  return [value >> 8, value & 0xff];
}

/** What the structure of a code says; null when the text is not one. */
export function codeFacts(text: string): CodeFacts | null {
  if (codeBytes(text) === null) return null;
  const code = text.toUpperCase();
  const letter = code[0] as CodeLetter;
  const subsystem = letter === 'P' ? subsystemOf(code[1]!, code[2]!) : null;
  return { code, system: SYSTEMS[letter], origin: originOf(letter, code), subsystem };
}

/** J2012, tables of code ranges: P2 is standard, P3 is split at P3400; B2, C2 and U2 belong to makers, U3 to the standard. */
function originOf(letter: CodeLetter, code: string): CodeFacts['origin'] {
  const digit = code[1];
  if (digit === '0') return 'standard';
  if (digit === '1') return 'maker';
  if (letter === 'P') return digit === '2' || Number.parseInt(code[2]!, 16) >= 4 ? 'standard' : 'maker';
  if (digit === '2') return 'maker';
  return letter === 'U' ? 'standard' : 'reserved';
}
