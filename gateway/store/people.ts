import { createHash, randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import type { Clock, Millis } from '../../protocols/time.ts';
import type { Db } from './db.ts';

const SESSION_MS = 12 * 3_600_000;
/** argon2id; OWASP Password Storage: at least 19 MiB, t = 2, p = 1. */
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** The people of the site: one password, and the sessions that it opened. */
export interface People {
  hasPassword(): boolean;
  setPassword(password: string): Promise<void>;
  isPassword(password: string): Promise<boolean>;
  /** Gives the token for the cookie; only its hash is kept. */
  openSession(): { token: string; expiresAt: Millis };
  isSession(token: string): boolean;
  closeSession(token: string): void;
}

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
/** 256 bits in a form that fits into cookies and headers. */
export const newToken = () => randomBytes(32).toString('base64url');

export function openPeople(db: Db, clock: Clock): People {
  const getHash = db.prepare<[], string>('SELECT hash FROM password').pluck();
  const setHash = db.prepare<[string]>(
    'INSERT INTO password (one, hash) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET hash = excluded.hash',
  );
  const addSession = db.prepare<[string, Millis]>('INSERT INTO session (token_sha256, expires_at) VALUES (?, ?)');
  const getSession = db.prepare<[string], Millis>('SELECT expires_at FROM session WHERE token_sha256 = ?').pluck();
  const endSession = db.prepare<[string]>('DELETE FROM session WHERE token_sha256 = ?');
  const endExpired = db.prepare<[Millis]>('DELETE FROM session WHERE expires_at <= ?');
  const endAll = db.prepare('DELETE FROM session');

  return {
    hasPassword: () => getHash.get() !== undefined,
    async setPassword(password) {
      const made = await hash(password, ARGON2);
      db.transaction(() => {
        setHash.run(made);
        endAll.run();
      }).immediate();
    },
    async isPassword(password) {
      const stored = getHash.get();
      return stored !== undefined && (await verify(stored, password));
    },
    openSession() {
      const token = newToken();
      const expiresAt = clock() + SESSION_MS;
      endExpired.run(clock());
      addSession.run(sha256(token), expiresAt);
      return { token, expiresAt };
    },
    isSession(token) {
      const expiresAt = getSession.get(sha256(token));
      return expiresAt !== undefined && expiresAt > clock();
    },
    closeSession(token) {
      endSession.run(sha256(token));
    },
  };
}
