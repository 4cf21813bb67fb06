import type { Millis } from '../../../protocols/time.ts';
import { type Db, type Queryable, type Tx, transaction } from '../../store/pool.ts';
import type { Letter } from './mail.ts';
import { nextTry, type Outcome } from './rules.ts';

/** A message on its way. What it says is known to who wrote it (`ref`); here is when and how often. */
export interface Job {
  readonly site: string;
  readonly key: string;
  readonly ref: string;
  readonly attempts: number;
  readonly expiresAt: Millis;
}

/** Who knows what the messages say, and wants to know how they ended. */
export interface Content {
  prepare(tx: Tx, job: Job, now: Millis): Promise<{ letter: Letter } | { later: Millis } | { drop: string }>;
  settled(tx: Tx, job: Job, outcome: 'sent' | 'failed', why: string | null, now: Millis): Promise<void>;
}

/** A `sending` job this old was left by a node that died: nobody can tell whether it went out. */
const LOST_MS = 10 * 60_000;

/** Puts a message on its way. False: one with this key was sent, failed for good, or is being sent. */
export async function enqueue(
  tx: Tx,
  job: { site: string; key: string; ref: string; runAfter: Millis; expiresAt: Millis },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `INSERT INTO outbox AS o (site, key, channel, ref, run_after, expires_at) VALUES ($1, $2, 'email', $3, $4, $5)
      ON CONFLICT (site, key) DO UPDATE SET ref = $3, state = 'waiting', run_after = $4, expires_at = $5, attempts = 0,
        last_error = NULL WHERE o.state IN ('dropped', 'waiting')`,
    [job.site, job.key, job.ref, job.runAfter, job.expiresAt],
  );
  return rowCount === 1;
}

/**
 * Takes one message that is due, and commits that it is being sent before anything leaves.
 * @returns null when none is due; `letter` null when it was put off or dropped, and the next one may be asked for.
 */
export async function claim(
  db: Db,
  content: Content,
  now: Millis,
): Promise<{ job: Job; letter: Letter | null } | null> {
  return await transaction(db, async (tx) => {
    const { rows } = await tx.query<Job>(
      `SELECT site, key, ref, attempts, expires_at AS "expiresAt" FROM outbox
        WHERE state = 'waiting' AND run_after <= $1 ORDER BY run_after LIMIT 1 FOR UPDATE SKIP LOCKED`,
      [now],
    );
    const job = rows[0];
    if (!job) return null;
    const ready = job.expiresAt <= now ? { drop: 'expired' } : await content.prepare(tx, job, now);
    if ('letter' in ready) {
      await set(tx, job, `state = 'sending', claimed_at = $3, attempts = attempts + 1`, now);
      return { job: { ...job, attempts: job.attempts + 1 }, letter: ready.letter };
    }
    if ('later' in ready) await set(tx, job, 'run_after = $3', ready.later);
    else await set(tx, job, `state = 'dropped', last_error = $3`, ready.drop);
    return { job, letter: null };
  });
}

/** Writes down how a try ended; what may succeed later waits for its next try, as long as it is news. */
export async function settle(db: Db, content: Content, job: Job, outcome: Outcome, now: Millis): Promise<void> {
  await transaction(db, async (tx) => {
    if (outcome.kind === 'sent') {
      await set(tx, job, `state = 'sent', last_error = $3`, null);
      return await content.settled(tx, job, 'sent', null, now);
    }
    const again = nextTry(now, job.attempts);
    if (outcome.kind === 'again' && again < job.expiresAt) {
      await set(tx, job, `state = 'waiting', last_error = $3`, outcome.why);
      return await set(tx, job, 'run_after = $3', again);
    }
    await set(tx, job, `state = 'failed', last_error = $3`, outcome.why);
    const why = outcome.kind === 'unsure' ? `it is not known whether it was sent: ${outcome.why}` : outcome.why;
    return await content.settled(tx, job, 'failed', why, now);
  });
}

/** Reports what a dead node left half-sent; it is not sent again. */
export async function settleLost(db: Db, content: Content, now: Millis): Promise<void> {
  const { rows } = await db.query<Job>(
    `SELECT site, key, ref, attempts, expires_at AS "expiresAt" FROM outbox WHERE state = 'sending' AND claimed_at <= $1`,
    [now - LOST_MS],
  );
  for (const job of rows)
    await settle(db, content, job, { kind: 'unsure', why: 'the cloud stopped while sending' }, now);
}

/** How many messages wait to be sent. */
export async function waitingCount(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ n: number }>(`SELECT count(*)::int AS n FROM outbox WHERE state = 'waiting'`);
  return rows[0]!.n;
}

async function set(tx: Tx, { site, key }: Job, change: string, value: unknown): Promise<void> {
  await tx.query(`UPDATE outbox SET ${change} WHERE site = $1 AND key = $2`, [site, key, value]);
}
