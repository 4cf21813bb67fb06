import { hex } from './hex.ts';
import { type Answer, answersTo, vinOf } from './services.ts';
import { askAll, type Steps } from './steps.ts';

/** Service 09: who the car and its control units are. */

export interface Calibration {
  readonly id: string;
  /** Calibration verification number, eight hexadecimal digits; null when the unit told fewer of them than ids. */
  readonly cvn: string | null;
}

export interface Counter {
  readonly name: string;
  readonly value: number;
}

export interface UnitInfo {
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

/** Asks service 09 for all of it. */
export function* infoSteps(): Steps<VehicleInfo> {
  const vins = yield* askInfo(0x02);
  const ids = yield* askInfo(0x04);
  const cvns = yield* askInfo(0x06);
  const names = yield* askInfo(0x0a);
  const spark = yield* askInfo(0x08);
  const compression = yield* askInfo(0x0b);
  const sources = new Set([vins, ids, cvns, names, spark, compression].flatMap((list) => list.map((a) => a.source)));
  const units = [...sources].map((unit): UnitInfo => {
    const of = (list: readonly Answer[]) => list.find((a) => a.source === unit) ?? null;
    const vin = of(vins);
    const verification = cvnsOf(of(cvns));
    return {
      unit,
      vin: vin === null ? null : vinOf(vin),
      name: nameOf(of(names)),
      calibrations: idsOf(of(ids)).map((id, i) => ({ id, cvn: verification[i] ?? null })),
      cvns: verification,
      performance: [...countersOf(SPARK_COUNTERS, of(spark)), ...countersOf(COMPRESSION_COUNTERS, of(compression))],
    };
  });
  return { vin: units.find((u) => u.vin !== null)?.vin ?? null, units };
}

function* askInfo(type: number): Steps<readonly Answer[]> {
  const request = `09${hex(type)}`;
  return answersTo(request, yield* askAll(request));
}

/** On CAN a count of items comes first; the older buses have none. */
function items(answer: Answer | null): readonly number[] {
  if (answer === null) return [];
  return answer.can ? answer.data.slice(1) : answer.data;
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

/** Calibration identifiers: sixteen characters each. */
function idsOf(answer: Answer | null): string[] {
  return pieces(items(answer), 16).flatMap((p) => textOf(p) ?? []);
}

/** Calibration verification numbers: four bytes each. */
function cvnsOf(answer: Answer | null): string[] {
  return pieces(items(answer), 4).map((p) => p.map(hex).join(''));
}

/** Four characters of short name, a hyphen, and fifteen of long name. */
function nameOf(answer: Answer | null): string | null {
  return textOf(items(answer));
}

function countersOf(names: readonly string[], answer: Answer | null): Counter[] {
  return pieces(items(answer), 2).flatMap((p, i) => {
    const name = names[i];
    return name === undefined ? [] : [{ name, value: p[0]! * 256 + p[1]! }];
  });
}
