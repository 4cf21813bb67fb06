import { isVin } from '../vin.ts';

/**
 * What a scanned label says.
 *
 * | label                                   | kind    | text            |
 * |-----------------------------------------|---------|-----------------|
 * | a VIN, `I` + VIN, `*VIN*`, `VIN:…`      | vin     | the VIN         |
 * | `BAY:3`, `LG-BAY-3`                     | bay     | `3`             |
 * | `JOB:…`, `WO:…`, `LG-JOB-…`             | job     | order number    |
 * | `TECH:…`, `BADGE:…`, `LG-TECH-…`        | badge   | badge number    |
 * | `HOLD:parts`, `LG-HOLD-parts`           | hold    | the reason      |
 * | `HOLD:none`                             | hold    | `none`: released |
 * | anything else                           | unknown | as it came      |
 *
 * Reasons for a hold: parts, approval, technician, equipment, quality, pickup. Letter case of the words before the colon
 * does not matter; what follows keeps its case, but for VINs (capitals) and reasons (small letters).
 */
export type LabelKind = 'vin' | 'bay' | 'job' | 'badge' | 'hold' | 'unknown';

export interface Label {
  readonly kind: LabelKind;
  readonly text: string;
  /** AIM symbology identifier (ISO/IEC 15424) such as `]C0`, where the scanner sends it. */
  readonly symbology: string | null;
}

const HOLDS = new Set(['parts', 'approval', 'technician', 'equipment', 'quality', 'pickup', 'none']);
const WORDS: Readonly<Record<string, LabelKind>> = {
  BAY: 'bay',
  JOB: 'job',
  WO: 'job',
  TECH: 'badge',
  BADGE: 'badge',
  HOLD: 'hold',
};
/** The full-width colon is what a Chinese keyboard writes into a QR code. */
const GRAMMAR = /^(?:(BAY|JOB|WO|TECH|BADGE|HOLD)\s*[:：]|LG-(BAY|JOB|WO|TECH|BADGE|HOLD)-)\s*(\S.*)$/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what scanners put around a label
const AROUND = /^[\x00-\x20\x7f]+|[\x00-\x20\x7f]+$/g;

/** Reads one label, as a scanner sends it. Never throws: what is not understood is `unknown`. */
export function readLabel(raw: string): Label {
  const bare = raw.replace(AROUND, '');
  const aim = /^\][A-Za-z][0-9A-Za-z]/.exec(bare)?.[0] ?? null;
  const text = (aim === null ? bare : bare.slice(3)).replace(AROUND, '');
  const vin = vinIn(text);
  if (vin !== null) return { kind: 'vin', text: vin, symbology: aim };
  const match = GRAMMAR.exec(text);
  if (match) {
    const kind = WORDS[(match[1] ?? match[2])!.toUpperCase()]!;
    const value = match[3]!;
    if (kind !== 'hold') return { kind, text: value, symbology: aim };
    const reason = value.toLowerCase();
    if (HOLDS.has(reason)) return { kind, text: reason, symbology: aim };
  }
  return { kind: 'unknown', text, symbology: aim };
}

/**
 * The VIN on a label: bare, between the start and stop marks of Code 39, after `VIN:`, or after the `I` that marks an
 * imported car on American labels. Eighteen characters that do not start with I are not a VIN with something added:
 * cutting them would be a guess.
 */
function vinIn(text: string): string | null {
  const bare = text
    .toUpperCase()
    .replace(/^VIN\s*[:：=]\s*/, '')
    .replace(/^\*+|\*+$/g, '');
  if (isVin(bare)) return bare;
  return bare.length === 18 && bare[0] === 'I' && isVin(bare.slice(1)) ? bare.slice(1) : null;
}
