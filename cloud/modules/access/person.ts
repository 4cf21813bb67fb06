import type { Person } from '../../../protocols/api/console.ts';
import { LiftgateError } from '../../../protocols/error.ts';
import type { Millis } from '../../../protocols/time.ts';
import { type Queryable, sqlState, storeError } from '../../store/pool.ts';
import { hashPassword, isPassword } from './password.ts';
import { sha256 } from './token.ts';

/** Someone who signs in. `sites`: the sites that they may see; null: all. */
export type Account = Person & { readonly sites: readonly string[] | null };

export interface NewAccount {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly role: Person['role'];
  readonly locale: Person['locale'];
  readonly sites: readonly string[] | null;
}

const COLUMNS = 'p.id, p.name, p.email, p.role, p.locale, p.sites';

/** @throws LiftgateError `conflict` when the e-mail address is taken. */
export async function createPerson(db: Queryable, account: NewAccount, now: Millis): Promise<Account> {
  const { name, email, password, role, locale, sites } = account;
  try {
    const { rows } = await db.query<Account>(
      `INSERT INTO people AS p (name, email, password_hash, role, locale, sites, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${COLUMNS}`,
      [name, email, await hashPassword(password), role, locale, sites, now],
    );
    return rows[0]!;
  } catch (e) {
    if (sqlState(e) !== '23505') throw storeError(e);
    throw new LiftgateError('conflict', `someone signs in as ${email} already; take another address`, {
      about: 'email',
    });
  }
}

export async function listPeople(db: Queryable): Promise<Account[]> {
  return (await db.query<Account>(`SELECT ${COLUMNS} FROM people p ORDER BY name, id`)).rows;
}

/** The person with this address and password; null for any other pair. */
export async function personWith(db: Queryable, email: string, password: string): Promise<Account | null> {
  const { rows } = await db.query<Account & { password_hash: string }>(
    `SELECT ${COLUMNS}, p.password_hash FROM people p WHERE lower(email) = lower($1)`,
    [email],
  );
  const found = rows[0];
  if (!(await isPassword(found?.password_hash ?? null, password)) || !found) return null;
  const { password_hash: _secret, ...person } = found;
  return person;
}

export async function personOfSession(db: Queryable, token: string, now: Millis): Promise<Account | null> {
  const { rows } = await db.query<Account>(
    `SELECT ${COLUMNS} FROM sessions s JOIN people p ON p.id = s.person WHERE s.token_sha256 = $1 AND s.expires_at > $2`,
    [sha256(token), now],
  );
  return rows[0] ?? null;
}
