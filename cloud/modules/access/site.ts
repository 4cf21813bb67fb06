import type { SiteNames, SiteSummary } from '../../../protocols/api/console.ts';
import type { EventData, OpeningHours } from '../../../protocols/event.ts';
import type { Millis } from '../../../protocols/time.ts';
import { missingOf } from '../../store/cursors.ts';
import type { Projection } from '../../store/ingest.ts';
import { numbersOf } from '../../store/numbers.ts';
import type { Queryable } from '../../store/pool.ts';

/** Name and zone of a site are what its gateway's configuration says; the newest word counts. */
export const projectSites: Projection = async (tx, site, events) => {
  const told = events.filter((e) => e.type === 'liftgate.site.layout.v1');
  const layout = told.toSorted((a, b) => a.time - b.time).at(-1);
  if (!layout) return;
  const { name, timezone, bays, devices, hours = null } = layout.data;
  await tx.query(
    'UPDATE sites SET name = $2, timezone = $3, told_at = $4, layout = $5 WHERE site = $1 AND told_at <= $4',
    [site, name, timezone, layout.time, JSON.stringify({ bays, devices, hours })],
  );
};

/** Ids of all sites, or of those in `among` that exist. */
export async function siteIds(db: Queryable, among: readonly string[] | null): Promise<string[]> {
  const { rows } = await db.query<{ site: string }>(
    'SELECT site FROM sites WHERE $1::text[] IS NULL OR site = ANY($1) ORDER BY site',
    [among],
  );
  return rows.map((r) => r.site);
}

export async function timezoneOf(db: Queryable, site: string): Promise<{ name: string; timezone: string }> {
  const { rows } = await db.query<{ name: string; timezone: string }>(
    'SELECT name, timezone FROM sites WHERE site = $1',
    [site],
  );
  return rows[0] ?? { name: site, timezone: 'UTC' };
}

/** What the bays and devices of a site are called; none while its gateway has said nothing. */
export async function namesOf(db: Queryable, site: string): Promise<SiteNames> {
  const { rows } = await db.query<{ layout: Pick<EventData<'liftgate.site.layout.v1'>, 'bays' | 'devices'> | null }>(
    'SELECT layout FROM sites WHERE site = $1',
    [site],
  );
  const { bays, devices } = rows[0]?.layout ?? { bays: [], devices: [] };
  return {
    bays: bays.map(({ bay, name }) => ({ bay, name })),
    devices: devices.map(({ device, name }) => ({ device, name })),
  };
}

/** When a site is open (null: its gateway has not told), and how many cars it can work on at once. */
export async function openingOf(db: Queryable, site: string): Promise<Opening> {
  const { rows } = await db.query<Opening>(
    `SELECT timezone, layout -> 'hours' AS hours, coalesce(jsonb_array_length(layout -> 'bays'), 0) AS bays
      FROM sites WHERE site = $1`,
    [site],
  );
  return rows[0] ?? { timezone: 'UTC', hours: null, bays: 0 };
}

interface Opening {
  readonly timezone: string;
  readonly hours: OpeningHours | null;
  readonly bays: number;
}

/** When any gateway of the site was last heard; 0: never. */
export async function lastHeard(db: Queryable, site: string): Promise<Millis> {
  const { rows } = await db.query<{ at: Millis | null }>(
    'SELECT max(last_sync_at) AS at FROM gateways WHERE site = $1',
    [site],
  );
  return rows[0]?.at ?? 0;
}

export async function listSites(db: Queryable, ids: readonly string[], now: Millis): Promise<SiteSummary[]> {
  const { rows } = await db.query<Omit<SiteSummary, 'gateways'>>(
    'SELECT site, name, timezone FROM sites WHERE site = ANY($1) ORDER BY name, site',
    [ids],
  );
  const counted = await numbersOf(db, ids, now);
  const missing = await missingOf(db, ids);
  return rows.map((s) => ({
    ...s,
    gateways: counted
      .filter((g) => g.site === s.site)
      .map(({ site, gateway, lastSyncAt, ...numbers }) => ({
        gateway,
        lastSyncAt,
        behind: missing.get(`${site}/${gateway}`) ?? 0,
        numbers,
      })),
  }));
}
