import type { CorrectionItem } from '../../../protocols/api/ledger.ts';
import { LiftgateError } from '../../../protocols/error.ts';
import type { Correction } from '../../../protocols/ledger.ts';
import type { Millis } from '../../../protocols/time.ts';
import type { Queryable, Tx } from '../../store/pool.ts';

/** Keeps a word on a correction: the correction itself, or its withdrawal; nothing is ever written over. */
export async function keepCorrection(tx: Tx, site: string, c: Correction): Promise<void> {
  const said = [site, c.correction, c.bay, c.from, c.to, c.leaf, c.vin, c.order, c.who, c.at, c.why];
  const columns = 'site, correction, bay, from_at, to_at, leaf, vin, order_id';
  if (c.withdrawn) {
    await tx.query(
      `INSERT INTO bay_corrections AS b (${columns}, withdrawn_who, withdrawn_at, withdrawn_why)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (site, correction) DO UPDATE SET withdrawn_who = $9, withdrawn_at = $10, withdrawn_why = $11
        WHERE b.withdrawn_at IS NULL`,
      said,
    );
    return;
  }
  await tx.query(
    `INSERT INTO bay_corrections AS b (${columns}, who, said_at, why)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
      ON CONFLICT (site, correction) DO UPDATE SET who = $9, said_at = $10, why = $11 WHERE b.said_at IS NULL`,
    said,
  );
}

interface Row extends Omit<CorrectionItem, 'withdrawn'> {
  readonly withdrawnWho: string | null;
  readonly withdrawnAt: Millis | null;
  readonly withdrawnWhy: string | null;
}

const ITEM = `correction, bay, from_at AS "from", to_at AS "to", leaf, vin, order_id AS "order",
  coalesce((SELECT name FROM people p WHERE p.id::text = who), who, '') AS who, coalesce(said_at, 0) AS at,
  coalesce(why, '') AS why,
  coalesce((SELECT name FROM people p WHERE p.id::text = withdrawn_who), withdrawn_who) AS "withdrawnWho",
  withdrawn_at AS "withdrawnAt", withdrawn_why AS "withdrawnWhy"`;

function itemOf({ withdrawnWho, withdrawnAt, withdrawnWhy, ...item }: Row): CorrectionItem {
  const withdrawn = withdrawnAt === null ? null : { who: withdrawnWho!, at: withdrawnAt, why: withdrawnWhy! };
  return { ...item, withdrawn };
}

/** Corrections that speak of a time, newest first, withdrawn ones as well. */
export async function correctionsIn(
  db: Queryable,
  site: string,
  span: { readonly from: Millis; readonly to: Millis; readonly bay: string | null },
): Promise<CorrectionItem[]> {
  const { rows } = await db.query<Row>(
    `SELECT ${ITEM} FROM bay_corrections WHERE site = $1 AND from_at < $3 AND to_at > $2 AND ($4::text IS NULL OR bay = $4)
      ORDER BY said_at DESC NULLS LAST, correction LIMIT 1000`,
    [site, span.from, span.to, span.bay],
  );
  return rows.map(itemOf);
}

/** @throws LiftgateError `not-found` */
export async function findCorrection(db: Queryable, site: string, correction: string): Promise<CorrectionItem> {
  const { rows } = await db.query<Row>(`SELECT ${ITEM} FROM bay_corrections WHERE site = $1 AND correction = $2`, [
    site,
    correction,
  ]);
  if (rows[0]) return itemOf(rows[0]);
  throw new LiftgateError('not-found', `site ${site} has no correction ${correction}`, { about: correction });
}
