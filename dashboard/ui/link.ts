import { apply, type BoardView, EMPTY_BOARD } from '../../protocols/board.ts';
import type { Delta, Heartbeat, Hello, Snapshot } from '../../protocols/feed.ts';
import { Line, type LineEvents } from './line.ts';
import { neverBackwards } from './newest.ts';

/** Silence after which the link counts as lost, ms. A socket may take far longer to notice, so it is not asked. */
const LOST_MS = 3_000;
/** A connection that is still being made gets this long, ms. */
const PATIENCE_MS = 5_000;
/** The first feed must have been heard without a gap for this long before a screen goes back to it, ms. */
const STABLE_MS = 30_000;
/** A server that is ahead of us for longer than this has lost a frame on the way, ms. */
const AHEAD_MS = 2_000;
const CHECK_MS = 250;
const KEEP_EVERY_MS = 10_000;

export interface FeedAddress {
  readonly from: 'gateway' | 'cloud';
  /** Base URL, e.g. `http://192.168.1.10:8480`. */
  readonly url: string;
}

/**
 * - `connecting`: no data came yet.
 * - `live`: frames come, and data came since the last gap.
 * - `lost`: no frame for 3 s. Only a data frame ends it, whatever the socket says.
 */
type LinkState = 'connecting' | 'live' | 'lost';

/** What a screen knows. A new object whenever something changed; unchanged parts keep their identity. */
export interface Board {
  readonly view: BoardView;
  readonly link: LinkState;
  /** The server that feeds the page; null before its first word. */
  readonly from: 'gateway' | 'cloud' | null;
  readonly heartbeat: Heartbeat | null;
  /** `performance.now()` when the heartbeat came. */
  readonly heartbeatAt: number;
  /** Server time of the last word, ms; outlives a reload. Null: there never was one. */
  readonly asOf: number | null;
  /** No server accepts this screen's token. */
  readonly refused: boolean;
}

const NOTHING: Board = {
  view: EMPTY_BOARD,
  link: 'connecting',
  from: null,
  heartbeat: null,
  heartbeatAt: 0,
  asOf: null,
  refused: false,
};

export interface LinkOptions {
  /** First choice first. */
  readonly feeds: readonly FeedAddress[];
  readonly token: string | null;
  readonly site: string | null;
  /** Where the last view outlives a reload; null: nowhere. */
  readonly storage?: Pick<Storage, 'getItem' | 'setItem'> | null;
  /** How long the first feed must be stable before the screen returns to it, ms. */
  readonly stableMs?: number;
}

/**
 * Keeps a screen's board: connects, asks for what is missing, notices silence, moves to the next feed within 5 s and
 * back to the first when that is well again. Free of any framework; `useBoard` brings it into React.
 */
export class BoardLink {
  readonly #options: LinkOptions;
  readonly #listeners = new Set<() => void>();
  readonly #events: LineEvents;
  #board: Board;
  /** What the server holds at `#rev` of `#stream`; what is shown may be newer (`#floor`). */
  #served: BoardView = EMPTY_BOARD;
  #servedBy: FeedAddress['from'] | null = null;
  /** While the cloud feeds: the last view of the gateway, which the cloud may still be behind. */
  #floor: BoardView | null = null;
  #stream: string | null = null;
  #rev = -1;
  #line: Line | null = null;
  #feed = 0;
  /** When the line was opened, or last gave a frame. */
  #heardAt = 0;
  #heard = false;
  #helloAt = 0;
  #aheadSince: number | null = null;
  /** Feeds that refused the token since one last took it. */
  readonly #refusals = new Set<number>();
  /** While another feed serves, the first is listened to on this line. */
  #probe: Line | null = null;
  #probeHeardAt = 0;
  #probeStableSince = 0;
  #keptAt = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#board = { ...NOTHING, ...this.#recall() };
    this.#events = {
      open: (line) => line === this.#line && this.#helloAgain(),
      snap: (line, snapshot) => this.#onSnap(line, snapshot),
      delta: (line, delta) => this.#onDelta(line, delta),
      beat: (line, heartbeat) => this.#onBeat(line, heartbeat),
      refused: (line, code) => line === this.#line && code === 'denied' && this.#onRefused(),
    };
  }

  start(): this {
    this.#open(0);
    this.#timer = setInterval(() => this.#check(performance.now()), CHECK_MS);
    return this;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#line?.close();
    this.#probe?.close();
    this.#keep(true);
  }

  get board(): Board {
    return this.#board;
  }

  /** Calls back after each change, until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #open(feed: number): void {
    this.#line?.close();
    this.#feed = feed;
    this.#heardAt = performance.now();
    this.#heard = false;
    this.#line = (feed === 0 && this.#probe) || this.#dial(feed);
    if (feed === 0) {
      this.#probe = null;
      this.#helloAgain();
    } else if (!this.#probe) {
      this.#probe = this.#dial(0);
      this.#probeStableSince = this.#probeHeardAt = performance.now();
    }
  }

  #dial(feed: number): Line {
    const { feeds, token, site } = this.#options;
    return new Line(feeds[feed]!.url, { token, site }, this.#events);
  }

  #hello(hello: Hello): void {
    this.#helloAt = performance.now();
    this.#line?.hello(hello);
  }

  /** Asks for what came after the revision that we hold. */
  #helloAgain(): void {
    this.#hello(this.#stream === null ? {} : { stream: this.#stream, rev: this.#rev });
  }

  #check(now: number): void {
    const silence = now - this.#heardAt;
    if (silence > LOST_MS && this.#board.link === 'live') this.#show({ link: 'lost' });
    if (silence > (this.#heard || this.#line?.failed ? LOST_MS : PATIENCE_MS)) {
      this.#open((this.#feed + 1) % this.#options.feeds.length);
    }
    if (this.#probe && now - this.#probeHeardAt > LOST_MS) this.#probeStableSince = now;
  }

  #onBeat(line: Line, heartbeat: Heartbeat): void {
    const now = performance.now();
    if (line === this.#probe) {
      this.#probeHeardAt = now;
      const stable = now - this.#probeStableSince;
      if (stable >= (this.#options.stableMs ?? STABLE_MS)) line.hello({});
      return;
    }
    if (line !== this.#line) return;
    this.#heardAt = now;
    this.#heard = true;
    this.#show({ heartbeat, heartbeatAt: now, from: heartbeat.from, asOf: heartbeat.now });
    const current = heartbeat.stream === this.#stream && heartbeat.rev <= this.#rev;
    this.#aheadSince = current ? null : (this.#aheadSince ?? now);
    const missed = this.#aheadSince !== null && now - this.#aheadSince > AHEAD_MS;
    if ((missed || this.#board.link !== 'live') && now - this.#helloAt > AHEAD_MS) {
      this.#helloAgain();
    }
  }

  #onSnap(line: Line, { stream, rev, view }: Snapshot): void {
    // The first feed is well again, and here is its board: it takes over without a gap.
    if (line === this.#probe) {
      this.#line?.close();
      this.#line = line;
      this.#probe = null;
      this.#feed = 0;
    }
    if (line !== this.#line) return;
    const { from } = this.#options.feeds[this.#feed]!;
    if (from === 'gateway') this.#floor = null;
    else if (this.#servedBy === 'gateway') this.#floor = this.#board.view;
    this.#servedBy = from;
    this.#adopt(stream, rev, view);
  }

  #onDelta(line: Line, { stream, rev, prev, change }: Delta): void {
    if (line !== this.#line) return;
    if (stream === this.#stream && prev === this.#rev) this.#adopt(stream, rev, apply(this.#served, change));
    else this.#hello({});
  }

  #adopt(stream: string, rev: number, served: BoardView): void {
    this.#heardAt = performance.now();
    this.#heard = true;
    this.#aheadSince = null;
    this.#refusals.clear();
    this.#stream = stream;
    this.#rev = rev;
    this.#served = served;
    const view = this.#floor ? neverBackwards(served, this.#floor) : served;
    this.#show({ view, link: 'live', from: this.#options.feeds[this.#feed]!.from, refused: false });
    this.#keep();
  }

  /** Only when no feed takes the token it is no good: one server may not have heard of it yet. */
  #onRefused(): void {
    this.#refusals.add(this.#feed);
    if (this.#refusals.size === this.#options.feeds.length) this.#show({ refused: true });
    else this.#open((this.#feed + 1) % this.#options.feeds.length);
  }

  #show(change: Partial<Board>): void {
    this.#board = { ...this.#board, ...change };
    for (const listener of this.#listeners) listener();
  }

  get #key(): string {
    return `liftgate.board.${this.#options.site ?? ''}`;
  }

  #keep(now = false): void {
    const { storage } = this.#options;
    if (!storage || (!now && performance.now() - this.#keptAt < KEEP_EVERY_MS && this.#keptAt > 0)) return;
    this.#keptAt = performance.now();
    const { view, asOf } = this.#board;
    try {
      storage.setItem(this.#key, JSON.stringify({ view, asOf }));
    } catch {
      // No room: the view is then not kept over a reload, and nothing else changes.
    }
  }

  #recall(): Partial<Board> {
    try {
      const kept = JSON.parse(this.#options.storage?.getItem(this.#key) ?? 'null') as Partial<Board> | null;
      return kept?.view && Array.isArray(kept.view.order) ? { view: kept.view, asOf: kept.asOf ?? null } : {};
    } catch {
      return {};
    }
  }
}
