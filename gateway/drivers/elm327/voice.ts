import { type Reading, type ReadingValue, reading } from '../../../protocols/reading.ts';
import type { SignalName } from '../../../protocols/signal.ts';
import type { Clock } from '../../../protocols/time.ts';
import type { Emit } from '../driver.ts';
import { now, pause } from '../pause.ts';
import type { Say } from './car.ts';

export interface VoiceOptions {
  readonly device: string;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** While no car answers, the adapter's voltage is its sign of life; so is the time that a search takes. */
const ALIVE_MS = 3_000;

/** What one adapter tells the gateway, all of it under the name of the car that is being read; and when it has to stop. */
export class Voice {
  /** The car; null while nobody has told it. */
  vin: string | null = null;
  readonly #options: VoiceOptions;
  #failure: unknown = null;
  /** When the voltage, or its lack, was last told. */
  #shown = -Infinity;

  constructor(options: VoiceOptions) {
    this.#options = options;
  }

  readonly say: Say = (signal: SignalName, value: ReadingValue, part: string | null): Reading => {
    const { device, clock } = this.#options;
    return reading(device, signal, value, clock(), { part, vin: this.vin });
  };

  /** Nobody waits for it; but what the store cannot take ends the conversation at its next step. */
  send(readings: readonly Reading[]): void {
    if (readings.length === 0) return;
    this.#options.emit(readings).catch((e: unknown) => {
      this.#failure ??= e;
    });
  }

  /** Tells the voltage, at most every `everyMs`. Null is not told: there is no voltmeter, or it measures nothing. */
  voltage(volts: number | null, everyMs = 0): void {
    if (now() - this.#shown < everyMs) return;
    this.#shown = now();
    if (volts !== null) this.send([this.say('obd.voltage', volts, null)]);
  }

  /** A parked car, or none: the adapter is there all the same. Told often enough, and not more. */
  lives(volts: number | null): void {
    if (now() - this.#shown < ALIVE_MS) return;
    if (volts === null) this.absent();
    this.voltage(volts);
  }

  /** No control unit answers. */
  absent(): void {
    this.send([this.say('device.health', 'no-vehicle', null)]);
  }

  /** A search takes longer than a device may be silent; that it goes on is a sign of life. */
  async alive<T>(work: Promise<T>): Promise<T> {
    const timer = setInterval(() => {
      if (this.#failure === null) this.absent();
    }, ALIVE_MS);
    try {
      return await work;
    } finally {
      clearInterval(timer);
    }
  }

  /** @throws what the store could not take; the reason of the abort */
  throwIfEnded(): void {
    if (this.#failure !== null) throw this.#failure;
    this.#options.signal.throwIfAborted();
  }

  /** @throws the reason of the abort, at once */
  async pause(ms: number): Promise<void> {
    await pause(ms, this.#options.signal);
    this.#options.signal.throwIfAborted();
  }
}
