/** So long the same as its forerunner, and the picture counts as frozen: with one every 10 s that is told within a minute. */
const FROZEN_MS = 40_000;
/** A burnt-in clock, a logo and a blinking lamp take less of the picture than this. */
const OVERLAY_SHARE = 0.06;

/** Notices a camera that sends the same picture for ever. Feed it the block prints of each picture. */
export class FrozenWatch {
  private last: readonly number[] = [];
  private since: number | null = null;

  /** @param now on the monotonic clock, ms. @returns true while the picture has stood still for too long. */
  look(prints: readonly number[], now: number): boolean {
    const differ = prints.filter((p, i) => p !== this.last[i]).length;
    const same = prints.length > 0 && prints.length === this.last.length && differ <= prints.length * OVERLAY_SHARE;
    this.last = prints;
    if (!same) this.since = null;
    else this.since ??= now;
    return this.since !== null && now - this.since >= FROZEN_MS;
  }
}
