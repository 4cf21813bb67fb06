import type { Wording } from './dtc-text/row.ts';
import type { Message } from './frame.ts';
import { hex } from './hex.ts';
import { monitorName, sensorTest, testName } from './monitor-names.ts';
import { rawOf, scaled, scalingOf } from './uas.ts';

/** Results of on-board monitoring: service 06 (J1979, on CAN), 22 F6mm (J1979-2), service 05 and 06 of older cars. */
export interface MonitorResult {
  readonly unit: string | null;
  /** Number of the monitor (OBDMID); of the oxygen sensor in service 05; null in service 06 of older cars. */
  readonly mid: number | null;
  readonly monitor: string;
  readonly monitorText: Wording;
  /** Number of the test (TID). */
  readonly tid: number;
  readonly test: string | null;
  readonly testText: Wording | null;
  /** Unit of value, min and max; null: plain numbers, or a scaling that is not known. */
  readonly measure: string | null;
  readonly value: number;
  /** Null: no such limit. */
  readonly min: number | null;
  readonly max: number | null;
  /** Is the value between both limits? Null: the unit gave none, or the test has not run since codes were cleared. */
  readonly passed: boolean | null;
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
  const named = monitorName(mid, tid);
  const test = testName(mid, tid);
  // J1979: a test that has not finished since codes were cleared gives zero for value and both limits.
  const ran = record.slice(2, 8).some((b) => b !== 0);
  return {
    unit,
    mid,
    monitor: named.name,
    monitorText: named.text,
    tid,
    test: test?.en ?? null,
    testText: test,
    measure: scalingOf(uas)?.unit ?? null,
    value: scaled(uas, v1, v0),
    min: scaled(uas, a1, a0),
    max: scaled(uas, b1, b0),
    passed: ran ? raw >= rawOf(uas, a1, a0) && raw <= rawOf(uas, b1, b0) : null,
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
  const number = hex(component & 0x7f);
  return {
    unit: source,
    mid: null,
    monitor: `component-${number}`,
    monitorText: { en: `Component ${number} of the maker`, zh: `厂家部件 ${number}` },
    tid,
    test: null,
    testText: null,
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

/**
 * Service 05: test, sensor (a bit of a byte, as in parameter 13 or 1D), value and, for tests 05 to 0A where the unit has limits, least and most.
 * Tests 01 to 04 are constants that the unit works with. Null: not such an answer, or a test of the maker.
 * @param perBank sensors to a bank: four by parameter 13, two by parameter 1D
 */
export function oxygenResult({ source, bytes }: Message, perBank: 2 | 4 = 4): MonitorResult | null {
  const [service, tid, sensor, value, min, max] = bytes;
  if (service !== 0x45 || tid === undefined || sensor === undefined || value === undefined) return null;
  const scale = SENSOR_SCALES[tid];
  const bit = Math.log2(sensor);
  if (scale === undefined || !Number.isInteger(bit) || bit > 7) return null;
  const of = (raw: number) => Math.round(raw * scale.step * 1e6) / 1e6;
  // Numbered as in service 06, four to a bank.
  const mid = Math.floor(bit / perBank) * 4 + (bit % perBank) + 1;
  const { name, text } = monitorName(mid);
  const test = sensorTest(tid);
  return {
    unit: source,
    mid,
    monitor: name,
    monitorText: text,
    tid,
    test: test?.en ?? null,
    testText: test,
    measure: scale.unit,
    value: of(value),
    min: min === undefined ? null : of(min),
    max: max === undefined ? null : of(max),
    passed: min === undefined || max === undefined ? null : value >= min && value <= max,
  };
}
