import type { Tx } from '../../store/pool.ts';

/** Why nobody is to be told any more: the readings, a person's word on the flag, a work order. */
export type Withdrawal = 'cleared' | 'flag-dismissed' | 'flag-verified' | 'repaired';

/** Takes back what was not sent yet about these flags of a car; what is being sent this moment cannot be called back. */
export async function withdrawNotices(
  tx: Tx,
  site: string,
  vin: string,
  flags: readonly string[],
  why: Withdrawal,
): Promise<void> {
  await tx.query(
    `UPDATE notices SET state = 'withdrawn', why = $4 WHERE site = $1 AND vin = $2 AND flag = ANY($3)
      AND state IN ('proposed', 'blocked', 'approved')`,
    [site, vin, flags, why],
  );
}
