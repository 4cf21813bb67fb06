import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Logger } from 'pino';
import type { Clock, Millis } from '../protocols/time.ts';

/** From here on nobody was answered for too long, ms. */
const STALL_MS = 1_000;
const LOOK_MS = 5_000;
const RESOLUTION_MS = 20;

export interface StallNumbers {
  /** How often this process stood still for more than a second, since its start. */
  readonly count: number;
  /** The longest of them, ms; 0: there was none. */
  readonly longestMs: number;
  readonly lastAt: Millis | null;
}

/**
 * Notices when the process as a whole stood still: a computation that does not yield, a disk that hangs, a machine that
 * was put to sleep. The loops' own watchdogs sleep along with it.
 */
export class Stalls {
  #numbers: StallNumbers = { count: 0, longestMs: 0, lastAt: null };
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #timer: NodeJS.Timeout;
  readonly #clock: Clock;
  readonly #log: Pick<Logger, 'warn'>;

  constructor(clock: Clock, log: Pick<Logger, 'warn'>) {
    this.#clock = clock;
    this.#log = log;
    this.#delay.enable();
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  /** As of this moment. */
  numbers(): StallNumbers {
    this.#look();
    return this.#numbers;
  }

  #look(): void {
    const ms = this.#delay.count === 0 ? 0 : this.#delay.max / 1e6;
    this.#delay.reset();
    if (ms < STALL_MS) return;
    const { count, longestMs } = this.#numbers;
    this.#numbers = { count: count + 1, longestMs: Math.max(longestMs, ms), lastAt: this.#clock() };
    this.#log.warn({ ms: Math.round(ms) }, 'the gateway stood still and answered nobody');
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#delay.disable();
  }
}
