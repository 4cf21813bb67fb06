import type { VehicleStory } from '../../../protocols/api/console.ts';
import { type EventData, parseEventData } from '../../../protocols/event.ts';
import { FLAGS } from '../../../protocols/health/flag.ts';
import type { Told } from '../../../protocols/health/text.ts';

type Known = EventData<'liftgate.vehicle.flag.v1'>;
/** A flag with its time; `flag` and `state` are open, for a cloud that is newer than this page. */
export type Flag = Omit<Known, 'flag' | 'state' | 'vin'> & {
  readonly flag: string;
  readonly state: string;
  readonly at: number;
};

/** So many values make a car's own baseline (prediction.md: the first 8 to 10). */
export const NEEDED = 8;

/** Values since the last repair: those that the baseline is learnt from. */
export function learnt({ series, repairs = [] }: Flag): number {
  const since = Math.max(0, ...repairs.map((r) => r.at));
  return series.filter((s) => s.at >= since).length;
}

export const speaks = ({ state }: Pick<Flag, 'state'>): boolean => state === 'watch' || state === 'raised';

/** Middle of the car's own healthy past, where the evidence tells it. */
export const baselineOf = ({ evidence = [] }: Flag): number | null =>
  evidence.find((e) => e.name === 'own-baseline')?.value ?? null;

const NOTHING = { series: [], forecast: [], due: null, caveats: [], watch: null, act: null, confidence: null };

/** Of this flag nothing was ever told. */
export function missingFlag(flag: string): Flag {
  return { ...NOTHING, severity: 'info', unit: '', rule: '', flag, state: 'unavailable', at: 0 };
}

const STATES = ['unavailable', 'learning', 'healthy', 'watch', 'raised', 'cleared'] as const;

/** What texts are made from; null for a flag or a state that is newer than this page. */
export function toldOf({ flag, state, severity, cause = null }: Flag): Told | null {
  const name = FLAGS.find((f) => f === flag);
  const known = STATES.find((s) => s === state);
  return name && known ? { flag: name, state: known, severity, cause } : null;
}

/** The parts of a flag, as far as they came: what is missing stays unknown. */
export function flagOf(raw: VehicleStory['flags'][number]): Flag {
  const { at, ...data } = raw;
  try {
    return { ...parseEventData('liftgate.vehicle.flag.v1', data), at };
  } catch {
    return { ...NOTHING, severity: 'info', unit: '', rule: '', flag: raw.flag, state: raw.state, at };
  }
}
