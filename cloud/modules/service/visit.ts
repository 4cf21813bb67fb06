import type { VehicleStory } from '../../../protocols/api/console.ts';
import type { LoggedEvent } from '../../store/events.ts';
import type { Queryable, Tx } from '../../store/pool.ts';

type Of<T extends LoggedEvent['type']> = Extract<LoggedEvent, { type: T }>;

/** A stay begins once the bay counts as occupied: someone who only drives through leaves no visit. */
export async function projectStay(tx: Tx, site: string, e: Of<'liftgate.bay.occupancy.v1'>): Promise<void> {
  const { bay, state, stay, since } = e.data;
  if (stay !== null && (state === 'occupied' || state === 'leaving')) {
    await tx.query(
      `INSERT INTO visits AS v (site, visit, bay, start_at, marked_at, marked_seq) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (site, visit) DO UPDATE SET start_at = least(v.start_at, $4), end_at = NULL, marked_at = $5,
          marked_seq = $6 WHERE (v.marked_at, v.marked_seq) < ($5, $6)`,
      [site, stay, bay, since, e.time, e.seq],
    );
  }
  // Unknown is not empty: a blind camera ends no visit.
  if (stay === null && state !== 'empty') return;
  await tx.query(
    `UPDATE visits SET end_at = greatest(start_at, $4), marked_at = $5, marked_seq = $6
      WHERE site = $1 AND bay = $2 AND end_at IS NULL AND visit <> $3 AND (marked_at, marked_seq) < ($5, $6)`,
    [site, bay, stay ?? '', since, e.time, e.seq],
  );
}

/** Which car it is. It may be known before the stay itself is told, since lanes overtake each other. */
export async function projectCarOfStay(tx: Tx, site: string, e: Of<'liftgate.bay.vehicle.v1'>): Promise<void> {
  const { bay, stay, vin, order } = e.data;
  await tx.query(
    `INSERT INTO visits AS v (site, visit, bay, start_at, vin, order_id) VALUES ($1, $2, $3, $4, $5, $6)
      ON CONFLICT (site, visit) DO UPDATE SET vin = coalesce($5, v.vin), order_id = coalesce($6, v.order_id)`,
    [site, stay, bay, e.time, vin, order],
  );
}

export async function visitsOf(db: Queryable, site: string, vin: string): Promise<VehicleStory['visits']> {
  const { rows } = await db.query<VehicleStory['visits'][number]>(
    `SELECT visit, bay, start_at AS start, end_at AS "end", order_id AS "order" FROM visits
      WHERE site = $1 AND vin = $2 ORDER BY start_at DESC LIMIT 50`,
    [site, vin],
  );
  return rows;
}
