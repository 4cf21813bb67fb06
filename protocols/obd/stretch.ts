import type { PidReading } from './parameter.ts';

/**
 * Parameters 4F and 50 (SAE J1979, external test equipment configuration): a control unit may say that its lambda, oxygen
 * sensor, intake pressure and air mass values reach further than usual. The same bytes then stand for more, in proportion.
 */
interface Stretched {
  /** The reading that tells the greatest value, and what holds where it says zero or nothing. */
  readonly by: string;
  readonly usual: number;
  readonly match: RegExp;
}

const STRETCHED: readonly Stretched[] = [
  { by: 'scaling-lambda', usual: 2, match: /^(lambda(-current)?-b\ds\d-ratio|lambda-commanded)$/ },
  { by: 'scaling-o2-voltage', usual: 8, match: /^lambda-b\ds\d-voltage$/ },
  { by: 'scaling-o2-current', usual: 128, match: /^lambda-current-b\ds\d-current$/ },
  { by: 'scaling-intake-pressure', usual: 255, match: /^intake-pressure$/ },
  { by: 'scaling-maf', usual: 655.35, match: /^maf$/ },
];

/** The parameters that say so. */
export const STRETCHERS = [0x4f, 0x50] as const;

/** May a unit stretch this parameter? Intake pressure, air mass, lambda with voltage or current, lambda commanded. */
export function isStretchable(pid: number): boolean {
  return pid === 0x0b || pid === 0x10 || pid === 0x44 || (pid >= 0x24 && pid <= 0x2b) || (pid >= 0x34 && pid <= 0x3b);
}

/** How far a control unit stretches each of its values; an empty list: not at all. */
export type Stretch = readonly { readonly match: RegExp; readonly factor: number }[];

/** @param readings of parameters 4F and 50, of one control unit; what else is among them does not matter. */
export function stretchOf(readings: readonly PidReading[]): Stretch {
  return STRETCHED.flatMap(({ by, usual, match }) => {
    const most = readings.find((r) => r.name === by)?.value;
    return typeof most === 'number' && most > 0 ? [{ match, factor: most / usual }] : [];
  });
}

/** A reading as the control unit means it. */
export function stretched(reading: PidReading, stretch: Stretch): PidReading {
  const own = stretch.find((s) => s.match.test(reading.name));
  if (own === undefined || typeof reading.value !== 'number') return reading;
  return { ...reading, value: Math.round(reading.value * own.factor * 1e6) / 1e6 };
}
