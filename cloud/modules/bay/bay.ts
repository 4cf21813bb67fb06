import type { EventData } from '../../../protocols/event.ts';
import type { Millis } from '../../../protocols/time.ts';
import type { LoggedEvent } from '../../store/events.ts';
import type { Queryable, Tx } from '../../store/pool.ts';

/** What a bay's time is spent on now, as its gateway said last. */
export interface Work {
  readonly at: Millis;
  readonly data: EventData<'liftgate.bay.work.v1'>;
}

/** Keeps the site's bays in the order of its wall, and the newest word on the work of each. */
export async function projectWork(tx: Tx, site: string, events: readonly LoggedEvent[]): Promise<void> {
  const layouts = events.filter((e) => e.type === 'liftgate.site.layout.v1');
  const layout = layouts.toSorted((a, b) => a.time - b.time).at(-1);
  if (layout) {
    await tx.query(
      // An older layout that arrives late is no news: the site was told already.
      `INSERT INTO bays (site, bay, place) SELECT $1, * FROM unnest($2::text[]) WITH ORDINALITY
          WHERE (SELECT told_at FROM sites WHERE site = $1) <= $3
        ON CONFLICT (site, bay) DO UPDATE SET place = excluded.place`,
      [site, layout.data.bays.map((b) => b.bay), layout.time],
    );
  }
  const newest = new Map<string, Extract<LoggedEvent, { type: 'liftgate.bay.work.v1' }>>();
  for (const e of events) {
    if (e.type !== 'liftgate.bay.work.v1') continue;
    const known = newest.get(e.data.bay);
    if (!known || e.time > known.time || (e.time === known.time && e.seq > known.seq)) newest.set(e.data.bay, e);
  }
  if (newest.size === 0) return;
  const told = [...newest.values()];
  await tx.query({
    name: 'project-work',
    text: `INSERT INTO bays AS b (site, bay, work, marked_at, marked_seq)
      SELECT $1, * FROM unnest($2::text[], $3::jsonb[], $4::int8[], $5::int8[])
      ON CONFLICT (site, bay) DO UPDATE SET work = excluded.work, marked_at = excluded.marked_at,
        marked_seq = excluded.marked_seq
      WHERE (b.marked_at, b.marked_seq) < (excluded.marked_at, excluded.marked_seq)`,
    values: [
      site,
      told.map((e) => e.data.bay),
      told.map((e) => JSON.stringify(e.data)),
      told.map((e) => e.time),
      told.map((e) => e.seq),
    ],
  });
}

/** The bays of a site with what they are at, in the order of the wall. */
export async function baysOf(db: Queryable, site: string): Promise<Map<string, Work | null>> {
  const { rows } = await db.query<{ bay: string; work: Work['data'] | null; at: Millis }>(
    'SELECT bay, work, marked_at AS at FROM bays WHERE site = $1 AND place IS NOT NULL ORDER BY place, bay',
    [site],
  );
  return new Map(rows.map(({ bay, work, at }) => [bay, work && { at, data: work }]));
}
