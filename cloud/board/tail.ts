import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BoardSource } from '../../protocols/feed.ts';
import { type BoardParts, type Report, SiteBoard } from './site.ts';

/** How often each node looks for what other nodes have stored. What this node stores itself is told by `nudge`. */
const POLL_MS = 100;
const AFTER_TROUBLE_MS = 1_000;

export interface Boards {
  /** Makes sure that the board of a site is there and up to date. False: there is no such site. */
  open(site: string): Promise<boolean>;
  /** The board of a site that was opened. */
  get(site: string): BoardSource | null;
  /** Something was added to the log of a site just now. */
  nudge(site: string): void;
  /** Ends the tail and saves the views. */
  stop(): Promise<void>;
}

export type TailParts = BoardParts & { readonly onError: (e: unknown) => void };

/**
 * Follows the logs of those sites that somebody watches, with one query for all of them.
 * No NOTIFY: it takes a lock on the whole database at each commit.
 */
export function followLogs(parts: TailParts): Boards {
  const { db } = parts;
  const boards = new Map<string, SiteBoard>();
  const opening = new Map<string, Promise<boolean>>();
  const ended = new AbortController();
  let wake = Promise.withResolvers<void>();
  let turn: Promise<void> = Promise.resolve();
  const running = follow();

  async function follow(): Promise<void> {
    while (!ended.signal.aborted) {
      wake = Promise.withResolvers();
      let pause = POLL_MS;
      if (boards.size > 0) {
        try {
          await inTurn(() => look([...boards.keys()]));
        } catch (e) {
          parts.onError(e);
          pause = AFTER_TROUBLE_MS;
        }
      }
      const timer = new AbortController();
      await Promise.race([wake.promise, sleep(pause, undefined, { signal: timer.signal, ref: false }).catch(() => {})]);
      timer.abort();
    }
  }

  /** One look at a time: a board is folded by one hand only. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = turn.then(work);
    turn = mine.then(
      () => {},
      () => {},
    );
    return mine;
  }

  async function look(sites: readonly string[]): Promise<void> {
    const { rows } = await db.query<{ site: string; last: number; reports: Report[] }>({
      name: 'tail',
      text: `SELECT s.site, s.last_event AS last, coalesce((SELECT jsonb_agg(jsonb_build_object(
          'gateway', g.gateway, 'at', g.last_sync_at, 'ages', g.ages)) FROM gateways g
          WHERE g.site = s.site AND g.revoked_at IS NULL AND g.last_sync_at IS NOT NULL), '[]') AS reports
        FROM sites s WHERE s.site = ANY($1)`,
      values: [sites],
    });
    for (const { site, last, reports } of rows) {
      let board = boards.get(site);
      // The database is older than what we have shown (it was restored): another stream begins.
      if (!board || board.at > last) {
        board = new SiteBoard(site, randomUUID().slice(0, 8), parts);
        await board.load();
      }
      board.hear(reports);
      await board.advance(last);
      boards.set(site, board);
    }
  }

  return {
    open(site) {
      if (boards.has(site)) return Promise.resolve(true);
      const known = opening.get(site);
      if (known) return known;
      const opened = inTurn(() => look([site]))
        .then(() => boards.has(site))
        .finally(() => opening.delete(site));
      opening.set(site, opened);
      return opened;
    },
    get: (site) => boards.get(site) ?? null,
    nudge(site) {
      if (boards.has(site)) wake.resolve();
    },
    async stop() {
      ended.abort();
      wake.resolve();
      await running;
      await turn;
      for (const board of boards.values()) await board.save().catch(parts.onError);
    },
  };
}
