import type { FlagName } from '../../../protocols/health/flag.ts';
import { cylinderOf, flagOfMonitor } from '../../../protocols/health/monitor.ts';
import type { Dialect } from '../../../protocols/obd/dialect.ts';
import { hex } from '../../../protocols/obd/hex.ts';
import type { MonitorResult } from '../../../protocols/obd/monitors.ts';
import type { Reading } from '../../../protocols/reading.ts';
import type { Say } from './car.ts';
import type { EngineNow, Errand } from './errands.ts';

/** What stays known of the car on the line while the connection comes and goes. */
export interface CarNotes {
  vin: string | null;
  /** Monitors that it has; null: it was not asked. */
  monitors: readonly number[] | null;
  /** When it last told the results of all of them. */
  testedAt: number;
}

export function newNotes(vin: string | null): CarNotes {
  return { vin, monitors: null, testedAt: -Infinity };
}

interface ChoreParts {
  readonly dialect: Dialect;
  readonly can: boolean;
  readonly notes: CarNotes;
  readonly say: Say;
  readonly send: (readings: readonly Reading[]) => void;
  readonly now: () => number;
}

/** A connection that was lost for a moment is no new drive. */
const SAME_DRIVE_MS = 600_000;
/** Results wait for a warm engine that does not work hard, but not for ever: a car may leave before. */
const WARM_C = 70;
const CALM_LOAD = 50;
const WARM_WAIT_MS = 300_000;
const CALM_WAIT_MS = 900_000;
const MISFIRES_MS = 120_000;
const PERMANENT_MS = 300_000;

/**
 * What a car is asked seldom (SAE J1979): which monitors it has, their results once in a drive, misfires of each cylinder
 * while the engine runs, permanent codes. On the older buses service 06 speaks the maker's own numbers and is not asked;
 * service 05 has the oxygen sensors.
 */
export function choresOf({ dialect, can, notes, say, send, now }: ChoreParts): readonly Errand[] {
  const always = () => true;
  const recent = now() - notes.testedAt < SAME_DRIVE_MS;
  let told = recent;

  /** Asks for the results of monitors one after the other; one that lists itself and does not answer is not asked again. */
  function* askMonitors(mids: readonly number[]) {
    for (const mid of mids) {
      const results = yield* dialect.monitorTests(mid);
      send(readingsOf(results, say));
      if (results.length === 0) notes.monitors = (notes.monitors ?? []).filter((m) => m !== mid);
    }
    return mids.length > 0;
  }

  const listed: Errand = {
    everyMs: Infinity,
    may: always,
    steps: function* () {
      // Nothing is kept of a car that refuses: the next connection asks it again.
      if (notes.monitors === null || notes.monitors.length === 0) notes.monitors = yield* dialect.monitorNumbers();
      return notes.monitors.length > 0;
    },
  };
  const tested: Errand = {
    everyMs: Infinity,
    may: (engine, waitedMs) => (!can || notes.monitors !== null) && isCalm(engine, waitedMs),
    steps: function* () {
      // A drive that began under another connection was asked for already.
      if (told) {
        told = false;
        return true;
      }
      if (!can) {
        const results = dialect.sensorTests === null ? [] : yield* dialect.sensorTests();
        send(readingsOf(results, say));
        return results.length > 0;
      }
      const any = yield* askMonitors(inOrder(notes.monitors ?? []));
      notes.testedAt = now();
      return any;
    },
  };
  const misfired: Errand = {
    everyMs: MISFIRES_MS,
    // Counts are those of the cycle that goes on; with a standing engine they are of one that was told before.
    may: ({ running }) => running === true && notes.monitors !== null,
    steps: () => askMonitors((notes.monitors ?? []).filter((mid) => flagOfMonitor(mid, null) === 'misfire')),
  };
  const permanent: Errand = {
    everyMs: PERMANENT_MS,
    may: always,
    steps: function* () {
      const units = yield* dialect.codes('permanent');
      send(units.map(({ unit, value }) => say('obd.codes.permanent', [...new Set(value.map((c) => c.code))], unit)));
      return units.length > 0;
    },
  };
  // Permanent codes came with the cars that speak CAN.
  return can ? [listed, permanent, tested, misfired] : [tested];
}

function isCalm({ running, coolant, load, speed }: EngineNow, waitedMs: number): boolean {
  if (running !== true || waitedMs >= CALM_WAIT_MS) return true;
  const warm = coolant === null ? waitedMs >= WARM_WAIT_MS : coolant >= WARM_C;
  return (warm || waitedMs >= WARM_WAIT_MS) && (speed === 0 || (load ?? 0) <= CALM_LOAD);
}

/** What few tests speak for comes first: a car may leave in the middle. Sensors last, and their heaters behind them. */
const ORDER: readonly (FlagName | null)[] = ['catalyst', 'particulate-filter', 'oxygen'];

function inOrder(monitors: readonly number[]): readonly number[] {
  const place = (mid: number) => {
    // B0 and B1 are filters in older cars; which they are only their tests tell.
    const flag = mid === 0xb0 || mid === 0xb1 ? 'particulate-filter' : flagOfMonitor(mid, null);
    return ORDER.indexOf(flag);
  };
  return monitors.filter((mid) => place(mid) >= 0).toSorted((a, b) => place(a) - place(b) || a - b);
}

/** Tests 01 to 04 of a sensor are constants that the unit works with. */
const CONSTANTS = 4;

/**
 * Results as readings: value and limits of a test, part `MID/TID`; misfires of the cycle, part the cylinder. What has not
 * run, and what has no limits, says nothing. Of two units with the same test the first speaks: mixed they would be noise.
 */
function readingsOf(results: readonly MonitorResult[], say: Say): Reading[] {
  const seen = new Set<string>();
  const readings: Reading[] = [];
  for (const { mid, tid, value, min, max, passed } of results.toSorted(byUnit)) {
    const flag = mid === null ? null : flagOfMonitor(mid, tid);
    if (mid === null || flag === null || passed === null) continue;
    const part = `${hex(mid)}/${hex(tid)}`;
    if (seen.has(part)) continue;
    seen.add(part);
    if (flag === 'misfire') {
      if (tid === CURRENT_CYCLE) readings.push(say('obd.misfires', value, String(cylinderOf(mid))));
      continue;
    }
    const constant = flag === 'oxygen' && tid <= CONSTANTS;
    if (constant || min === null || max === null || max <= min) continue;
    readings.push(say('obd.test-value', value, part), say('obd.test-min', min, part), say('obd.test-max', max, part));
  }
  return readings;
}

/** Misfires of this driving cycle, or of the last one before the engine has run. */
const CURRENT_CYCLE = 0x0c;

const byUnit = (a: MonitorResult, b: MonitorResult) => (a.unit ?? '').localeCompare(b.unit ?? '');
