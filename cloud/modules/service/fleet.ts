import { FLEET_LEAST, FLEET_LEAST_SITES, type FleetPrior } from '../../../protocols/api/flags.ts';
import { type EventData, event } from '../../../protocols/event.ts';
import { PRIOR_FLAGS } from '../../../protocols/health/flag.ts';
import type { Millis } from '../../../protocols/time.ts';
import { appendOwn, CLOUD, takePlaces } from '../../store/events.ts';
import { type Db, type Queryable, type Tx, transaction } from '../../store/pool.ts';

/** So many values of a car make its own middle; fewer say nothing of its kind. */
const LEAST_VALUES = 5;
/** The first values of a series, before anything has changed: a car's own baseline is made of these. */
const BASELINE = 10;

/** The kind that a car is of: maker, model and engine (VIN 1 to 8), a slash, the character of the model year. */
const KIND = `substr(vin, 1, 8) || '/' || substr(vin, 10, 1)`;

/**
 * Middle and spread of features of cars of one kind, over all sites: each car counts once, with its own baseline, and
 * nothing is told of fewer than `FLEET_LEAST` cars, so that no car can be recognised. Robust: median and 1.4826 × MAD.
 * @param model WMI and characters 4 to 8 of the VIN, a slash, the character of the model year; left out: all kinds
 * @param sites the cars must be of at least so many sites
 */
export async function fleetPriors(db: Queryable, model: string | null, sites = 1): Promise<FleetPrior[]> {
  const { rows } = await db.query<FleetPrior>(
    `WITH told AS (
        SELECT DISTINCT ON (vin, flag) vin, flag, data, site FROM vehicle_flags
        WHERE jsonb_array_length(data -> 'series') >= ${LEAST_VALUES} AND ($1::text IS NULL OR ${KIND} = $1)
        ORDER BY vin, flag, marked_at DESC
      ), cars AS (
        SELECT ${KIND} AS model, flag, site,
          coalesce(data #>> '{evidence,0,name}', flag) AS feature, data ->> 'unit' AS unit,
          coalesce(
            (SELECT (x ->> 'value')::float8 FROM jsonb_array_elements(data -> 'evidence') x
              WHERE x ->> 'name' = 'own-baseline' LIMIT 1),
            (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY (s ->> 'value')::float8)
              FROM jsonb_array_elements(data -> 'series') WITH ORDINALITY AS t (s, n) WHERE n <= ${BASELINE})) AS value
        FROM told
      ), middle AS (
        SELECT model, flag, feature, unit, count(*)::int AS cars, percentile_cont(0.5) WITHIN GROUP (ORDER BY value) AS median
        FROM cars GROUP BY model, flag, feature, unit
        HAVING count(*) >= ${FLEET_LEAST} AND count(DISTINCT site) >= $2
      )
      SELECT m.model, m.flag, m.feature, m.unit, m.cars, m.median,
        1.4826 * percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(c.value - m.median)) AS spread
      FROM middle m JOIN cars c USING (model, flag, feature, unit)
      GROUP BY m.model, m.flag, m.feature, m.unit, m.cars, m.median ORDER BY m.model, m.flag, m.feature LIMIT 10000`,
    [model, sites],
  );
  return rows;
}

type Told = EventData<'liftgate.fleet.prior.v1'>;

/** Kinds of cars that a site is told of, those that it has most of: what a gateway keeps is bounded. */
const MOST_KINDS = 200;
const MOST_FEATURES = 64;
/** Digits that are told: the middle moves a little with each car, and nobody is to see which one came. */
const DIGITS = 3;

/**
 * Tells each site what cars of the kinds that it has, have in common elsewhere: only what changed since it was told last,
 * and by way of its log, so that it reaches the gateways as surely as any fact. What has too few cars or sites by now is
 * taken back. The same again, on any node, tells nothing.
 * @returns the sites that were told something
 */
export async function shareFleet(db: Db, now: Millis): Promise<string[]> {
  const priors = await fleetPriors(db, null, FLEET_LEAST_SITES);
  const known = new Map([...Map.groupBy(priors, (p) => p.model)].map(([model, of]) => [model, tellable(model, of)]));
  const told: string[] = [];
  for (const [site, kinds] of await kindsOfSites(db)) {
    const mine = kinds.flatMap((model) => known.get(model) ?? []).slice(0, MOST_KINDS);
    // Mostly there is nothing new: then nobody waits for the lock of the site.
    if ((await newsFor(db, site, mine)).length === 0) continue;
    if (await transaction(db, (tx) => tell(tx, site, mine, now))) told.push(site);
  }
  return told;
}

function tellable(model: string, priors: readonly FleetPrior[]): Told {
  const asked = priors.filter((p) => (PRIOR_FLAGS as readonly string[]).includes(p.flag)).slice(0, MOST_FEATURES);
  return {
    model,
    features: asked.map(({ flag, feature, unit, median, spread }) => ({
      flag: flag as (typeof PRIOR_FLAGS)[number],
      feature,
      unit,
      median: Number(median.toPrecision(DIGITS)),
      spread: Number(spread.toPrecision(DIGITS)),
    })),
  };
}

/** Kinds of cars by site, the most frequent first; a site that was told of any is among them. */
async function kindsOfSites(db: Db): Promise<Map<string, string[]>> {
  const { rows } = await db.query<{ site: string; model: string }>(
    `SELECT site, ${KIND} AS model FROM vehicles GROUP BY site, ${KIND} ORDER BY site, count(*) DESC, model`,
  );
  return new Map([...Map.groupBy(rows, (r) => r.site)].map(([site, of]) => [site, of.map((r) => r.model)]));
}

async function tell(tx: Tx, site: string, mine: readonly Told[], now: Millis): Promise<boolean> {
  // Under the lock of the site nobody else tells the same.
  await takePlaces(tx, site, 0);
  const news = await newsFor(tx, site, mine);
  const bodies = news.map((data) => event('liftgate.fleet.prior.v1', now, data));
  return (await appendOwn(tx, site, bodies, now)).length > 0;
}

/** What a site was not told yet, and what must be taken back. */
async function newsFor(db: Queryable, site: string, mine: readonly Told[]): Promise<Told[]> {
  const { rows } = await db.query<{ data: Told }>(
    `SELECT DISTINCT ON (subject) data FROM events
      WHERE site = $1 AND gateway = '${CLOUD}' AND type = 'liftgate.fleet.prior.v1' ORDER BY subject, id DESC`,
    [site],
  );
  const before = new Map(rows.map(({ data }) => [data.model, data]));
  const gone = [...before.keys()].filter((model) => !mine.some((t) => t.model === model));
  return [...mine, ...gone.map((model): Told => ({ model, features: [] }))].filter(
    (t) => featuresText(before.get(t.model)) !== featuresText(t),
  );
}

/** The database keeps the fields of an object in an order of its own. */
function featuresText(told: Told | undefined): string {
  return (told?.features ?? []).map((f) => [f.flag, f.feature, f.unit, f.median, f.spread].join()).join(';');
}
