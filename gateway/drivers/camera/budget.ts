import { setTimeout as pause } from 'node:timers/promises';

/** In any minute at most BURST + 60 s / REFILL = 6 subscriptions are asked for, and none waits longer than REFILL. */
const BURST = 2;
const REFILL_MS = 15_000;

/**
 * How often a camera may be asked for a subscription: each costs it memory, and some count those that ended until they
 * time out. One budget per camera, kept from one run of its driver to the next.
 */
export class CreateBudget {
  private readonly refillMs: number;
  private readonly now: () => number;
  /** When the bucket was, or will be, full again, on the monotonic clock. */
  private fullAt = -Infinity;

  constructor(pace = 1, now: () => number = () => performance.now()) {
    this.refillMs = REFILL_MS * pace;
    this.now = now;
  }

  /** Takes one; gives how long to wait before using it, in ms. */
  book(): number {
    const now = this.now();
    const wait = Math.max(0, this.fullAt - now - (BURST - 1) * this.refillMs);
    this.fullAt = Math.max(this.fullAt, now) + this.refillMs;
    return wait;
  }

  /** Resolves when the next subscription may be asked for. @throws the abort's reason. */
  async take(signal: AbortSignal): Promise<void> {
    const wait = this.book();
    if (wait > 0) await pause(wait, undefined, { signal });
  }
}
