import type { FlagName } from '../../protocols/event.ts';
import type { SignalName } from '../../protocols/signal.ts';
import type { Millis } from '../../protocols/time.ts';
import { type AirTemperature, addStart, addTemperature, type FlagData, judgeBattery, type Start } from './battery.ts';
import { addDrive, type Drive, judgeWarmUp, type Warming, watchWarmUp } from './warm-up.ts';

/** What is remembered of a car for its maintenance flags: features, not samples. */
export interface VehicleRecord {
  readonly heard: Millis;
  readonly starts: readonly Start[];
  readonly air: readonly AirTemperature[];
  readonly drives: readonly Drive[];
  /** Live samples and kept ones are two streams, each in its own order. */
  readonly warming: { readonly live: Warming | null; readonly late: Warming | null };
  /** What was last told of each flag; null: nothing yet. */
  readonly flags: Readonly<Partial<Record<FlagName, ToldFlag>>>;
}

type ToldFlag = Pick<FlagData, 'state' | 'severity' | 'rule'> & { readonly due: Millis | null };

export const NEW_VEHICLE: VehicleRecord = {
  heard: 0,
  starts: [],
  air: [],
  drives: [],
  warming: { live: null, late: null },
  flags: {},
};

export interface Sample {
  readonly signal: SignalName;
  readonly value: number;
  readonly at: Millis;
  readonly late: boolean;
}

const HOUR_MS = 3_600_000;

/** The signals that a maintenance feature is made of. */
export function isFeatureSignal(signal: SignalName): boolean {
  return (
    signal === 'obd.coolant' ||
    signal === 'obd.crank-voltage' ||
    signal === 'obd.ambient-air' ||
    signal === 'obd.intake-air'
  );
}

/** Takes one sample in. `fresh` names the flag that has a new feature to judge, if any. */
export function learn(car: VehicleRecord, s: Sample): { car: VehicleRecord; fresh: FlagName | null } {
  const seen = s.at - car.heard > HOUR_MS ? { ...car, heard: s.at } : car;
  switch (s.signal) {
    case 'obd.crank-voltage':
      return learnStart(seen, { at: s.at, volts: s.value, slow: false });
    case 'obd.ambient-air':
    case 'obd.intake-air': {
      const air = addTemperature(seen.air, {
        at: s.at,
        celsius: s.value,
        ambient: s.signal === 'obd.ambient-air',
      });
      if (air === seen.air) return { car: seen, fresh: null };
      // A temperature that comes after the start that it belongs to changes what the start means.
      return { car: { ...seen, air }, fresh: s.late && seen.starts.length > 0 ? 'battery' : null };
    }
    case 'obd.coolant': {
      const stream = s.late ? 'late' : 'live';
      const { warming, drive } = watchWarmUp(seen.warming[stream], s.value, s.at);
      if (warming === seen.warming[stream]) return { car: seen, fresh: null };
      const next = { ...seen, warming: { ...seen.warming, [stream]: warming } };
      if (drive === null) return { car: next, fresh: null };
      const drives = addDrive(seen.drives, drive);
      return { car: { ...next, drives }, fresh: drives === seen.drives ? null : 'warm-up' };
    }
    default:
      return { car: seen, fresh: null };
  }
}

export function learnStart(car: VehicleRecord, start: Start): { car: VehicleRecord; fresh: FlagName | null } {
  const starts = addStart(car.starts, start);
  return starts === car.starts ? { car, fresh: null } : { car: { ...car, starts }, fresh: 'battery' };
}

export function judgeFlag(vin: string, flag: FlagName, car: VehicleRecord): FlagData {
  return flag === 'battery' ? judgeBattery(vin, car.starts, car.air) : judgeWarmUp(vin, car.drives);
}
