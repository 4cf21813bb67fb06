import type { Millis } from '../../protocols/time.ts';

/** The pause after the first time, ms; each further one is twice as long … */
const FIRST_MS = 5_000;
/** … up to this. */
const MOST_MS = 600_000;
/** Nobody has spoken of it for so long after its pause: it is gone from the outbox. */
const FORGOTTEN_MS = 3_600_000;

/**
 * Events that the cloud could not take, each by itself: they are left out for a while, so that they stop nobody else. The
 * pause grows: a cloud that was ill for a moment soon gets them, and one that never will is not asked all the time. In
 * memory only: after a start they are tried again.
 */
export class Held {
  readonly #entries = new Map<number, { until: Millis; times: number }>();

  /** Holds it once more. @returns how long, ms */
  hold(seq: number, now: Millis): number {
    const times = (this.#entries.get(seq)?.times ?? 0) + 1;
    const pause = Math.min(MOST_MS, FIRST_MS * 2 ** (times - 1));
    this.#entries.set(seq, { until: now + pause, times });
    return pause;
  }

  /** It was taken, or given up. */
  release(seq: number): void {
    if (this.#entries.size > 0) this.#entries.delete(seq);
  }

  /** All are free again, as if they had never been held. */
  clear(): void {
    this.#entries.clear();
  }

  isHeld(seq: number, now: Millis): boolean {
    const entry = this.#entries.get(seq);
    return entry !== undefined && entry.until > now;
  }

  count(now: Millis): number {
    let count = 0;
    for (const [seq, { until }] of this.#entries)
      if (until > now) count++;
      else if (until + FORGOTTEN_MS < now) this.#entries.delete(seq);
    return count;
  }
}
