import type { HoldReason, SCAN_KINDS } from '../event.ts';
import { isVin } from '../vin.ts';
import { plateIn, plateNamed } from './plate.ts';

/**
 * What a scanned label says.
 *
 * | label                                              | kind      | text                        |
 * |----------------------------------------------------|-----------|-----------------------------|
 * | a VIN, `I` + VIN, `*VIN*`, `VIN:…`                 | vin       | the VIN                     |
 * | a Chinese plate; any plate after `PLATE:`          | plate     | the plate, without blanks   |
 * | `BAY:3`                                            | bay       | `3`                         |
 * | `JOB:…`, `WO:…`                                    | job       | order number                |
 * | `START`, `START:…`                                 | job-start | order number, or nothing    |
 * | `STOP`, `STOP:…`                                   | job-stop  | order number, or nothing    |
 * | `HOLD:parts`                                       | hold      | the reason                  |
 * | `HOLD:rework`                                      | hold      | `rework`: it came back      |
 * | `HOLD:none`                                        | hold      | `none`: released            |
 * | `TECH:…`, `BADGE:…`                                | badge     | badge number                |
 * | `UNDO`                                             | undo      | nothing                     |
 * | anything else                                      | unknown   | as it came                  |
 *
 * Each word may be written `WORD:…`, `LG-WORD-…`, or in Chinese (工位, 工单, 开工, 完工, 等待, 工牌, 撤销, 车牌). Letter case
 * of the words does not matter; what follows keeps its case, but for VINs and plates (capitals) and reasons (small letters).
 */
type LabelKind = (typeof SCAN_KINDS)[number];

export interface Label {
  readonly kind: LabelKind;
  readonly text: string;
  /** AIM symbology identifier (ISO/IEC 15424) such as `]C0`, where the scanner sends it. */
  readonly symbology: string | null;
}

/** Reasons to wait, as they may stand on a label. */
const REASONS: Readonly<Record<string, HoldReason | 'rework' | 'none'>> = {
  parts: 'parts',
  配件: 'parts',
  approval: 'approval',
  批准: 'approval',
  客户确认: 'approval',
  technician: 'technician',
  技师: 'technician',
  equipment: 'equipment',
  设备: 'equipment',
  quality: 'quality',
  'quality-check': 'quality',
  qc: 'quality',
  质检: 'quality',
  pickup: 'pickup',
  'pick-up': 'pickup',
  取车: 'pickup',
  rework: 'rework',
  返工: 'rework',
  none: 'none',
  release: 'none',
  解除: 'none',
};

const WORDS: Readonly<Record<string, LabelKind>> = {
  BAY: 'bay',
  工位: 'bay',
  JOB: 'job',
  WO: 'job',
  工单: 'job',
  START: 'job-start',
  开工: 'job-start',
  STOP: 'job-stop',
  完工: 'job-stop',
  HOLD: 'hold',
  等待: 'hold',
  TECH: 'badge',
  BADGE: 'badge',
  工牌: 'badge',
  PLATE: 'plate',
  车牌: 'plate',
  UNDO: 'undo',
  撤销: 'undo',
};
/** These say enough alone. */
const ALONE: readonly LabelKind[] = ['job-start', 'job-stop', 'undo'];
const WORD = Object.keys(WORDS).join('|');
/** The full-width colon is what a Chinese keyboard writes into a QR code. */
const GRAMMAR = new RegExp(`^(?:(${WORD})\\s*(?:[:：]\\s*(.*))?|LG-(${WORD})(?:-\\s*(.*))?)$`, 'i');
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what scanners put around a label
const AROUND = /^[\x00-\x20\x7f]+|[\x00-\x20\x7f]+$/g;

/** Reads one label, as a scanner sends it. Never throws: what is not understood is `unknown`. */
export function readLabel(raw: string): Label {
  const bare = raw.replace(AROUND, '');
  const aim = /^\][A-Za-z][0-9A-Za-z]/.exec(bare)?.[0] ?? null;
  const text = (aim === null ? bare : bare.slice(3)).replace(AROUND, '');
  const vin = vinIn(text);
  if (vin !== null) return { kind: 'vin', text: vin, symbology: aim };
  const said = spoken(text);
  if (said !== null) return { ...said, symbology: aim };
  const plate = plateIn(text);
  if (plate !== null) return { kind: 'plate', text: plate, symbology: aim };
  return { kind: 'unknown', text, symbology: aim };
}

/** A label of our own grammar; null when it is none, or what follows the word makes no sense. */
function spoken(text: string): Pick<Label, 'kind' | 'text'> | null {
  const match = GRAMMAR.exec(text);
  if (!match) return null;
  const kind = WORDS[(match[1] ?? match[3])!.toUpperCase()]!;
  const value = match[2] ?? match[4] ?? '';
  if (value === '') return ALONE.includes(kind) ? { kind, text: '' } : null;
  switch (kind) {
    case 'hold': {
      const reason = value.toLowerCase();
      return Object.hasOwn(REASONS, reason) ? { kind, text: REASONS[reason]! } : null;
    }
    case 'plate': {
      const plate = plateNamed(value);
      return plate === null ? null : { kind, text: plate };
    }
    case 'undo':
      return null;
    default:
      return { kind, text: value };
  }
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
