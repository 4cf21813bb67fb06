import { blockPrints, readFrame } from './frame.ts';
import { FrozenWatch } from './frozen.ts';
import { isTooDark, Looker } from './look.ts';
import { classify, type RegionModel, type Verdict } from './model.ts';
import { ViewWatch } from './view.ts';

/** What a look at one picture tells. */
export interface Sight {
  readonly frozen: boolean;
  readonly shifted: boolean;
  readonly tooDark: boolean;
  /** In the order of the models; all unknown while the view cannot be trusted. */
  readonly bays: readonly Verdict[];
}

/** Whole pictures are compared this often at most: it is the dearest part of a look. */
const STILL_EVERY_MS = 9_000;

/** Nothing is said of a bay that cannot be seen. */
export const UNKNOWN: Verdict = { occupied: null, probability: 0.5 };

/** Looks at the pictures of one camera, one after the other, and keeps none. */
export class Eyes {
  private readonly models: readonly RegionModel[];
  private readonly looker = new Looker();
  private readonly still = new FrozenWatch();
  private stillAt = -Infinity;
  private frozen = false;
  private readonly view: ViewWatch;

  constructor(models: readonly RegionModel[] = []) {
    this.models = models;
    this.view = new ViewWatch(models.map((m) => m.polygon));
  }

  /**
   * @param now on the monotonic clock, ms
   * @throws LiftgateError `invalid` when it is no picture
   */
  async look(picture: Buffer, now: number): Promise<Sight> {
    if (now - this.stillAt >= STILL_EVERY_MS) {
      this.stillAt = now;
      this.frozen = this.still.look(await blockPrints(picture), now);
    }
    const { frozen } = this;
    const { luma, cells } = this.looker.look(
      await readFrame(picture),
      this.models.map((m) => m.polygon),
    );
    const tooDark = isTooDark(luma);
    const shifted = tooDark ? false : this.view.look(luma, now);
    const blind = frozen || shifted || tooDark;
    return { frozen, shifted, tooDark, bays: this.models.map((m, i) => (blind ? UNKNOWN : classify(m, cells[i]!))) };
  }
}
