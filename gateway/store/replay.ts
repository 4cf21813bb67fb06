import { PRIORITIES } from '../../protocols/signal.ts';
import type { Db } from './db.ts';

/**
 * Puts events back into the outbox: they go up again, and the cloud knows those that it has. What was refused is no dead
 * letter any more, until it is refused again.
 * @param rows `FROM event e WHERE e.seq BETWEEN ? AND ? …`
 * @returns how many
 */
export function putBack(db: Db, rows: string, range: readonly [number, number]): number {
  return db
    .transaction(() => {
      // What was given up counts as dropped, all else that is not queued as acknowledged.
      const oversize = db
        .prepare<[number, number], { rank: number; n: number }>(
          `SELECT e.rank, count(*) AS n ${rows}
           AND e.seq IN (SELECT seq FROM dead_letter WHERE verdict = 'oversize') AND e.seq NOT IN (SELECT seq FROM outbox)
           GROUP BY e.rank`,
        )
        .all(...range);
      const again = db
        .prepare(`INSERT OR IGNORE INTO outbox (seq, lane) SELECT e.seq, CASE e.rank WHEN 3 THEN 0 ELSE 1 END ${rows}`)
        .run(...range).changes;
      db.prepare('DELETE FROM dead_letter WHERE seq IN (SELECT seq FROM outbox)').run();
      db.prepare('UPDATE log SET acknowledged = acknowledged - ?, queued = queued + ?').run(again, again);
      const uncount = db.prepare("UPDATE dropped SET count = count - ? WHERE class = ? AND reason = 'oversize'");
      for (const { rank, n } of oversize) {
        uncount.run(n, PRIORITIES[rank]!);
        db.prepare('UPDATE log SET dropped = dropped - ?, acknowledged = acknowledged + ?').run(n, n);
      }
      return again;
    })
    .immediate();
}

/** The rows of what the cloud refused. */
export const DEAD_ROWS = 'FROM event e WHERE e.seq BETWEEN ? AND ? AND e.seq IN (SELECT seq FROM dead_letter)';
