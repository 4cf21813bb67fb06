import { isRetryable, LiftgateError } from '../../../protocols/error.ts';
import type { Reading } from '../../../protocols/reading.ts';
import type { Emit } from '../driver.ts';

/** Told once the readings are on disk, or why they will never be. */
export type Done = (error: Error | null) => void;

/** Readings that one device may have waiting before its QoS 0 messages are slowed down as well. */
const ROOM_PER_DEVICE = 2_000;
/** About so many readings go into one call of `emit`. */
const BATCH = 2_000;
const RETRY_MS = 1_000;

interface Entry {
  readonly device: string;
  readonly readings: readonly Reading[];
  readonly done: Done;
}

/**
 * Gathers the readings that arrive while the last ones are being stored into one call of `emit`. One call is in flight
 * at a time, so that order holds and a slow store makes larger batches, not more of them.
 */
export class Queue {
  readonly #emit: Emit;
  readonly #waitingOf = new Map<string, number>();
  #entries: Entry[] = [];
  #running = false;
  #closed = false;
  #wake: (() => void) | null = null;

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  /** May this device go on before its last readings are stored? Where not, its line is left unread (TCP then slows it). */
  hasRoom(device: string): boolean {
    return (this.#waitingOf.get(device) ?? 0) < ROOM_PER_DEVICE;
  }

  add(device: string, readings: readonly Reading[], done: Done): void {
    if (this.#closed) {
      done(closing());
      return;
    }
    this.#waitingOf.set(device, (this.#waitingOf.get(device) ?? 0) + readings.length);
    this.#entries.push({ device, readings, done });
    if (this.#running) return;
    this.#running = true;
    // All packets of one chunk are handed in during this turn of the event loop: let them come together first.
    setImmediate(() => void this.#run());
  }

  /** Everything that is not stored by now is answered with an error: it was never acknowledged, and will come again. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
    const left = this.#entries;
    this.#entries = [];
    for (const entry of left) entry.done(closing());
  }

  async #run(): Promise<void> {
    while (this.#entries.length > 0) await this.#store(this.#take());
    this.#running = false;
  }

  #take(): Entry[] {
    let count = 0;
    let n = 0;
    while (n < this.#entries.length && count < BATCH) count += this.#entries[n++]!.readings.length;
    return n === this.#entries.length ? this.#entries.splice(0) : this.#entries.splice(0, n);
  }

  async #store(batch: readonly Entry[]): Promise<void> {
    const error = await this.#offer(batch.flatMap((e) => e.readings as Reading[]));
    // One entry that the store refuses for good must not take its neighbours with it.
    if (error !== null && batch.length > 1 && !this.#closed) {
      for (const entry of batch) this.#settle(entry, await this.#offer(entry.readings));
      return;
    }
    for (const entry of batch) this.#settle(entry, error);
  }

  #settle(entry: Entry, error: Error | null): void {
    const left = (this.#waitingOf.get(entry.device) ?? 0) - entry.readings.length;
    if (left > 0) this.#waitingOf.set(entry.device, left);
    else this.#waitingOf.delete(entry.device);
    entry.done(error);
  }

  /** Waits for a store that is full or busy; gives back an error that waiting does not cure. */
  async #offer(readings: readonly Reading[]): Promise<Error | null> {
    for (;;) {
      try {
        await this.#emit(readings);
        return null;
      } catch (e) {
        const error = e instanceof Error ? e : new Error(String(e));
        if (!isRetryable(error) || this.#closed) return error;
        await this.#pause();
        if (this.#closed) return closing();
      }
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, RETRY_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function closing(): LiftgateError {
  return new LiftgateError('unreachable', 'the gateway is closing; send it again later');
}
