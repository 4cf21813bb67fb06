import type { Millis } from '../../../protocols/time.ts';
import type { LoggedEvent } from '../../store/events.ts';
import type { Projection } from '../../store/ingest.ts';
import type { Queryable } from '../../store/pool.ts';
import { sha256 } from './token.ts';

export interface Screen {
  readonly site: string;
  readonly screen: string;
}

/** The screen that bears this token, as its site's gateway told us; null when it was revoked or is too old. */
export async function screenOf(db: Queryable, token: string, now: Millis): Promise<Screen | null> {
  const { rows } = await db.query<Screen>(
    `SELECT site, screen FROM screens WHERE token_sha256 = $1 AND state = 'paired' AND expires_at > $2`,
    [sha256(token).toString('hex'), now],
  );
  return rows[0] ?? null;
}

type ScreenEvent = Extract<LoggedEvent, { type: 'liftgate.screen.v1' }>;

/** A screen is let in on its gateway; here its hash is learnt, so that the same token opens the cloud's wall too. */
export const projectScreens: Projection = async (tx, site, events) => {
  for (const e of events.filter((e): e is ScreenEvent => e.type === 'liftgate.screen.v1')) {
    const { screen, name, tokenSha256, state, expiresAt } = e.data;
    await tx.query(
      `INSERT INTO screens AS s (site, screen, name, token_sha256, state, expires_at, marked_at, marked_seq)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (site, screen) DO UPDATE SET name = $3, token_sha256 = $4, state = $5, expires_at = $6,
          marked_at = $7, marked_seq = $8 WHERE (s.marked_at, s.marked_seq) < ($7, $8)`,
      [site, screen, name, tokenSha256.toLowerCase(), state, expiresAt, e.time, e.seq],
    );
  }
};
