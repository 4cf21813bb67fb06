import type { Millis } from '../../protocols/time.ts';
import type { Db } from './pool.ts';

/** Rows of a site's log that one statement looks at. */
const SLICE = 5_000;

/** Live values are the bulk of a log, and the newest of each car stand elsewhere. Nothing else is ever forgotten. */
const BULK = 'liftgate.vehicle.readings.v1';

/** Removes live values that came in before then, slice by slice from where the last time ended. */
export async function forgetOldReadings(db: Db, before: Millis, signal: AbortSignal): Promise<number> {
  const { rows: sites } = await db.query<{ site: string }>('SELECT site FROM sites ORDER BY site');
  let removed = 0;
  for (const { site } of sites) {
    for (let full = true; full && !signal.aborted; ) {
      const { rows } = await db.query<{ looked: number; removed: number }>(
        `WITH slice AS (SELECT e.id, e.type FROM sites s JOIN events e ON e.site = s.site AND e.id > s.swept_event
            WHERE s.site = $1 AND e.received_at < $2 ORDER BY e.id LIMIT ${SLICE}),
          gone AS (DELETE FROM events WHERE site = $1 AND id IN (SELECT id FROM slice WHERE type = $3) RETURNING 1),
          moved AS (UPDATE sites SET swept_event = (SELECT max(id) FROM slice)
            WHERE site = $1 AND EXISTS (SELECT 1 FROM slice))
        SELECT (SELECT count(*)::int FROM slice) AS looked, (SELECT count(*)::int FROM gone) AS removed`,
        [site, before, BULK],
      );
      removed += rows[0]!.removed;
      full = rows[0]!.looked === SLICE;
    }
  }
  return removed;
}
