import type { Reading } from '../../protocols/reading.ts';

/**
 * Hands readings on, in order. Resolves when they are on disk, all of them: only then may a device be told "received".
 * A driver that has nothing to acknowledge does not wait. Rejects when the store cannot take them.
 */
export type Emit = (readings: readonly Reading[]) => Promise<void>;

/**
 * Owns one line to one device (or to one broker with many).
 *
 * `run` resolves when `signal` is aborted, after the line is closed. It rejects when the line is lost or the device
 * does not answer: with a LiftgateError whose code tells the supervisor whether another try makes sense. It never
 * retries by itself. The first reading is the sign that the device truly answered.
 */
export interface Driver {
  run(emit: Emit, signal: AbortSignal): Promise<void>;
}
