import { LiftgateError } from '../../protocols/error.ts';
import { ERROR_MODELS, type ErrorModel } from '../../simulators/score/errors.ts';
import { SENSOR_SETS, type SensorSet } from '../../simulators/score/layout.ts';
import type { DayOrder } from './run-day.ts';

/** One row group of the table: a sensor set under an error model. */
export interface Cell {
  readonly set: SensorSet;
  readonly model: ErrorModel;
}

/** Ten days in workshops of 8, 16 and 30 bays make 200 bay-days. */
const DAYS = [8, 16, 30, 16, 30, 16, 30, 16, 30, 8];

/**
 * Every sensor set with every error model that can touch it.
 * @throws LiftgateError `config` for a name that is none
 */
export function cellsOf(sets: string | undefined, models: string | undefined): Cell[] {
  const wantedSets = chosen('--sets', sets, SENSOR_SETS);
  const wantedModels = chosen(
    '--errors',
    models,
    ERROR_MODELS.map((m) => m.name),
  );
  return SENSOR_SETS.filter((s) => wantedSets.includes(s)).flatMap((set) =>
    ERROR_MODELS.filter((m) => wantedModels.includes(m.name) && touches(m, set)).map((model) => ({ set, model })),
  );
}

/** A person with a scanner has neither bursts nor a clock; what is lost, doubled or late concerns all. */
function touches(m: ErrorModel, set: SensorSet): boolean {
  if (set === 'scans') return m.name === 'independent' || m.lost !== undefined || m.doubled !== undefined;
  return !(m.clocks && set === 'camera');
}

function chosen(option: string, text: string | undefined, all: readonly string[]): readonly string[] {
  if (text === undefined) return all;
  const words = text.split(';').map((w) => w.trim());
  const unknown = words.filter((w) => !all.includes(w));
  if (unknown.length > 0)
    throw new LiftgateError(
      'config',
      `${option}: no ${unknown.join('; ')}; there are ${all.join('; ')} (part them by ;)`,
    );
  return words;
}

/** The days of a cell: their seeds follow each other, so that every cell sees the same days. */
export function daysOf(cell: Cell, bayDays: number, seed: number): DayOrder[] {
  const orders: DayOrder[] = [];
  for (let sum = 0, i = 0; sum < bayDays; i++) {
    const bays = Math.min(DAYS[i % DAYS.length]!, bayDays - sum);
    orders.push({ ...cell, bays, seed: seed + i });
    sum += bays;
  }
  return orders;
}
