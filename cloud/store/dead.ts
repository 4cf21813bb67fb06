import type { DeadLetterItem } from '../../protocols/api/console.ts';
import { LiftgateError } from '../../protocols/error.ts';
import type { Millis } from '../../protocols/time.ts';
import type { Sender } from './letter.ts';
import { type Page, type PageAsk, pageOf, startOf } from './page.ts';
import type { Queryable, Tx } from './pool.ts';

interface DeadRow extends Omit<DeadLetterItem, 'body'> {
  readonly body: Buffer;
}

const ITEM = `id::text, site, gateway, epoch, seq, verdict, reason, received_at AS "receivedAt",
  replayed_at AS "replayedAt", body`;

/** The bytes as text: whoever looks at a dead letter wants to see what came, not only what we understood. */
function itemOf({ body, ...row }: DeadRow): DeadLetterItem {
  return { ...row, body: body.toString('utf8') };
}

/** What gateways sent and was not stored, newest first. */
export async function listDead(db: Queryable, sites: readonly string[], ask: PageAsk): Promise<Page<DeadLetterItem>> {
  const [at, id] = startOf(ask);
  const { rows } = await db.query<DeadRow>(
    `SELECT ${ITEM} FROM dead_letters d WHERE site = ANY($1)
      AND ($2::int8 IS NULL OR (received_at, d.id) < ($2, $3::int8)) ORDER BY received_at DESC, d.id DESC LIMIT $4`,
    [sites, at, id, ask.limit + 1],
  );
  return pageOf(rows, ask, (d) => [d.receivedAt, d.id], itemOf);
}

/** @throws LiftgateError `not-found` */
export async function findDead(db: Queryable, sites: readonly string[], id: string): Promise<DeadLetterItem> {
  const { rows } = await db.query<DeadRow>(`SELECT ${ITEM} FROM dead_letters d WHERE d.id = $1 AND site = ANY($2)`, [
    id,
    sites,
  ]);
  if (rows[0]) return itemOf(rows[0]);
  throw new LiftgateError('not-found', `there is no dead letter ${id}`, { about: id });
}

export async function markReplayed(db: Queryable, id: string, now: Millis): Promise<void> {
  await db.query('UPDATE dead_letters SET replayed_at = $2 WHERE id = $1', [id, now]);
}

/** The gateway sent them once more, and they were stored. */
export async function markUnderstood(
  tx: Tx,
  { site, gateway, epoch }: Sender & { readonly epoch: string },
  seqs: readonly number[],
  now: Millis,
): Promise<void> {
  await tx.query(
    `UPDATE dead_letters SET replayed_at = $5 WHERE site = $1 AND gateway = $2 AND epoch = $3 AND seq = ANY($4)
      AND verdict = 'rejected' AND replayed_at IS NULL`,
    [site, gateway, epoch, seqs, now],
  );
}

export async function deadCount(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM dead_letters WHERE replayed_at IS NULL',
  );
  return rows[0]!.n;
}
