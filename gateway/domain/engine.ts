import type { DeviceState, EventBody, EventData, WorkshopEvent } from '../../protocols/event.ts';
import type { Reading } from '../../protocols/reading.ts';
import type { Millis } from '../../protocols/time.ts';

/** Everything that the engine may learn from; each is kept in the journal, so that a replay gives the same events. */
export type Input =
  | { readonly kind: 'reading'; readonly reading: Reading }
  /** Time passes: once a second, whole seconds. */
  | { readonly kind: 'tick'; readonly at: Millis }
  | {
      readonly kind: 'device';
      readonly at: Millis;
      readonly device: string;
      readonly state: DeviceState;
      readonly life: number;
      readonly lastSeen: Millis | null;
      readonly reason: string | null;
      readonly detail: string | null;
    }
  /** A fact from the cloud: a work order, a correction. */
  | { readonly kind: 'down'; readonly at: Millis; readonly event: WorkshopEvent }
  /** A person of the site puts the ledger right. */
  | { readonly kind: 'correction'; readonly at: Millis; readonly correction: EventData<'liftgate.bay.correction.v1'> }
  /** A person of the site says what is to become of a flag. */
  | { readonly kind: 'flag-action'; readonly at: Millis; readonly action: EventData<'liftgate.flag.action.v1'> };

export function timeOf(input: Input): Millis {
  return input.kind === 'reading' ? input.reading.at : input.at;
}

/** Decides what readings mean. Pure: the same state and input give the same step, for ever. */
export interface Engine<State> {
  initial(): State;
  /** A state that was stored and read back; null: another version stored it, in a shape that this one cannot go on with. */
  revive(stored: unknown): State | null;
  step(state: State, input: Input): Step<State>;
}

export interface Step<State> {
  readonly state: State;
  readonly events: readonly EventBody[];
}
