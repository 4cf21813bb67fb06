import { FLEET_LEAST, type FleetPrior } from '../../../protocols/api/flags.ts';
import type { Queryable } from '../../store/pool.ts';

/** So many values of a car make its own middle; fewer say nothing of its kind. */
const LEAST_VALUES = 5;
/** The first values of a series, before anything has changed: a car's own baseline is made of these. */
const BASELINE = 10;

/**
 * Middle and spread of features of cars of one kind, over all sites: each car counts once, with its own baseline, and
 * nothing is told of fewer than `FLEET_LEAST` cars, so that no car can be recognised. Robust: median and 1.4826 × MAD.
 * @param model WMI and characters 4 to 8 of the VIN, a slash, the character of the model year; left out: all kinds
 */
export async function fleetPriors(db: Queryable, model: string | null): Promise<FleetPrior[]> {
  const { rows } = await db.query<FleetPrior>(
    `WITH told AS (
        SELECT DISTINCT ON (vin, flag) vin, flag, data FROM vehicle_flags
        WHERE jsonb_array_length(data -> 'series') >= ${LEAST_VALUES}
          AND ($1::text IS NULL OR substr(vin, 1, 8) || '/' || substr(vin, 10, 1) = $1)
        ORDER BY vin, flag, marked_at DESC
      ), cars AS (
        SELECT substr(vin, 1, 8) || '/' || substr(vin, 10, 1) AS model, flag,
          coalesce(data #>> '{evidence,0,name}', flag) AS feature, data ->> 'unit' AS unit,
          coalesce(
            (SELECT (x ->> 'value')::float8 FROM jsonb_array_elements(data -> 'evidence') x
              WHERE x ->> 'name' = 'own-baseline' LIMIT 1),
            (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY (s ->> 'value')::float8)
              FROM jsonb_array_elements(data -> 'series') WITH ORDINALITY AS t (s, n) WHERE n <= ${BASELINE})) AS value
        FROM told
      ), middle AS (
        SELECT model, flag, feature, unit, count(*)::int AS cars, percentile_cont(0.5) WITHIN GROUP (ORDER BY value) AS median
        FROM cars GROUP BY model, flag, feature, unit HAVING count(*) >= ${FLEET_LEAST}
      )
      SELECT m.model, m.flag, m.feature, m.unit, m.cars, m.median,
        1.4826 * percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(c.value - m.median)) AS spread
      FROM middle m JOIN cars c USING (model, flag, feature, unit)
      GROUP BY m.model, m.flag, m.feature, m.unit, m.cars, m.median ORDER BY m.model, m.flag, m.feature LIMIT 1000`,
    [model],
  );
  return rows;
}
