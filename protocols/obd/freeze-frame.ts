import { codeText } from './dtc.ts';
import type { PidReading } from './parameter.ts';

/** What the car was doing when it stored a code: service 02 (J1979), or 19 04 (J1979-2). */
export interface FreezeFrame {
  readonly unit: string | null;
  /** Number of the frame (service 02) or of the snapshot record (19 04). */
  readonly frame: number;
  /** The code that caused it; null when the unit does not tell. */
  readonly code: string | null;
  readonly readings: readonly PidReading[];
}

/** Service 02, parameter 02: which code stored the frame. Null: none did, the frame is empty, or the answer is short. */
export function freezeCode(data: readonly number[]): string | null {
  const [high, low] = data;
  if (high === undefined || low === undefined || (high === 0 && low === 0)) return null;
  return codeText(high, low);
}
