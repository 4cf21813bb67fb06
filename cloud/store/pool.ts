import pg from 'pg';
import { isLiftgateError, LiftgateError, messageOf } from '../../protocols/error.ts';

/** What runs a query: the pool, or the one connection of a transaction. */
export type Db = pg.Pool;
export type Tx = pg.PoolClient;
export type Queryable = Db | Tx;

/** Oldest server that has all we use: `int8multirange` (14) and what the field has proven (15). */
const OLDEST = 15;
/** Each of these protects what we answered "stored" to; without it a power cut could take back a promise. */
const DURABLE: Record<string, (value: string) => boolean> = {
  fsync: (v) => v === 'on',
  full_page_writes: (v) => v === 'on',
  synchronous_commit: (v) => v !== 'off',
};

/**
 * Opens PostgreSQL and refuses one that could lose what it confirmed.
 * @param url `postgres://user:password@host:port/database`
 * @throws LiftgateError `unreachable` when nobody answers, `denied` for a wrong password, `config` for an unfit server.
 */
export async function openPool(url: string, onError: (e: Error) => void = () => {}): Promise<Db> {
  const pool = new pg.Pool({
    connectionString: url,
    max: 12,
    connectionTimeoutMillis: 10_000,
    idle_in_transaction_session_timeout: 60_000,
    statement_timeout: 60_000,
    application_name: 'liftgate',
    types: { getTypeParser: parserOf as typeof pg.types.getTypeParser },
  });
  // An idle connection that breaks must not end the process; the next query opens another.
  pool.on('error', onError);
  // Nor one that breaks in the pause between two queries of a transaction: its next query says so.
  pool.on('connect', (client) => client.on('error', () => {}));
  try {
    await check(pool, url);
  } catch (e) {
    await pool.end();
    throw isLiftgateError(e) ? e : named(url, storeError(e));
  }
  return pool;
}

/** At a start a person reads it: which server, and where it is set. */
function named(url: string, { code, message, cause }: LiftgateError): LiftgateError {
  const text = `${message} (${new URL(url).host}): start it, or correct database.url or DATABASE_URL`;
  return new LiftgateError(code, text, { about: 'database.url', cause });
}

async function check(pool: Db, url: string): Promise<void> {
  const { rows } = await pool.query<{ name: string; setting: string }>(
    'SELECT name, setting FROM pg_settings WHERE name = ANY($1)',
    [['server_version_num', ...Object.keys(DURABLE)]],
  );
  const settings = new Map(rows.map((r) => [r.name, r.setting]));
  const faults: string[] = [];
  const version = Math.floor(Number(settings.get('server_version_num')) / 10_000);
  if (!(version >= OLDEST)) faults.push(`expected PostgreSQL ${OLDEST} or newer, got ${version}: use a newer server`);
  for (const [name, fits] of Object.entries(DURABLE)) {
    const value = settings.get(name) ?? '(not told)';
    if (!fits(value)) faults.push(`${name} is ${value}: switch it on, or a power cut takes back what was confirmed`);
  }
  if (faults.length === 0) return;
  throw new LiftgateError('config', `database at ${new URL(url).host}: ${faults.join('; ')}`, {
    about: 'database.url',
  });
}

/** int8 (OID 20) as a number: all our whole numbers are exact up to 2^53 − 1, and say so when they are not. */
function parserOf(oid: number, format?: 'text' | 'binary') {
  if (oid !== 20 || format === 'binary') return pg.types.getTypeParser(oid, format as 'text');
  return (text: string) => {
    const n = Number(text);
    if (!Number.isSafeInteger(n)) throw new LiftgateError('internal', `a stored number is beyond 2^53: ${text}`);
    return n;
  };
}

/**
 * Runs `work` in one transaction: all of it is stored when this resolves, nothing when it rejects.
 * A transaction that lost to another one (deadlock, serialisation) is run again, at most twice.
 */
export async function transaction<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(db, work);
    } catch (e) {
      if (attempt < 3 && ['40001', '40P01'].includes(sqlState(e))) continue;
      throw isLiftgateError(e) ? e : storeError(e);
    }
  }
}

async function once<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  const tx = await db.connect();
  let broken: Error | undefined;
  try {
    await tx.query('BEGIN');
    const result = await work(tx);
    await tx.query('COMMIT');
    return result;
  } catch (e) {
    await tx.query('ROLLBACK').catch((lost: Error) => {
      broken = lost;
    });
    throw e;
  } finally {
    tx.release(broken);
  }
}

/** What an array literal takes without quotes (PostgreSQL, 8.15.6), the word NULL left aside. */
const PLAIN = /^[\w./:-]+$/;

/** An array of texts as PostgreSQL reads it: much cheaper to make than what the driver does with any array. */
export function textArray(values: readonly (string | null)[]): string {
  const quoted = (s: string) => (PLAIN.test(s) && s.length !== 4 ? s : `"${s.replace(/["\\]/g, '\\$&')}"`);
  return `{${values.map((v) => (v === null ? 'NULL' : quoted(v))).join()}}`;
}

/** The same of numbers. */
export function numberArray(values: readonly (number | null)[]): string {
  return `{${values.map((v) => v ?? 'NULL').join()}}`;
}

/** SQLSTATE of an error from the server, else an empty text. */
export function sqlState(e: unknown): string {
  if (e instanceof pg.DatabaseError) return e.code ?? '';
  return isLiftgateError(e) && e.cause !== undefined ? sqlState(e.cause) : '';
}

/** Is it the data's fault (SQLSTATE classes 22 and 23), so that the same data would fail again? */
export function isDataFault(e: unknown): boolean {
  return /^2[23]/.test(sqlState(e));
}

/** Words of the driver for a connection that is lost or was never had; it gives them no code. */
const LOST =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;
const LOST_CODES = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND'];

/** Did a query fail because the server is away? It may go well a little later. */
export function isDatabaseAway(e: unknown): boolean {
  if (e instanceof pg.DatabaseError) return /^(08|57)/.test(e.code ?? '');
  return e instanceof Error && (LOST.test(e.message) || LOST_CODES.includes((e as NodeJS.ErrnoException).code ?? ''));
}

/** Puts an error of the driver into our words. */
export function storeError(e: unknown): LiftgateError {
  if (isLiftgateError(e)) return e;
  const state = sqlState(e);
  const more = { about: 'database', cause: e };
  if (/^28/.test(state)) return new LiftgateError('denied', `the database refused our user: ${messageOf(e)}`, more);
  if (/^3D/.test(state)) return new LiftgateError('config', `${messageOf(e)}; create it first`, more);
  if (/^53[12]/.test(state)) return new LiftgateError('full', `the database is out of room: ${messageOf(e)}`, more);
  if (state === '' || /^(08|53|57|58)/.test(state)) {
    const text = `the database does not answer: ${messageOf(e) || 'connection refused'}`;
    return new LiftgateError('unreachable', text, { ...more, retryAfterMs: 2_000 });
  }
  return new LiftgateError('internal', `the database refused a statement (${state}): ${messageOf(e)}`, more);
}
