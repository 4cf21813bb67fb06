import type { EngineReadings, VehicleFault } from './engine.ts';

export type Powertrain = 'petrol' | 'diesel' | 'hybrid';

/** One result of service 06: monitor, test, unit and scaling, value, limits. */
export type TestResult = readonly [mid: number, tid: number, uas: number, value: number, min: number, max: number];

/** The greatest value that two bytes can hold: there is no such limit. */
const OPEN = 0xffff;
/** Unit and scaling identifiers of SAE J1979-DA: volts of 0.122 mV, 1 ms, amperes of a thousandth, 0.01 kPa, 1/256, counts. */
const MILLIVOLTS = 0x0a;
const TIME = 0x10;
const AMPERES = 0x0e;
const PRESSURE = 0x17;
const RATIO = 0x20;
const COUNT = 0x24;
const CYLINDERS = [1, 2, 3, 4] as const;
const BAD_CYLINDER = 3;
/** Of the firings of a cylinder with a bad plug, and misfires a second of any other. */
const BAD_SHARE = 0.02;
const GOOD_RATE = 0.004;

interface SelfTestOptions {
  readonly powertrain: Powertrain;
  readonly faults: readonly VehicleFault[];
  readonly seed: number;
  readonly now: () => EngineReadings;
  readonly stored: () => readonly string[];
  /** Monitors have run since the memory was cleared. */
  readonly ready: () => boolean;
}

/**
 * What the monitors of a car have found, by SAE J1979 (service 06 on CAN): results stand until the monitor runs again; one
 * that has not run since codes were cleared gives zeros; constants have no limits; counts of misfires are those of this
 * driving cycle (test 0C) and their mean over ten (0B).
 */
export function selfTests(options: SelfTestOptions): () => readonly TestResult[] {
  const { powertrain, faults, seed, now, stored, ready } = options;
  const has = (fault: VehicleFault) => faults.includes(fault);
  /** The same in every drive of this seed: no two drives of a real car give the same number. */
  const near = (value: number, spread: number) => value + (((seed * 7 + value) % 5) - 2) * spread;
  let last: readonly number[] = CYLINDERS.map(() => 0);

  function misfires(): readonly number[] {
    const { state, runTime, rpm } = now();
    if (state !== 'running') return last;
    const fires = rpm / 120;
    last = CYLINDERS.map((c) => {
      const bad = has('misfire') && c === BAD_CYLINDER ? fires * BAD_SHARE : 0;
      return Math.floor(runTime * (GOOD_RATE + bad)) + (c === 1 && stored().includes('P0301') ? 140 : 0);
    });
    return last;
  }

  function ran(tests: readonly TestResult[]): TestResult[] {
    return ready() ? [...tests] : tests.map(([mid, tid, uas]) => [mid, tid, uas, 0, 0, 0]);
  }

  const petrol = (): TestResult[] => [
    // Front sensor: a constant, then the switch times from rich to lean and back.
    [0x01, 0x01, MILLIVOLTS, 0x0e66, 0, OPEN],
    ...ran([
      [0x01, 0x05, TIME, has('lazy-sensor') ? near(145, 1) : near(60, 1), 0, 150],
      [0x01, 0x06, TIME, has('lazy-sensor') ? near(140, 1) : near(55, 1), 0, 150],
      [0x02, 0x08, MILLIVOLTS, near(0x1760, 8), 0x1266, OPEN],
      // Oxygen that the catalyst lets through, as a share of what comes in.
      [0x21, 0x80, RATIO, has('aged-catalyst') ? near(188, 1) : near(40, 1), 0, 192],
      [0x41, 0x81, AMPERES, near(620, 4), 300, 2_000],
      [0x42, 0x81, AMPERES, near(580, 4), 300, 2_000],
    ]),
  ];
  const diesel = (): TestResult[] =>
    ran([[0xb2, 0x85, PRESSURE, has('loaded-filter') ? near(1_150, 4) : near(350, 4), 0, 1_200]]);

  return () => {
    const counts = misfires();
    const all = counts.reduce((a, b) => a + b, 0);
    const mean = (count: number) => Math.round(0.1 * count);
    return [
      ...(powertrain === 'diesel' ? diesel() : petrol()),
      [0xa1, 0x0b, COUNT, mean(all), 0, OPEN],
      [0xa1, 0x0c, COUNT, all, 0, OPEN],
      ...counts.flatMap((count, i): TestResult[] => [
        [0xa2 + i, 0x0b, COUNT, mean(count), 0, OPEN],
        [0xa2 + i, 0x0c, COUNT, count, 0, OPEN],
      ]),
    ];
  };
}
