import { type Feed, type Handshake, mountFeed } from '../dashboard/serve/index.ts';
import type { Clock } from '../protocols/time.ts';
import type { Api } from './api/context.ts';
import { SESSION_COOKIE } from './api/guard.ts';
import type { Boards } from './board/tail.ts';
import { personOfSession } from './modules/access/person.ts';
import { screenOf } from './modules/access/screen.ts';
import { siteIds } from './modules/access/site.ts';
import type { Db } from './store/pool.ts';

export interface FeedParts {
  readonly db: Db;
  readonly clock: Clock;
  readonly boards: Boards;
  readonly onError: (e: unknown) => void;
}

/** A screen whose token was revoked, or a person who signed out, is out after this time, in ms. */
const RECHECK_MS = 3_000;

/** The board feed of all sites: a screen sees its own, a signed-in person those that are theirs. */
export function mountCloudFeed(app: Api, { db, clock, boards, onError }: FeedParts): Feed {
  /** Where there is but one site, a screen need not name it. */
  let lone: string | null = null;

  async function authorize({ token, cookie, site: named }: Handshake): Promise<boolean> {
    const site = named ?? (await loneSite());
    if (site === null || !(await mayWatch(token, cookie, site))) return false;
    return await boards.open(site);
  }

  async function loneSite(): Promise<string | null> {
    const sites = await siteIds(db, null);
    lone = sites.length === 1 ? sites[0]! : null;
    return lone;
  }

  async function mayWatch(token: string | null, cookie: string | null, site: string): Promise<boolean> {
    if (token !== null) return (await screenOf(db, token, clock()))?.site === site;
    const session = cookie === null ? undefined : app.parseCookie(cookie)[SESSION_COOKIE];
    const person = session ? await personOfSession(db, session, clock()) : null;
    return person !== null && (await siteIds(db, person.sites)).includes(site);
  }

  const feed = mountFeed(app.server, {
    sources: (site) => {
      const which = site ?? lone;
      return which === null ? null : boards.get(which);
    },
    authorize,
    // A screen's token is no cookie: it may come from the page that the gateway served, at its own origin.
    origins: true,
  });

  async function recheck(): Promise<void> {
    const keyOf = ({ token, cookie, site }: Handshake) => JSON.stringify([token, cookie, site]);
    const live = new Map<string, Handshake>();
    feed.disconnect((h) => {
      live.set(keyOf(h), h);
      return false;
    });
    const out = new Set<string>();
    for (const [key, h] of live) if (!(await authorize(h))) out.add(key);
    if (out.size > 0) feed.disconnect((h) => out.has(keyOf(h)));
  }
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    recheck()
      .catch(onError)
      .finally(() => {
        busy = false;
      });
  }, RECHECK_MS);

  return {
    ...feed,
    async close() {
      clearInterval(timer);
      await feed.close();
    },
  };
}
