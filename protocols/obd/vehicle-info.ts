import { hex } from './hex.ts';
import { vinText } from './services.ts';
import type { Steps } from './steps.ts';

/** Service 09: who the car and its control units are. */

interface Calibration {
  readonly id: string;
  /** Calibration verification number, eight hexadecimal digits; null when the unit told fewer of them than ids. */
  readonly cvn: string | null;
}

export interface Counter {
  readonly name: string;
  readonly value: number;
}

/** What few units tell besides; null: this one does not. */
export interface MoreInfo {
  /** Info type 0D. */
  readonly engineSerial: string | null;
  /** Info type 0F: exhaust regulation or type approval number. */
  readonly typeApproval: string | null;
  /** Info type 11: number of the global technical regulation (WWH-OBD). */
  readonly regulation: string | null;
  /** Info type 12: ignition cycles in which the engine has burnt fuel (hybrids). */
  readonly fueledCycles: number | null;
  /** Info type 14: km since the vapour system was last judged. */
  readonly evaporativeKm: number | null;
}

interface UnitInfo extends MoreInfo {
  readonly unit: string | null;
  readonly name: string | null;
  readonly vin: string | null;
  readonly calibrations: readonly Calibration[];
  readonly cvns: readonly string[];
  /** In-use performance: how often each monitor ran and could have run. */
  readonly performance: readonly Counter[];
}

export interface VehicleInfo {
  readonly vin: string | null;
  readonly units: readonly UnitInfo[];
}

/** Info type 08, spark ignition: monitor runs and chances in pairs. */
const SPARK_COUNTERS = ['obd-conditions', 'ignition-cycles'].concat(
  pairs(['catalyst-1', 'catalyst-2', 'oxygen-sensor-1', 'oxygen-sensor-2', 'egr-vvt', 'secondary-air', 'evaporative']),
  pairs(['secondary-oxygen-sensor-1', 'secondary-oxygen-sensor-2', 'air-fuel-imbalance-1', 'air-fuel-imbalance-2']),
  pairs(['particulate-filter-1', 'particulate-filter-2']),
);
/** Info type 0B, compression ignition. */
const COMPRESSION_COUNTERS = ['obd-conditions', 'ignition-cycles'].concat(
  pairs(['nmhc-catalyst', 'nox-catalyst', 'nox-adsorber', 'particulate-filter', 'exhaust-gas-sensor', 'egr-vvt']),
  pairs(['boost-pressure', 'fuel-system']),
);

/** Each monitor has two counters: how often it finished, and how often it could have. */
function pairs(monitors: readonly string[]): string[] {
  return monitors.flatMap((m) => [`${m}-completed`, `${m}-conditions`]);
}

/** How a dialect asks for an info type (02 VIN, 04 calibrations …). The data come without a count of items. */
export type AskInfo = (type: number) => Steps<readonly InfoAnswer[]>;

export interface InfoAnswer {
  readonly source: string | null;
  readonly data: readonly number[];
}

/** Asked for only where a unit lists them. 10 (which protocol) says nothing that is not known; 13 is not assigned. */
const MORE = [0x0d, 0x0f, 0x11, 0x12, 0x14] as const;

/**
 * Asks for all of it. Verification numbers come last: a unit may have to compute them first. `listed` are the types that
 * some unit says it has; null: no unit has such a list. The VIN is asked for all the same.
 */
export function* infoSteps(listed: ReadonlySet<number> | null, askInfo: AskInfo): Steps<VehicleInfo> {
  function* ask(type: number): Steps<readonly InfoAnswer[]> {
    return listed === null || listed.has(type) ? yield* askInfo(type) : [];
  }
  const vins = yield* askInfo(0x02);
  const ids = yield* ask(0x04);
  const names = yield* ask(0x0a);
  const spark = yield* ask(0x08);
  const compression = yield* ask(0x0b);
  const more = new Map<number, readonly InfoAnswer[]>();
  for (const type of MORE) if (listed?.has(type)) more.set(type, yield* askInfo(type));
  const cvns = yield* ask(0x06);
  const all = [vins, ids, cvns, names, spark, compression, ...more.values()];
  const sources = new Set(all.flatMap((list) => list.map((a) => a.source)));
  const units = [...sources].map((unit): UnitInfo => {
    const of = (list: readonly InfoAnswer[]) => list.find((a) => a.source === unit)?.data ?? [];
    const verification = cvnsOf(of(cvns));
    return {
      unit,
      vin: vinText(of(vins)),
      name: nameOf(of(names)),
      calibrations: idsOf(of(ids)).map((id, i) => ({ id, cvn: verification[i] ?? null })),
      cvns: verification,
      performance: [...countersOf(SPARK_COUNTERS, of(spark)), ...countersOf(COMPRESSION_COUNTERS, of(compression))],
      engineSerial: textOf(of(more.get(0x0d) ?? [])),
      typeApproval: textOf(of(more.get(0x0f) ?? [])),
      regulation: textOf(of(more.get(0x11) ?? [])),
      fueledCycles: countOf(of(more.get(0x12) ?? [])),
      evaporativeKm: countOf(of(more.get(0x14) ?? [])),
    };
  });
  return { vin: units.find((u) => u.vin !== null)?.vin ?? null, units };
}

/** What few units tell, alone; null in each for a unit that told nothing. */
export function moreOf(unit: MoreInfo | undefined): MoreInfo {
  return {
    engineSerial: unit?.engineSerial ?? null,
    typeApproval: unit?.typeApproval ?? null,
    regulation: unit?.regulation ?? null,
    fueledCycles: unit?.fueledCycles ?? null,
    evaporativeKm: unit?.evaporativeKm ?? null,
  };
}

/** Text in ASCII; bytes of zero fill up, other bytes that are no text show that this is none. */
function textOf(bytes: readonly number[]): string | null {
  const inside = bytes.filter((b) => b !== 0);
  if (inside.length === 0 || inside.some((b) => b < 0x20 || b > 0x7e)) return null;
  return String.fromCharCode(...inside).trim();
}

function pieces(bytes: readonly number[], size: number): (readonly number[])[] {
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, i) => bytes.slice(i * size, (i + 1) * size));
}

/** Calibration identifiers: sixteen characters each; one that is no text keeps its place as digits. Empty ones at the end go. */
function idsOf(data: readonly number[]): string[] {
  const all = pieces(data, 16);
  const last = all.findLastIndex((p) => p.some((b) => b !== 0));
  return all.slice(0, last + 1).map((p) => textOf(p) ?? p.map(hex).join(''));
}

/** Calibration verification numbers: four bytes each. */
function cvnsOf(data: readonly number[]): string[] {
  return pieces(data, 4).map((p) => p.map(hex).join(''));
}

/** Four characters of short name, a hyphen, and fifteen of long name. */
function nameOf(data: readonly number[]): string | null {
  return textOf(data);
}

function countOf(data: readonly number[]): number | null {
  return data.length < 2 ? null : data[0]! * 256 + data[1]!;
}

function countersOf(names: readonly string[], data: readonly number[]): Counter[] {
  return pieces(data, 2).flatMap((p, i) => {
    const name = names[i];
    return name === undefined ? [] : [{ name, value: p[0]! * 256 + p[1]! }];
  });
}
