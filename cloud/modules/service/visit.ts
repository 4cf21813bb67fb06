import type { VehicleStory } from '../../../protocols/api/console.ts';
import type { Millis } from '../../../protocols/time.ts';
import type { LoggedEvent } from '../../store/events.ts';
import type { Queryable, Tx } from '../../store/pool.ts';
import { isLater, type Mark, NEVER } from './newest.ts';

type Of<T extends LoggedEvent['type']> = Extract<LoggedEvent, { type: T }>;

interface Visit {
  readonly visit: string;
  readonly bay: string;
  readonly start: Millis;
  readonly end: Millis | null;
  readonly vin: string | null;
  readonly order: string | null;
  /** The last event that saw it; never: only its car is known so far. */
  readonly seen: Mark;
  /** The first event that named its car. */
  readonly named: Mark | null;
  /** The event that ended it. */
  readonly ended: Mark | null;
  readonly vinBy: Mark;
  readonly orderBy: Mark;
}

/**
 * Keeps the visits as the events of the log so far leave them, whatever the order of their arrival: lanes overtake each
 * other. All but the end is a smallest or a newest of what was told; the end is the first turn of the bay after the
 * visit was seen last, and is asked of the log where it may have changed. Three statements for any number of events.
 */
export async function projectVisits(tx: Tx, site: string, events: readonly LoggedEvent[]): Promise<void> {
  const told = events.filter((e) => e.type === 'liftgate.bay.occupancy.v1' || e.type === 'liftgate.bay.vehicle.v1');
  if (told.length === 0) return;
  const turns = told.filter((e) => e.type === 'liftgate.bay.occupancy.v1').filter(endsOthers);
  const before = await near(tx, site, told, turns);
  const visits = new Map(before);
  for (const e of told) {
    if (e.type === 'liftgate.bay.vehicle.v1') visits.set(e.data.stay, nameCar(visits.get(e.data.stay), e));
    else if (e.data.stay !== null && SEEN.includes(e.data.state))
      visits.set(e.data.stay, seeStay(visits.get(e.data.stay), e.data.stay, e));
  }
  const inDoubt = [...visits.values()].filter(
    (v) => isMoved(before.get(v.visit), v) || turns.some((e) => mayEnd(e, v)),
  );
  for (const { visit, ...end } of await endsOf(tx, site, inDoubt)) {
    const v = visits.get(visit)!;
    visits.set(visit, ended(v, end));
  }
  const changed = [...visits.values()].filter((v) => v !== before.get(v.visit));
  if (changed.length > 0) await write(tx, site, changed);
}

/** A stay begins once the bay counts as occupied: someone who only drives through leaves no visit. */
const SEEN: readonly string[] = ['occupied', 'leaving'];

/** Unknown is not empty: a blind camera ends no visit. */
function endsOthers({ data: { stay, state } }: Of<'liftgate.bay.occupancy.v1'>): boolean {
  return stay !== null || state === 'empty';
}

function seeStay(old: Visit | undefined, visit: string, e: Of<'liftgate.bay.occupancy.v1'>): Visit {
  const { bay, since } = e.data;
  const v = old ?? newVisit(visit, bay, since);
  return { ...v, start: Math.min(v.start, since), seen: isLater(e, v.seen) ? markOf(e) : v.seen };
}

/** Which car it is. It may be known before the stay itself is told; the newest word on each of its names counts. */
function nameCar(old: Visit | undefined, e: Of<'liftgate.bay.vehicle.v1'>): Visit {
  const { bay, stay, vin, order } = e.data;
  const v = old ?? newVisit(stay, bay, e.time);
  const mark = markOf(e);
  return {
    ...v,
    start: Math.min(v.start, e.time),
    named: v.named === null || isLater(v.named, mark) ? mark : v.named,
    ...(vin !== null && isLater(e, v.vinBy) ? { vin, vinBy: mark } : {}),
    ...(order !== null && isLater(e, v.orderBy) ? { order, orderBy: mark } : {}),
  };
}

function newVisit(visit: string, bay: string, start: Millis): Visit {
  const marks = { seen: NEVER, named: null, ended: null, vinBy: NEVER, orderBy: NEVER };
  return { visit, bay, start, end: null, vin: null, order: null, ...marks };
}

const markOf = ({ time, seq }: Mark): Mark => ({ time, seq });

/** After this the first turn of the bay ends the visit. */
function baseOf({ seen, named }: Visit): Mark {
  return seen.seq > 0 ? seen : (named ?? NEVER);
}

/** Might it end elsewhere than before, from what was told of itself? */
function isMoved(old: Visit | undefined, v: Visit): boolean {
  if (!old) return true;
  const [a, b] = [baseOf(old), baseOf(v)];
  return a.time !== b.time || a.seq !== b.seq || old.start !== v.start;
}

function mayEnd(e: Of<'liftgate.bay.occupancy.v1'>, v: Visit): boolean {
  if (e.data.bay !== v.bay || e.data.stay === v.visit || !isLater(e, baseOf(v))) return false;
  return v.ended === null || isLater(v.ended, e);
}

interface End {
  readonly time: Millis | null;
  readonly seq: number | null;
  readonly since: Millis | null;
}

function ended(v: Visit, { time, seq, since }: End): Visit {
  if (time === null || seq === null || since === null) return { ...v, end: null, ended: null };
  return { ...v, end: Math.max(v.start, since), ended: { time, seq } };
}

/** The first turns of their bays after these visits were seen last; nulls where there is none yet. */
async function endsOf(tx: Tx, site: string, visits: readonly Visit[]): Promise<(End & { visit: string })[]> {
  if (visits.length === 0) return [];
  const bases = visits.map(baseOf);
  const { rows } = await tx.query<End & { visit: string }>({
    name: 'visits-end',
    text: `SELECT v.visit, x.time, x.seq, x.since
      FROM unnest($2::text[], $3::text[], $4::int8[], $5::int8[]) AS v (visit, bay, time, seq)
      LEFT JOIN LATERAL (SELECT e.time, e.seq, (e.data ->> 'since')::int8 AS since FROM events e
        WHERE e.site = $1 AND e.subject = 'bay/' || v.bay AND e.type = 'liftgate.bay.occupancy.v1'
          AND (e.time, e.seq) > (v.time, v.seq) AND e.data ->> 'stay' IS DISTINCT FROM v.visit
          AND (e.data ->> 'stay' IS NOT NULL OR e.data ->> 'state' = 'empty')
        ORDER BY e.time, e.seq LIMIT 1) x ON true`,
    values: [
      site,
      visits.map((v) => v.visit),
      visits.map((v) => v.bay),
      bases.map((b) => b.time),
      bases.map((b) => b.seq),
    ],
  });
  return rows;
}

interface Row {
  readonly visit: string;
  readonly bay: string;
  readonly start: Millis;
  readonly end: Millis | null;
  readonly vin: string | null;
  readonly order: string | null;
  /** In the order of the columns. */
  readonly marks: readonly (number | null)[];
}

/** The visits that are spoken of, and those of these bays that a turn may end. */
async function near(
  tx: Tx,
  site: string,
  told: readonly (Of<'liftgate.bay.occupancy.v1'> | Of<'liftgate.bay.vehicle.v1'>)[],
  turns: readonly LoggedEvent[],
): Promise<Map<string, Visit>> {
  const times = turns.map((e) => e.time);
  const { rows } = await tx.query<Row>({
    name: 'visits-before',
    text: `SELECT visit, bay, start_at AS start, end_at AS "end", vin, order_id AS "order", ARRAY[marked_at, marked_seq,
        named_at, named_seq, ended_at, ended_seq, vin_at, vin_seq, order_at, order_seq]::float8[] AS marks
      FROM visits WHERE site = $1 AND (visit = ANY($2)
        OR (bay = ANY($3) AND end_at IS NULL) OR (bay = ANY($3) AND ended_at >= $4 AND marked_at <= $5))`,
    values: [
      site,
      [...new Set(told.flatMap((e) => e.data.stay ?? []))],
      [...new Set(told.map((e) => e.data.bay))],
      times.length === 0 ? null : Math.min(...times),
      times.length === 0 ? null : Math.max(...times),
    ],
  });
  return new Map(rows.map(({ marks, ...v }) => [v.visit, { ...v, ...marksOf(marks) }]));
}

function marksOf([...m]: Row['marks']): Pick<Visit, 'seen' | 'named' | 'ended' | 'vinBy' | 'orderBy'> {
  const mark = (at: number): Mark | null => (m[at] == null ? null : { time: m[at], seq: m[at + 1]! });
  return { seen: mark(0)!, named: mark(2), ended: mark(4), vinBy: mark(6)!, orderBy: mark(8)! };
}

async function write(tx: Tx, site: string, visits: readonly Visit[]): Promise<void> {
  const column = <T>(of: (v: Visit) => T) => visits.map(of);
  const marks = (of: (v: Visit) => Mark | null) => [
    column((v) => of(v)?.time ?? null),
    column((v) => of(v)?.seq ?? null),
  ];
  await tx.query({
    name: 'project-visits',
    text: `INSERT INTO visits (site, visit, bay, start_at, end_at, vin, order_id, marked_at, marked_seq, named_at, named_seq,
        ended_at, ended_seq, vin_at, vin_seq, order_at, order_seq)
      SELECT $1, * FROM unnest($2::text[], $3::text[], $4::int8[], $5::int8[], $6::text[], $7::text[], $8::int8[], $9::int8[],
        $10::int8[], $11::int8[], $12::int8[], $13::int8[], $14::int8[], $15::int8[], $16::int8[], $17::int8[])
      ON CONFLICT (site, visit) DO UPDATE SET start_at = excluded.start_at, end_at = excluded.end_at, vin = excluded.vin,
        order_id = excluded.order_id, marked_at = excluded.marked_at, marked_seq = excluded.marked_seq,
        named_at = excluded.named_at, named_seq = excluded.named_seq, ended_at = excluded.ended_at,
        ended_seq = excluded.ended_seq, vin_at = excluded.vin_at, vin_seq = excluded.vin_seq,
        order_at = excluded.order_at, order_seq = excluded.order_seq`,
    values: [
      site,
      column((v) => v.visit),
      column((v) => v.bay),
      column((v) => v.start),
      column((v) => v.end),
      column((v) => v.vin),
      column((v) => v.order),
      ...marks((v) => v.seen),
      ...marks((v) => v.named),
      ...marks((v) => v.ended),
      ...marks((v) => v.vinBy),
      ...marks((v) => v.orderBy),
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
