import { randomBytes } from 'node:crypto';
import { LiftgateError } from '../../protocols/error.ts';
import { type EventBody, event } from '../../protocols/event.ts';
import type { Clock, Millis } from '../../protocols/time.ts';
import type { Db } from './db.ts';
import { newToken, sha256 } from './people.ts';

const SCREEN_MS = 365 * 86_400_000;
/** How exactly "last seen" is kept: one small write per screen and minute. */
const SEEN_EVERY_MS = 60_000;

interface ScreenRow {
  readonly screen: string;
  readonly name: string;
  readonly pairedAt: Millis;
  readonly expiresAt: Millis;
  readonly lastSeenAt: Millis | null;
}

/** Screens that a person let in. Each change is an event too, so that the cloud accepts the same token. */
export interface Screens {
  /** Gives the token of the new screen, once; only its SHA-256 is kept. */
  pair(name: string): Promise<{ screen: string; token: string; expiresAt: Millis }>;
  isLetIn(token: string): boolean;
  list(): ScreenRow[];
  /** @throws LiftgateError `not-found` */
  revoke(screen: string): Promise<void>;
}

type Record = (events: readonly EventBody[], effect?: () => void) => Promise<void>;
interface StoredScreen extends ScreenRow {
  readonly tokenSha256: string;
}

export function openScreens(db: Db, record: Record, clock: Clock): Screens {
  const columns =
    'screen, name, token_sha256 AS tokenSha256, paired_at AS pairedAt, expires_at AS expiresAt, last_seen_at AS lastSeenAt';
  const insert = db.prepare<[string, string, string, Millis, Millis]>(
    'INSERT INTO screen (screen, name, token_sha256, paired_at, expires_at) VALUES (?, ?, ?, ?, ?)',
  );
  const all = db.prepare<[], StoredScreen>(`SELECT ${columns} FROM screen WHERE revoked = 0 ORDER BY paired_at`);
  const byName = db.prepare<[string], StoredScreen>(`SELECT ${columns} FROM screen WHERE screen = ? AND revoked = 0`);
  const byToken = db.prepare<[string], StoredScreen>(
    `SELECT ${columns} FROM screen WHERE token_sha256 = ? AND revoked = 0`,
  );
  const seen = db.prepare<[Millis, string]>('UPDATE screen SET last_seen_at = ? WHERE screen = ?');
  const setRevoked = db.prepare<[string]>('UPDATE screen SET revoked = 1 WHERE screen = ?');
  const told = (s: Omit<StoredScreen, 'lastSeenAt' | 'pairedAt'>, state: 'paired' | 'revoked') => {
    const { screen, name, tokenSha256, expiresAt } = s;
    return [event('liftgate.screen.v1', clock(), { screen, name, tokenSha256, state, expiresAt })];
  };

  return {
    async pair(name) {
      const screen = `screen-${randomBytes(4).toString('hex')}`;
      const token = newToken();
      const tokenSha256 = sha256(token);
      const pairedAt = clock();
      const expiresAt = pairedAt + SCREEN_MS;
      await record(told({ screen, name, tokenSha256, expiresAt }, 'paired'), () =>
        insert.run(screen, name, tokenSha256, pairedAt, expiresAt),
      );
      return { screen, token, expiresAt };
    },
    isLetIn(token) {
      const row = byToken.get(sha256(token));
      const now = clock();
      if (!row || row.expiresAt <= now) return false;
      if (row.lastSeenAt === null || now - row.lastSeenAt > SEEN_EVERY_MS) seen.run(now, row.screen);
      return true;
    },
    list: () => all.all().map(({ tokenSha256: _secret, ...row }) => row),
    async revoke(screen) {
      const row = byName.get(screen);
      if (!row) throw new LiftgateError('not-found', `there is no screen "${screen}"; see the list of screens`);
      await record(told(row, 'revoked'), () => setRevoked.run(screen));
    },
  };
}
