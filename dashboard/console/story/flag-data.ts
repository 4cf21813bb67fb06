import type { VehicleStory } from '../../../protocols/api/console.ts';
import { type EventData, parseEventData } from '../../../protocols/event.ts';

type Known = EventData<'liftgate.vehicle.flag.v1'>;
/** A flag with its time; `flag` and `state` are open, for a cloud that is newer than this page. */
export type Flag = Omit<Known, 'flag' | 'state' | 'vin'> & {
  readonly flag: string;
  readonly state: string;
  readonly at: number;
};

/** The parts of a flag, as far as they came: what is missing stays unknown. */
export function flagOf(raw: VehicleStory['flags'][number]): Flag {
  const { at, ...data } = raw;
  try {
    return { ...parseEventData('liftgate.vehicle.flag.v1', data), at };
  } catch {
    const none = { series: [], forecast: [], due: null, caveats: [], watch: null, act: null, confidence: null };
    return { ...none, severity: 'info', unit: '', rule: '', flag: raw.flag, state: raw.state, at };
  }
}
