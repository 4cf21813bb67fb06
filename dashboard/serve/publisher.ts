import { type BoardView, diff } from '../../protocols/board.ts';
import { type BoardSource, DELTA_RING, type Delta, type Hello, type Snapshot } from '../../protocols/feed.ts';

/** Revisions that come within this time after a frame travel together, in ms. */
const COALESCE_MS = 50;

export type Frame =
  | { readonly event: 'snap'; readonly body: Snapshot }
  | { readonly event: 'delta'; readonly body: Delta };

/**
 * One source, for all screens that show it. Keeps the views of the last revisions that were sent (they share their
 * unchanged parts), so that the difference from any of them to now is one comparison of identities: what a slow screen
 * gets costs O(bays), however many events it missed.
 */
export class Publisher {
  readonly source: BoardSource;
  readonly #settled: () => void;
  readonly #views = new Map<number, BoardView>();
  /** Frames up to the present revision: the snapshot under null, deltas under the revision they start from. */
  readonly #frames = new Map<number | null, Frame>();
  #head = -1;
  #timer: NodeJS.Timeout | undefined;
  #settledAt = 0;
  readonly #unsubscribe: () => void;

  /** `settled` is called after each new revision that screens are to get. */
  constructor(source: BoardSource, settled: () => void) {
    this.source = source;
    this.#settled = settled;
    this.settle();
    this.#unsubscribe = source.subscribe(() => this.#soon());
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#unsubscribe();
  }

  /** The revision that screens are brought to. */
  get rev(): number {
    return this.#head;
  }

  /** What leads from there to the present: a delta where that view is still known, else a snapshot. */
  frameFrom(known: Hello): Frame {
    const { stream } = this.source;
    const from = known.stream === stream && known.rev !== undefined ? known.rev : null;
    const base = from === null ? undefined : this.#views.get(from);
    const key = base === undefined ? null : from;
    let frame = this.#frames.get(key);
    if (!frame) {
      const rev = this.#head;
      const view = this.#views.get(rev)!;
      frame =
        base === undefined || from === null
          ? { event: 'snap', body: { stream, rev, view } }
          : { event: 'delta', body: { stream, rev, prev: from, change: diff(base, view) ?? {} } };
      this.#frames.set(key, frame);
    }
    return frame;
  }

  /** At once where nothing was sent lately, else at the end of the running interval. */
  #soon(): void {
    if (this.#timer) return;
    const wait = Math.max(0, this.#settledAt + COALESCE_MS - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.settle();
      this.#settled();
    }, wait);
  }

  /** Makes the source's present revision the one that screens are brought to. */
  settle(): void {
    this.#settledAt = performance.now();
    const { rev, view } = this.source.current();
    if (rev === this.#head) return;
    this.#head = rev;
    this.#frames.clear();
    this.#views.set(rev, view);
    if (this.#views.size > DELTA_RING) this.#views.delete(this.#views.keys().next().value!);
  }
}
