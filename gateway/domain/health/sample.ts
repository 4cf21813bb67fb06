import type { ReadingValue } from '../../../protocols/reading.ts';
import type { SignalName } from '../../../protocols/signal.ts';
import type { Millis } from '../../../protocols/time.ts';

/** One value of a car, live, kept by a dongle, or of a recorded drive. */
export interface Sample {
  readonly at: Millis;
  readonly signal: SignalName;
  readonly value: NonNullable<ReadingValue>;
  /** Cylinder, place, test of service 06 (`MID/TID`) or control unit; null for none. */
  readonly part: string | null;
}
