import { type BoardView, EMPTY_BOARD, foldAll } from '../../protocols/board.ts';
import type { EventType } from '../../protocols/event.ts';
import type { BoardSource } from '../../protocols/feed.ts';
import type { SourceAges } from '../../protocols/sync.ts';
import type { Clock, Millis } from '../../protocols/time.ts';
import { readLog } from '../store/events.ts';
import type { Db } from '../store/pool.ts';
import { loadBoard, saveBoard } from './saved.ts';

/** The events that the fold looks at. Telemetry, the bulk of a log, is none of them. */
const FOLDED: readonly EventType[] = [
  'liftgate.site.layout.v1',
  'liftgate.bay.occupancy.v1',
  'liftgate.bay.vehicle.v1',
  'liftgate.bay.work.v1',
  'liftgate.bay.utilisation.v1',
  'liftgate.bay.lift.v1',
  'liftgate.device.v1',
  'liftgate.alert.v1',
  'liftgate.order.v1',
];
const CHUNK = 5_000;
/** The view is saved at most this often, and after so many places of the log at the latest. */
const SAVE_MS = 10_000;
const SAVE_PLACES = 20_000;

export interface BoardParts {
  readonly db: Db;
  readonly clock: Clock;
  /** Milliseconds that only ever grow: ages must not jump with the wall clock. */
  readonly monotonic: () => number;
}

/** What a gateway said at its last sync. */
export interface Report {
  readonly gateway: string;
  readonly at: Millis;
  readonly ages: SourceAges;
}

/** The board of one site on this node: the fold of its log so far. */
export class SiteBoard implements BoardSource {
  readonly from = 'cloud';
  readonly site: string;
  readonly stream: string;
  /** Place in the log up to which it is folded. */
  at = 0;
  readonly #parts: BoardParts;
  readonly #listeners = new Set<() => void>();
  readonly #reports = new Map<string, Report & { readonly seenAt: number; readonly ageThen: number }>();
  #view: BoardView = EMPTY_BOARD;
  #rev = 0;
  #saved = { place: 0, at: 0 };

  /** `start` tells this life of the board from others: revisions of two streams are never compared. */
  constructor(site: string, start: string, parts: BoardParts) {
    this.site = site;
    this.stream = `cloud-${site}-${start}`;
    this.#parts = parts;
  }

  /** Takes the saved view, if any; what came after it is folded by `advance`. */
  async load(): Promise<void> {
    const saved = await loadBoard(this.#parts.db, this.site);
    if (!saved) return;
    this.#view = saved.view;
    this.at = saved.place;
    this.#saved = { place: saved.place, at: this.#parts.monotonic() };
  }

  /** Folds the log up to `end`, a place that is known to be committed. */
  async advance(end: number): Promise<void> {
    const { db, monotonic } = this.#parts;
    while (this.at < end) {
      const events = await readLog(db, this.site, this.at, CHUNK, FOLDED);
      const view = foldAll(this.#view, events);
      this.at = events.length < CHUNK ? Math.max(end, events.at(-1)?.id ?? 0) : events.at(-1)!.id;
      if (view === this.#view) continue;
      this.#view = view;
      this.#rev++;
      for (const listener of this.#listeners) listener();
    }
    const places = this.at - this.#saved.place;
    const due = monotonic() - this.#saved.at >= SAVE_MS;
    if (places >= SAVE_PLACES || (places > 0 && due)) await this.save();
  }

  async save(): Promise<void> {
    if (this.at === this.#saved.place) return;
    this.#saved = { place: this.at, at: this.#parts.monotonic() };
    await saveBoard(this.#parts.db, this.site, this.at, this.#view);
  }

  /** Takes the gateways' newest reports; one that is known already changes nothing. */
  hear(reports: readonly Report[]): void {
    for (const report of reports) {
      if (this.#reports.get(report.gateway)?.at === report.at) continue;
      const ageThen = Math.max(0, this.#parts.clock() - report.at);
      this.#reports.set(report.gateway, { ...report, seenAt: this.#parts.monotonic(), ageThen });
    }
    const named = new Set(reports.map((r) => r.gateway));
    for (const gateway of this.#reports.keys()) if (!named.has(gateway)) this.#reports.delete(gateway);
  }

  current() {
    return { rev: this.#rev, view: this.#view };
  }

  subscribe(onRevision: () => void): () => void {
    this.#listeners.add(onRevision);
    return () => this.#listeners.delete(onRevision);
  }

  /** An age grows while its gateway is silent. `behindMs` is that of the gateway that was silent longest. */
  status() {
    const ages: SourceAges = {};
    let behindMs: number | null = null;
    for (const { ages: reported, seenAt, ageThen } of this.#reports.values()) {
      const since = ageThen + this.#parts.monotonic() - seenAt;
      behindMs = Math.max(behindMs ?? 0, since);
      for (const [source, age] of Object.entries(reported)) ages[source] = age === null ? null : age + since;
    }
    // Nothing was ever heard: as far behind as one can be.
    return { ages, behindMs: behindMs ?? Number.MAX_SAFE_INTEGER, cloudReached: null, now: this.#parts.clock() };
  }
}
