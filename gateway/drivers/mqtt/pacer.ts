import type { DeviceOf } from '../../../config/schema/devices.ts';
import type { Reading } from '../../../protocols/reading.ts';
import type { Millis } from '../../../protocols/time.ts';

type Limits = NonNullable<DeviceOf<'sensor'>['limits']>[number];

/** Values in a second from which a device floods, and how many seconds' worth may come at once. */
const FLOOD = 100;
const BURST_S = 10;
/** A device that floods is heard this often: the last value of each signal. */
const THINNED_MS = 1_000;

interface Kept {
  readonly value: Reading['value'];
  readonly at: Millis;
}

/**
 * Which of a device's values are worth keeping: changes beyond the deadband, a heartbeat, not more in a second than was
 * asked for. A device that floods is thinned to the last value of each signal a second. What is held back is never lost
 * where it is the last: it is due at a later time. Records of the past are not thinned.
 */
export class Pacer {
  readonly #limits: ReadonlyMap<string, Limits>;
  readonly #perSecond: number;
  readonly #kept = new Map<string, Kept>();
  readonly #waiting = new Map<string, Reading>();
  #tokens: number;
  #countedAt: Millis | null = null;
  #thinnedAt: Millis = 0;
  #heldBack = 0;

  constructor(limits: readonly Limits[] = [], flood: number = FLOOD) {
    this.#limits = new Map(limits.map((l) => [l.signal, l]));
    this.#perSecond = flood;
    this.#tokens = flood * BURST_S;
  }

  /** Values that gave way to newer ones, because the device said too much. */
  get heldBack(): number {
    return this.#heldBack;
  }

  /** True: something is to be asked for later, by `due`. */
  get waits(): boolean {
    return this.#waiting.size > 0;
  }

  /** The readings to keep now, and whether the device floods. */
  take(readings: readonly Reading[], now: Millis): { readonly kept: readonly Reading[]; readonly floods: boolean } {
    this.#fill(now);
    const kept: Reading[] = [];
    let floods = false;
    for (const r of readings) {
      if (r.late || r.signal === 'device.health') {
        kept.push(r);
        continue;
      }
      const limits = this.#limits.get(r.signal);
      if (limits && !this.#isNews(r, limits)) {
        // The value has come back to what was kept last: nothing of what waited is true any more.
        if (limits.rate === undefined || this.#kept.get(keyOf(r))?.value === r.value) this.#waiting.delete(keyOf(r));
        continue;
      }
      const early =
        limits?.rate !== undefined && r.at - (this.#kept.get(keyOf(r))?.at ?? -Infinity) < 1_000 / limits.rate;
      const tooMany = this.#tokens < 1;
      if (tooMany) floods = true;
      else this.#tokens -= 1;
      if (early || tooMany) this.#hold(r);
      else kept.push(this.#keep(r));
    }
    return { kept: [...kept, ...this.due(now)], floods };
  }

  /** What was held back and may be kept now. */
  due(now: Millis): Reading[] {
    if (this.#waiting.size === 0) return [];
    this.#fill(now);
    const due: Reading[] = [];
    const thinned = now - this.#thinnedAt >= THINNED_MS || now < this.#thinnedAt;
    for (const [key, r] of this.#waiting) {
      const rate = this.#limits.get(r.signal)?.rate;
      const waited = rate === undefined ? thinned : now - (this.#kept.get(key)?.at ?? 0) >= 1_000 / rate;
      if (!waited || (this.#tokens < 1 && !thinned)) continue;
      due.push(this.#keep(r));
    }
    if (thinned && due.length > 0) this.#thinnedAt = now;
    return due;
  }

  #isNews(r: Reading, { change = 0, percent = 0, silence }: Limits): boolean {
    const last = this.#kept.get(keyOf(r));
    if (!last || r.at - last.at >= 1_000 * silence || r.at < last.at) return true;
    if (typeof r.value !== 'number' || typeof last.value !== 'number') return r.value !== last.value;
    const band = Math.max(change, (percent / 100) * Math.abs(last.value));
    return band === 0 ? r.value !== last.value : Math.abs(r.value - last.value) >= band;
  }

  #keep(r: Reading): Reading {
    this.#waiting.delete(keyOf(r));
    this.#kept.set(keyOf(r), { value: r.value, at: r.at });
    return r;
  }

  #hold(r: Reading): void {
    if (this.#waiting.has(keyOf(r))) this.#heldBack += 1;
    this.#waiting.set(keyOf(r), r);
  }

  #fill(now: Millis): void {
    const seconds = this.#countedAt === null ? 0 : Math.max(0, now - this.#countedAt) / 1_000;
    this.#countedAt = now;
    this.#tokens = Math.min(this.#perSecond * BURST_S, this.#tokens + seconds * this.#perSecond);
  }
}

function keyOf(r: Reading): string {
  return `${r.signal}/${r.part ?? ''}`;
}
