import type { Message } from './frame.ts';
import { rawOf, scaled, scalingOf } from './uas.ts';

/** Results of on-board monitoring: service 06 (J1979, on CAN), 22 F6mm (J1979-2), service 05 and 06 of older cars. */
export interface MonitorResult {
  readonly unit: string | null;
  /** Number of the monitor (OBDMID); of the oxygen sensor in service 05; null in service 06 of older cars. */
  readonly mid: number | null;
  readonly monitor: string;
  /** Number of the test (TID). */
  readonly tid: number;
  readonly test: string | null;
  /** Unit of value, min and max; null: plain numbers, or a scaling that is not known. */
  readonly measure: string | null;
  readonly value: number;
  /** Null: no such limit. */
  readonly min: number | null;
  readonly max: number | null;
  /** Is the value between both limits? Null: the unit gave none. */
  readonly passed: boolean | null;
}

/** Standard tests of the oxygen sensor monitors; the number is the same in service 05. */
const SENSOR_TESTS: Readonly<Record<number, string>> = {
  1: 'rich-to-lean threshold',
  2: 'lean-to-rich threshold',
  3: 'low voltage for switch time',
  4: 'high voltage for switch time',
  5: 'rich-to-lean switch time',
  6: 'lean-to-rich switch time',
  7: 'lowest voltage of the test',
  8: 'highest voltage of the test',
  9: 'time between transitions',
  10: 'sensor period',
};

/** J1979-DA: counts of the misfire monitors. */
const MISFIRE_TESTS: Readonly<Record<number, string>> = {
  11: 'misfires, mean of the last ten cycles',
  12: 'misfires, this or the last cycle',
};

/** Monitors that come in rows of banks and sensors: first number, how many, and the name of the n-th. */
const ROWS: readonly { readonly first: number; readonly count: number; readonly name: (n: number) => string }[] = [
  { first: 0x01, count: 16, name: (n) => `oxygen-sensor-b${(n >> 2) + 1}s${(n & 3) + 1}` },
  { first: 0x21, count: 4, name: (n) => `catalyst-b${n + 1}` },
  { first: 0x31, count: 4, name: (n) => `egr-b${n + 1}` },
  { first: 0x35, count: 4, name: (n) => `vvt-b${n + 1}` },
  { first: 0x39, count: 1, name: () => 'evap-cap-off' },
  { first: 0x3a, count: 1, name: () => 'evap-2.3mm' },
  { first: 0x3b, count: 1, name: () => 'evap-1.0mm' },
  { first: 0x3c, count: 1, name: () => 'evap-0.5mm' },
  { first: 0x3d, count: 1, name: () => 'purge-flow' },
  { first: 0x41, count: 16, name: (n) => `oxygen-sensor-heater-b${(n >> 2) + 1}s${(n & 3) + 1}` },
  { first: 0x61, count: 4, name: (n) => `heated-catalyst-b${n + 1}` },
  { first: 0x71, count: 4, name: (n) => `secondary-air-${n + 1}` },
  { first: 0x81, count: 4, name: (n) => `fuel-system-b${n + 1}` },
  { first: 0x85, count: 2, name: (n) => `boost-b${n + 1}` },
  { first: 0x90, count: 2, name: (n) => `nox-adsorber-b${n + 1}` },
  { first: 0x98, count: 2, name: (n) => `nox-catalyst-b${n + 1}` },
  { first: 0xa1, count: 1, name: () => 'misfire' },
  { first: 0xa2, count: 12, name: (n) => `misfire-cylinder-${n + 1}` },
  { first: 0xb0, count: 2, name: (n) => `particulate-filter-b${n + 1}` },
];

/** Name of a monitor; of one that no table names, its number. From E1 on they belong to the maker. */
export function monitorName(mid: number): string {
  const row = ROWS.find((r) => mid >= r.first && mid < r.first + r.count);
  const number = mid.toString(16).toUpperCase().padStart(2, '0');
  return row ? row.name(mid - row.first) : `${mid >= 0xe1 ? 'maker' : 'monitor'}-${number}`;
}

function testName(mid: number, tid: number): string | null {
  if (mid >= 0x01 && mid <= 0x10) return SENSOR_TESTS[tid] ?? null;
  return mid >= 0xa1 && mid <= 0xad ? (MISFIRE_TESTS[tid] ?? null) : null;
}

const RECORD = 9;

/**
 * Results in one answer of service 06 on CAN: after the service byte, records of monitor, test, unit and scaling, value,
 * least and most. An incomplete last record is left out.
 */
export function monitorResults(unit: string | null, bytes: readonly number[]): MonitorResult[] {
  const results: MonitorResult[] = [];
  for (let i = 0; i + RECORD <= bytes.length; i += RECORD) {
    results.push(resultOf(unit, bytes[i]!, bytes.slice(i + 1, i + RECORD)));
  }
  return results;
}

/** @param record test, unit and scaling, value, least, most: eight bytes. */
export function resultOf(unit: string | null, mid: number, record: readonly number[]): MonitorResult {
  const [tid = 0, uas = 0, v1 = 0, v0 = 0, a1 = 0, a0 = 0, b1 = 0, b0 = 0] = record;
  const raw = rawOf(uas, v1, v0);
  return {
    unit,
    mid,
    monitor: monitorName(mid),
    tid,
    test: testName(mid, tid),
    measure: scalingOf(uas)?.unit ?? null,
    value: scaled(uas, v1, v0),
    min: scaled(uas, a1, a0),
    max: scaled(uas, b1, b0),
    passed: raw >= rawOf(uas, a1, a0) && raw <= rawOf(uas, b1, b0),
  };
}

/**
 * Service 06 of the older buses: test, which limit (bit 7: it is the least) and component, value, limit. What the test
 * means is the maker's; the numbers stay raw. Null: not such an answer.
 */
export function legacyResult({ source, bytes }: Message): MonitorResult | null {
  const [service, tid, component, v1, v0, l1, l0] = bytes;
  if (service !== 0x46 || tid === undefined || component === undefined || tid % 0x20 === 0) return null;
  if (v1 === undefined || v0 === undefined || l1 === undefined || l0 === undefined) return null;
  const value = v1 * 256 + v0;
  const limit = l1 * 256 + l0;
  const least = (component & 0x80) !== 0;
  return {
    unit: source,
    mid: null,
    monitor: `component-${(component & 0x7f).toString(16).toUpperCase().padStart(2, '0')}`,
    tid,
    test: null,
    measure: null,
    value,
    min: least ? limit : null,
    max: least ? null : limit,
    passed: least ? value >= limit : value <= limit,
  };
}

/** Service 05: scaling by test (J1979, table of test identifiers): volts for thresholds, seconds for times. */
const SENSOR_SCALES: Readonly<Record<number, { readonly step: number; readonly unit: string }>> = {
  1: { step: 0.005, unit: 'V' },
  2: { step: 0.005, unit: 'V' },
  3: { step: 0.005, unit: 'V' },
  4: { step: 0.005, unit: 'V' },
  5: { step: 0.004, unit: 's' },
  6: { step: 0.004, unit: 's' },
  7: { step: 0.005, unit: 'V' },
  8: { step: 0.005, unit: 'V' },
  9: { step: 0.04, unit: 's' },
  10: { step: 0.04, unit: 's' },
};

/** Sensors of service 05 are bits of a byte, as in parameter 13: the number of the bit is their place. */
function sensorPlace(bit: number): string {
  return `b${(bit >> 2) + 1}s${(bit & 3) + 1}`;
}

/**
 * Service 05: test, sensor, value and, for tests 05 to 0A where the unit has limits, least and most.
 * Tests 01 to 04 are constants that the unit works with. Null: not such an answer, or a test of the maker.
 */
export function oxygenResult({ source, bytes }: Message): MonitorResult | null {
  const [service, tid, sensor, value, min, max] = bytes;
  if (service !== 0x45 || tid === undefined || sensor === undefined || value === undefined) return null;
  const scale = SENSOR_SCALES[tid];
  const bit = Math.log2(sensor);
  if (scale === undefined || !Number.isInteger(bit) || bit > 7) return null;
  const of = (raw: number) => Math.round(raw * scale.step * 1e6) / 1e6;
  return {
    unit: source,
    mid: bit + 1,
    monitor: `oxygen-sensor-${sensorPlace(bit)}`,
    tid,
    test: SENSOR_TESTS[tid] ?? null,
    measure: scale.unit,
    value: of(value),
    min: min === undefined ? null : of(min),
    max: max === undefined ? null : of(max),
    passed: min === undefined || max === undefined ? null : value >= min && value <= max,
  };
}
