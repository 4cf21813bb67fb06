import { sitesWithNews } from '../store/events.ts';
import type { Db } from '../store/pool.ts';

/** How often a node looks for what other nodes have written, ms. What this node writes is told by `ring`. */
const LOOK_MS = 500;

interface Waiting {
  readonly site: string;
  readonly after: number;
  readonly wake: () => void;
}

/** Requests that wait for something to go down to their site: no query each, no socket for ever. */
export class Holds {
  readonly #db: Db;
  readonly #waiting = new Set<Waiting>();
  readonly #onError: (e: unknown) => void;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(db: Db, onError: (e: unknown) => void) {
    this.#db = db;
    this.#onError = onError;
  }

  /** Resolves when a fact for this site after that place may be there, after `ms`, or when the caller has gone. */
  wait(site: string, after: number, ms: number, gone: AbortSignal): Promise<void> {
    if (this.#closed || gone.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        gone.removeEventListener('abort', wake);
        this.#waiting.delete(entry);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      const entry = { site, after, wake };
      gone.addEventListener('abort', wake, { once: true });
      this.#waiting.add(entry);
      this.#timer ??= setTimeout(() => void this.#look(), LOOK_MS);
    });
  }

  /** Something was added to the log of a site. */
  ring(site: string): void {
    for (const w of [...this.#waiting]) if (w.site === site) w.wake();
  }

  /** Lets everybody go, for good. */
  close(): void {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    for (const w of [...this.#waiting]) w.wake();
  }

  async #look(): Promise<void> {
    try {
      const waiting = [...this.#waiting];
      const news = await sitesWithNews(this.#db, waiting);
      for (const w of waiting) if (news.has(w.site)) w.wake();
    } catch (e) {
      this.#onError(e);
    }
    this.#timer = this.#waiting.size > 0 && !this.#closed ? setTimeout(() => void this.#look(), LOOK_MS) : null;
  }
}
