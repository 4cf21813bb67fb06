import type { FlagOutcome } from '../../../protocols/api/flags.ts';
import type { Queryable } from '../../store/pool.ts';

const Z = 1.959964;

/**
 * A share with its 95 % interval: p̃ ± w with p̃ = (p + z²/2n) ÷ (1 + z²/n) and w = z ÷ (1 + z²/n) · √(p(1−p)/n + z²/4n²).
 * Honest at small n, where the plain interval shrinks to nothing (Wilson 1927, J. Am. Stat. Assoc. 22:209).
 * @returns null when n is 0
 */
function shareOf(right: number, n: number): FlagOutcome['precision'] {
  if (n === 0) return null;
  const p = right / n;
  const scale = 1 + Z ** 2 / n;
  const middle = (p + Z ** 2 / (2 * n)) / scale;
  const half = (Z / scale) * Math.sqrt((p * (1 - p)) / n + Z ** 2 / (4 * n ** 2));
  return { value: p, low: Math.max(0, middle - half), high: Math.min(1, middle + half), n };
}

/** How right the raised flags of a site were, by flag; a case that nobody looked into counts for nothing. */
export async function outcomesOf(db: Queryable, site: string): Promise<FlagOutcome[]> {
  const { rows } = await db.query<Omit<FlagOutcome, 'precision'>>(
    `SELECT flag, count(*)::int AS raised,
        count(*) FILTER (WHERE closed_at IS NULL)::int AS open,
        count(*) FILTER (WHERE outcome = 'repaired')::int AS repaired,
        count(*) FILTER (WHERE outcome = 'found-fine')::int AS "foundFine",
        count(*) FILTER (WHERE state = 'dismissed' AND outcome IS NULL)::int AS "notLooked",
        (SELECT count(*)::int FROM flag_acts a JOIN flag_cases k ON k.site = a.site AND k.id = a.case_id
          WHERE a.site = $1 AND a.act = 'missed' AND k.flag = c.flag) AS missed
      FROM flag_cases c WHERE site = $1 AND raised_at IS NOT NULL GROUP BY flag ORDER BY flag`,
    [site],
  );
  return rows.map((r) => ({ ...r, precision: shareOf(r.repaired, r.repaired + r.foundFine) }));
}
