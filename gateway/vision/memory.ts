import { judge, type Verdict } from './model.ts';

/** Looks that follow each other err alike (the same shadow, the same open bonnet): their log-odds count for a quarter. */
const TEMPER = 0.25;
const PER_MS = 5_000;
/** However rare the looks, one counts for no more than so many. */
const MOST = 3;
/** Log-odds beyond this are not believed; what nothing confirms is forgotten in this time. */
const CLAMP = 3;
const FORGOTTEN_MS = 180_000;

/**
 * What was seen of one bay, for frames that do not tell by themselves: a tempered sum of log-odds that fades. A frame that
 * is sure speaks for itself, at once; the gateway's own filter judges how often it must say so. One that is not, because
 * somebody stands before the car, is read in the light of the minutes before; if those do not tell either, it is unknown.
 */
export class BayMemory {
  private logOdds = 0;
  private at: number | null = null;

  /** @param probability of "occupied" in this frame; null: the bay cannot be seen. @param now on the monotonic clock, ms. */
  take(probability: number | null, now: number): Verdict {
    const passed = this.at === null ? PER_MS : Math.max(0, now - this.at);
    this.at = now;
    const before = Math.abs(this.logOdds);
    this.logOdds *= Math.exp(-passed / FORGOTTEN_MS);
    if (probability === null) return { occupied: null, probability: 0.5 };
    const p = Math.min(0.999, Math.max(0.001, probability));
    const said = Math.log(p / (1 - p));
    // One uncertain look after the other is the same doubt again: it holds what is known, and adds nothing to it.
    const most = Math.min(CLAMP, Math.max(before, Math.abs(said)));
    const sum = this.logOdds + TEMPER * Math.min(MOST, passed / PER_MS) * said;
    this.logOdds = Math.min(most, Math.max(-most, sum));
    const { occupied } = judge(probability);
    return { occupied: occupied ?? judge(1 / (1 + Math.exp(-this.logOdds))).occupied, probability };
  }
}
