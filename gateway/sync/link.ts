import { Bell } from './bell.ts';

/**
 * Does the cloud answer? Shared by all lanes: what one of them learns holds for the others. While it is down only the
 * poll tries; its first success wakes them all.
 */
export class Link {
  readonly #opened = new Bell();
  #up = false;
  #failures = 0;
  #retryAt = 0;
  #failedAt = -Infinity;

  get isUp(): boolean {
    return this.#up;
  }

  /** Failures in a row, whoever met them. */
  get failures(): number {
    return this.#failures;
  }

  /** By the steady clock, ms: when the next try may be made. */
  get retryAt(): number {
    return this.#retryAt;
  }

  /**
   * @param began when the request was sent, by the steady clock: what was under way when another failed says nothing new
   * @param carried something was really brought, or there is nothing to bring: the trouble is over
   */
  succeed(began: number, carried: boolean): void {
    if (began <= this.#failedAt) return;
    if (carried) this.#failures = 0;
    if (this.#up) return;
    this.#up = true;
    this.#opened.ring();
  }

  /** @param pauseOf how long to wait after so many failures in a row, ms */
  fail(now: number, pauseOf: (failures: number) => number): void {
    this.#up = false;
    this.#failedAt = now;
    this.#failures++;
    this.#retryAt = Math.max(this.#retryAt, now + pauseOf(this.#failures));
  }

  async whenUp(signal: AbortSignal): Promise<void> {
    while (!this.#up && !signal.aborted) await this.#opened.wait(60_000, signal);
  }
}
