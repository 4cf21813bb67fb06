import { LiftgateError } from '../../../protocols/error.ts';
import type { Millis } from '../../../protocols/time.ts';
import { type Db, type Queryable, transaction } from '../../store/pool.ts';
import { type Account, createPerson, type NewAccount } from './person.ts';
import { newToken, sha256 } from './token.ts';

/** A working day: whoever comes back the next morning signs in again. */
export const SESSION_MS = 12 * 3_600_000;
const SET_UP_MS = 24 * 3_600_000;

/** @returns the token for the cookie; only its hash is kept. */
export async function openSession(db: Queryable, person: string, now: Millis): Promise<string> {
  const token = newToken();
  await db.query('INSERT INTO sessions (token_sha256, person, created_at, expires_at) VALUES ($1, $2, $3, $4)', [
    sha256(token),
    person,
    now,
    now + SESSION_MS,
  ]);
  return token;
}

export async function closeSession(db: Queryable, token: string): Promise<void> {
  await db.query('DELETE FROM sessions WHERE token_sha256 = $1', [sha256(token)]);
}

export async function forgetOldSessions(db: Queryable, now: Millis): Promise<void> {
  await db.query('DELETE FROM sessions WHERE expires_at <= $1', [now]);
  await db.query('DELETE FROM set_up_links WHERE expires_at <= $1', [now]);
}

/** While nobody can sign in: a token that makes the first manager, once, within 24 hours. Null when people are there. */
export async function makeSetUpToken(db: Db, now: Millis): Promise<string | null> {
  const { rowCount } = await db.query('SELECT 1 FROM people LIMIT 1');
  if (rowCount) return null;
  const token = newToken();
  await db.query('INSERT INTO set_up_links (token_sha256, expires_at) VALUES ($1, $2)', [
    sha256(token),
    now + SET_UP_MS,
  ]);
  return token;
}

/** Uses up the link. @throws LiftgateError `denied` when it is unknown, old, used, or somebody was set up already. */
export async function setUp(
  db: Db,
  token: string,
  manager: Pick<NewAccount, 'name' | 'email' | 'password' | 'locale'>,
  now: Millis,
): Promise<Account> {
  return await transaction(db, async (tx) => {
    // One at a time, so that two people with the same link do not both become the first.
    await tx.query('LOCK TABLE set_up_links IN EXCLUSIVE MODE');
    const { rowCount } = await tx.query(
      'DELETE FROM set_up_links WHERE token_sha256 = $1 AND expires_at > $2 AND NOT EXISTS (SELECT 1 FROM people)',
      [sha256(token), now],
    );
    if (rowCount === 0)
      throw new LiftgateError(
        'denied',
        'this set-up link was used or is too old; start the cloud again for a new one',
        {
          about: 'token',
        },
      );
    await tx.query('DELETE FROM set_up_links');
    return await createPerson(tx, { ...manager, role: 'manager', sites: null }, now);
  });
}
