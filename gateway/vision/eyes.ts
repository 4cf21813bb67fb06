import { blockPrints, readFrame } from './frame.ts';
import { FrozenWatch } from './frozen.ts';
import { isTooDark, Looker } from './look.ts';
import { BayMemory } from './memory.ts';
import { classify, type RegionModel, type Verdict } from './model.ts';
import type { Polygon } from './region.ts';
import { type Background, ViewWatch } from './view.ts';

/** What a look at one picture tells. */
export interface Sight {
  readonly frozen: boolean;
  readonly shifted: boolean;
  readonly tooDark: boolean;
  /** Of each bay that has a model; all unknown while the view cannot be trusted. */
  readonly bays: readonly { readonly bay: string; readonly verdict: Verdict }[];
}

/** Whole pictures are compared this often at most: it is the dearest part of a look. */
const STILL_EVERY_MS = 9_000;

/** Looks at the pictures of one camera, one after the other, and keeps none. */
export class Eyes {
  private readonly looker = new Looker();
  private readonly still = new FrozenWatch();
  private stillAt = -Infinity;
  private frozen = false;
  private view = new ViewWatch([]);
  private watched: readonly unknown[] = [];
  private readonly memories = new Map<string, BayMemory>();

  /**
   * @param models of the bays to judge; they may be others at each look
   * @param now on the monotonic clock, ms
   * @param background of the calibration; null: the first picture that is looked at
   * @throws LiftgateError `invalid` when it is no picture
   */
  async look(
    picture: Buffer,
    models: readonly RegionModel[],
    now: number,
    background: Background | null = null,
  ): Promise<Sight> {
    this.watch(
      models.map((m) => m.polygon),
      background,
    );
    if (now - this.stillAt >= STILL_EVERY_MS) {
      this.stillAt = now;
      this.frozen = this.still.look(await blockPrints(picture), now);
    }
    const { frozen } = this;
    const { luma, cells } = this.looker.look(
      await readFrame(picture),
      models.map((m) => m.polygon),
    );
    const tooDark = isTooDark(luma);
    const shifted = tooDark ? false : this.view.look(luma, now);
    const blind = frozen || shifted || tooDark;
    const bays = models.map((m, i) => {
      const probability = blind ? null : classify(m, cells[i]!).probability;
      return { bay: m.region, verdict: this.memory(m.region).take(probability, now) };
    });
    return { frozen, shifted, tooDark, bays };
  }

  private memory(bay: string): BayMemory {
    const known = this.memories.get(bay) ?? new BayMemory();
    this.memories.set(bay, known);
    return known;
  }

  /** Other regions leave another background to watch. */
  private watch(regions: readonly Polygon[], background: Background | null): void {
    const drawn = JSON.stringify(regions);
    if (drawn === this.watched[0] && background === this.watched[1]) return;
    this.watched = [drawn, background];
    this.view = new ViewWatch(regions, background);
  }
}
