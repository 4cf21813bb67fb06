import type { EventData } from '../../protocols/event.ts';
import { describeCode } from '../../protocols/obd/dtc-text.ts';

export type CodeStatus = EventData<'liftgate.vehicle.codes.v1'>['status'];

/** Trouble codes of one car, per status and control unit: two units may answer one question differently. */
export interface Codes {
  readonly units: Readonly<Record<CodeStatus, Readonly<Record<string, readonly string[]>>>>;
  /** What was last told of each status; null: nothing yet. */
  readonly told: Readonly<Record<CodeStatus, readonly string[] | null>>;
  readonly lamp: boolean | null;
}

export const NO_CODES: Codes = {
  units: { stored: {}, pending: {}, permanent: {} },
  told: { stored: null, pending: null, permanent: null },
  lamp: null,
};

const CODE = /^[PCBU][0-3][0-9A-F]{3}$/;
const MOST = 256;

export function codeStatus(signal: string): CodeStatus | null {
  if (signal === 'obd.codes.stored') return 'stored';
  if (signal === 'obd.codes.pending') return 'pending';
  return signal === 'obd.codes.permanent' ? 'permanent' : null;
}

/** Takes in what one control unit answered; `told` is the new set where it differs from what was told. */
export function noteCodes(
  c: Codes,
  status: CodeStatus,
  unit: string,
  list: readonly string[],
): { codes: Codes; told: readonly string[] | null } {
  const units = { ...c.units[status], [unit]: list.filter((code) => CODE.test(code)) };
  const all = [...new Set(Object.values(units).flat())].sort().slice(0, MOST);
  const before = c.told[status];
  if (before !== null && before.length === all.length && before.every((code, i) => code === all[i])) {
    return { codes: c, told: null };
  }
  return {
    codes: { ...c, units: { ...c.units, [status]: units }, told: { ...c.told, [status]: all } },
    told: all,
  };
}

/**
 * Codes with which a car should not simply be handed back, where the table of codes has no word of its own: what the
 * structure of J2012 says of them, not what one maker's list says.
 */
const SEVERE: readonly { readonly what: string; readonly match: RegExp }[] = [
  { what: 'engine control module', match: /^P060[0-9A-F]$/ },
  { what: 'restraint systems', match: /^B00[0-9A-F]{2}$/ },
  { what: 'brakes and stability', match: /^C00[0-9A-F]{2}$/ },
  { what: 'a control module is silent', match: /^U01[0-5][0-9A-F]$/ },
];

/** Must the car be looked at before it is handed back? By the severity of the table; by structure where it has none. */
export function isSevere(code: string): boolean {
  const severity = describeCode(code)?.severity ?? null;
  return severity === null ? SEVERE.some((s) => s.match.test(code)) : severity === 'stop' || severity === 'urgent';
}
