import type { VehicleStory } from '../../../protocols/api/console.ts';
import type { Millis } from '../../../protocols/time.ts';
import type { LoggedEvent } from '../../store/events.ts';
import type { Queryable, Tx } from '../../store/pool.ts';

type Of<T extends LoggedEvent['type']> = Extract<LoggedEvent, { type: T }>;

interface Visit {
  readonly visit: string;
  readonly bay: string;
  readonly start: Millis;
  readonly end: Millis | null;
  readonly vin: string | null;
  readonly order: string | null;
  readonly markedAt: Millis;
  readonly markedSeq: number;
}

/** Keeps the visits as the events of a batch leave them, in the order of the log: one look, one write. */
export async function projectVisits(tx: Tx, site: string, events: readonly LoggedEvent[]): Promise<void> {
  const told = events.filter((e) => e.type === 'liftgate.bay.occupancy.v1' || e.type === 'liftgate.bay.vehicle.v1');
  if (told.length === 0) return;
  const named = told.flatMap((e) => e.data.stay ?? []);
  const { rows } = await tx.query<Visit>({
    name: 'visits-before',
    text: `SELECT visit, bay, start_at AS start, end_at AS "end", vin, order_id AS "order", marked_at AS "markedAt",
        marked_seq AS "markedSeq"
      FROM visits WHERE site = $1 AND (visit = ANY($2) OR (bay = ANY($3) AND end_at IS NULL))`,
    values: [site, [...new Set(named)], [...new Set(told.map((e) => e.data.bay))]],
  });
  const before = new Map(rows.map((v) => [v.visit, v]));
  const visits = new Map(before);
  for (const e of told) {
    if (e.type === 'liftgate.bay.vehicle.v1') carOfStay(visits, e);
    else stay(visits, e);
  }
  const changed = [...visits.values()].filter((v) => v !== before.get(v.visit));
  if (changed.length > 0) await write(tx, site, changed);
}

/** A stay begins once the bay counts as occupied: someone who only drives through leaves no visit. */
function stay(visits: Map<string, Visit>, e: Of<'liftgate.bay.occupancy.v1'>): void {
  const { bay, state, stay: visit, since } = e.data;
  const mark = { markedAt: e.time, markedSeq: e.seq };
  if (visit !== null && (state === 'occupied' || state === 'leaving')) {
    const old = visits.get(visit) ?? { visit, bay, start: since, vin: null, order: null, ...NEVER };
    if (isNewer(e, old)) visits.set(visit, { ...old, ...mark, start: Math.min(old.start, since), end: null });
  }
  // Unknown is not empty: a blind camera ends no visit.
  if (visit === null && state !== 'empty') return;
  for (const v of visits.values())
    if (v.bay === bay && v.end === null && v.visit !== visit && isNewer(e, v))
      visits.set(v.visit, { ...v, ...mark, end: Math.max(v.start, since) });
}

/** Which car it is. It may be known before the stay itself is told, since lanes overtake each other. */
function carOfStay(visits: Map<string, Visit>, e: Of<'liftgate.bay.vehicle.v1'>): void {
  const { bay, stay: visit, vin, order } = e.data;
  const old = visits.get(visit) ?? { visit, bay, start: e.time, end: null, vin: null, order: null, ...NEVER };
  visits.set(visit, { ...old, vin: vin ?? old.vin, order: order ?? old.order });
}

const NEVER = { markedAt: 0, markedSeq: 0 } as const;

function isNewer(e: LoggedEvent, { markedAt, markedSeq }: Pick<Visit, 'markedAt' | 'markedSeq'>): boolean {
  return e.time > markedAt || (e.time === markedAt && e.seq > markedSeq);
}

async function write(tx: Tx, site: string, visits: readonly Visit[]): Promise<void> {
  const column = <K extends keyof Visit>(key: K) => visits.map((v) => v[key]);
  await tx.query({
    name: 'project-visits',
    text: `INSERT INTO visits (site, visit, bay, start_at, end_at, vin, order_id, marked_at, marked_seq)
      SELECT $1, * FROM unnest($2::text[], $3::text[], $4::int8[], $5::int8[], $6::text[], $7::text[], $8::int8[], $9::int8[])
      ON CONFLICT (site, visit) DO UPDATE SET start_at = excluded.start_at, end_at = excluded.end_at, vin = excluded.vin,
        order_id = excluded.order_id, marked_at = excluded.marked_at, marked_seq = excluded.marked_seq`,
    values: [
      site,
      column('visit'),
      column('bay'),
      column('start'),
      column('end'),
      column('vin'),
      column('order'),
      column('markedAt'),
      column('markedSeq'),
    ],
  });
}

export async function visitsOf(db: Queryable, site: string, vin: string): Promise<VehicleStory['visits']> {
  const { rows } = await db.query<VehicleStory['visits'][number]>(
    `SELECT visit, bay, start_at AS start, end_at AS "end", order_id AS "order" FROM visits
      WHERE site = $1 AND vin = $2 ORDER BY start_at DESC LIMIT 50`,
    [site, vin],
  );
  return rows;
}
