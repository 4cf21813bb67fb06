import type { Sender } from './letter.ts';
import { numberArray, type Queryable, type Tx } from './pool.ts';

type Run = readonly [from: number, to: number];

/** Numbers as runs without holes, in order: 3 1 2 7 → 1–3, 7–7. */
export function runsOf(numbers: readonly number[]): Run[] {
  const runs: [number, number][] = [];
  for (const n of [...new Set(numbers)].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && last[1] === n - 1) last[1] = n;
    else runs.push([n, n]);
  }
  return runs;
}

/** Adds to what arrived of an epoch. @returns the highest seq below which nothing is missing; 0: not even seq 1 is here. */
export async function markReceived(tx: Tx, from: Sender, epoch: string, runs: readonly Run[]): Promise<number> {
  const ranges = `{${runs.map(([a, b]) => `[${a},${b}]`).join()}}`;
  const { rows } = await tx.query<{ contiguous: number | null }>({
    name: 'mark-received',
    text: `INSERT INTO cursors AS c (site, gateway, epoch, received) VALUES ($1, $2, $3, $4::int8multirange)
      ON CONFLICT (site, gateway, epoch) DO UPDATE SET received = c.received + EXCLUDED.received
      RETURNING (SELECT upper(r) - 1 FROM unnest(received) r WHERE r @> 1::int8) AS contiguous`,
    values: [from.site, from.gateway, epoch, ranges],
  });
  return rows[0]?.contiguous ?? 0;
}

/** How many seqs are missing below the highest that arrived, over all epochs of each gateway: `site/gateway` → count. */
export async function missingOf(db: Queryable, sites: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await db.query<{ key: string; missing: number }>(
    `SELECT c.site || '/' || c.gateway AS key,
        sum(upper(c.received) - 1 - (SELECT sum(upper(r) - lower(r)) FROM unnest(c.received) r))::int8 AS missing
      FROM cursors c WHERE c.site = ANY($1) AND NOT isempty(c.received) GROUP BY 1`,
    [sites],
  );
  return new Map(rows.map((r) => [r.key, r.missing]));
}

/** Which of these seqs are settled already: stored, refused, or told to be lost. */
export async function settledOf(tx: Tx, from: Sender, epoch: string, seqs: readonly number[]): Promise<Set<number>> {
  const { rows } = await tx.query<{ seq: number }>({
    name: 'settled-of',
    text: `SELECT seq FROM unnest($4::int8[]) seq
      WHERE (SELECT received FROM cursors WHERE site = $1 AND gateway = $2 AND epoch = $3) @> seq`,
    values: [from.site, from.gateway, epoch, numberArray(seqs)],
  });
  return new Set(rows.map((r) => r.seq));
}

/** All that has arrived of an epoch, in order; at most so many ranges, the lowest ones. */
export async function receivedOf(
  db: Queryable,
  from: Sender,
  epoch: string,
  most: number,
): Promise<[number, number][]> {
  const { rows } = await db.query<{ low: number; high: number }>(
    `SELECT lower(r) AS low, upper(r) - 1 AS high FROM cursors, unnest(received) r
      WHERE site = $1 AND gateway = $2 AND epoch = $3 LIMIT $4`,
    [from.site, from.gateway, epoch, most],
  );
  return rows.map(({ low, high }) => [low, high]);
}
