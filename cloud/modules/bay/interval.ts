import { type Correction, foldIntervals, type Interval, newerOf, pieceByHand } from '../../../protocols/ledger.ts';
import type { Millis } from '../../../protocols/time.ts';
import type { Projection } from '../../store/ingest.ts';
import type { Queryable, Tx } from '../../store/pool.ts';
import { projectWork, type Work } from './bay.ts';
import { keepCorrection } from './correction.ts';

/** Keeps the ledger as the new events leave it. Events that come late, twice or out of order leave the same. */
export const projectBays: Projection = async (tx, site, events) => {
  const said = events.flatMap((e) => (e.type === 'liftgate.bay.interval.v1' ? [e.data] : []));
  await keepIntervals(tx, site, said);
  await projectWork(tx, site, events);
  for (const e of events) if (e.type === 'liftgate.bay.correction.v1') await keepCorrection(tx, site, e.data);
};

/** Stores what is newer than what is known, in one statement. */
async function keepIntervals(tx: Tx, site: string, said: readonly Interval[]): Promise<void> {
  // Ids are unique in a bay; two bays never share one, but nothing may depend on it.
  const newest = new Map<string, Interval>();
  for (const i of said) newest.set(`${i.bay}/${i.interval}`, newerOf(newest.get(`${i.bay}/${i.interval}`), i));
  const rows = [...newest.values()];
  if (rows.length === 0) return;
  const column = <T>(of: (i: Interval) => T) => rows.map(of);
  await tx.query({
    name: 'keep-intervals',
    text: `INSERT INTO bay_intervals AS b (site, bay, interval_id, version, day, from_at, to_at, leaf, open, stay, visit,
        vin, order_id, rule, evidence, confidence, said_by, said_at, removed, why)
      SELECT $1, * FROM unnest($2::text[], $3::text[], $4::int[], $5::date[], $6::int8[], $7::int8[], $8::text[],
        $9::bool[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::jsonb[], $16::float8[],
        $17::text[], $18::int8[], $19::bool[], $20::text[])
      ON CONFLICT (site, bay, interval_id) DO UPDATE SET version = excluded.version, day = excluded.day,
        from_at = excluded.from_at, to_at = excluded.to_at, leaf = excluded.leaf, open = excluded.open,
        stay = excluded.stay, visit = excluded.visit, vin = excluded.vin, order_id = excluded.order_id,
        rule = excluded.rule, evidence = excluded.evidence, confidence = excluded.confidence,
        said_by = excluded.said_by, said_at = excluded.said_at, removed = excluded.removed, why = excluded.why
      WHERE b.version < excluded.version`,
    values: [
      site,
      column((i) => i.bay),
      column((i) => i.interval),
      column((i) => i.version),
      column((i) => i.day),
      column((i) => i.from),
      column((i) => i.to),
      column((i) => i.leaf),
      column((i) => i.open),
      column((i) => i.stay),
      column((i) => i.visit),
      column((i) => i.vin),
      column((i) => i.order),
      column((i) => i.rule),
      column((i) => JSON.stringify(i.evidence)),
      column((i) => i.confidence),
      column((i) => i.by),
      column((i) => i.at),
      column((i) => i.removed),
      column((i) => i.why),
    ],
  });
}

/** A correction rules at once; the workshop's own word on it, when it comes, is the same piece. */
export async function keepByHand(tx: Tx, site: string, c: Correction, day: string): Promise<void> {
  await keepIntervals(tx, site, [pieceByHand(c, day)]);
}

/** What is known of a time, of all bays or one; without the evidence where only sums are wanted. */
export async function intervalsIn(
  db: Queryable,
  site: string,
  span: { readonly from: Millis; readonly to: Millis; readonly bay: string | null; readonly evidence: boolean },
): Promise<Map<string, Interval[]>> {
  const { rows } = await db.query<Interval>(
    `SELECT bay, interval_id AS interval, version, to_char(day, 'YYYY-MM-DD') AS day, from_at AS "from", to_at AS "to",
        leaf, open, stay, visit, vin, order_id AS "order", rule,
        CASE WHEN $5 THEN evidence ELSE '[]' END AS evidence, confidence, said_by AS "by", said_at AS at, removed, why
      FROM bay_intervals
      WHERE site = $1 AND from_at < $3 AND to_at > $2 AND ($4::text IS NULL OR bay = $4) AND NOT removed
      ORDER BY bay, from_at`,
    [site, span.from, span.to, span.bay, span.evidence],
  );
  return Map.groupBy(rows, (i) => i.bay);
}

/**
 * The piece that is still open, from the newest word on the bay's work: it goes on until the site was last heard.
 * @param known the closed pieces of the bay
 */
export function openPiece(work: Work | null, known: readonly Interval[], until: Millis): Interval[] {
  if (!work?.data.leaf || work.at > until) return [];
  const { bay, leaf, since, stay, rule, open = true } = work.data;
  const engine = known.filter((i) => i.by === 'engine');
  const from = Math.max(Math.floor(since / 1_000) * 1_000, ...engine.map((i) => i.to));
  const last = engine.findLast((i) => i.stay !== null && i.stay === stay);
  if (from >= until) return [];
  return [
    {
      ...{ bay, interval: `${bay}.open`, version: 1, day: '1970-01-01', from, to: until, leaf, open, stay },
      ...{ visit: last?.visit ?? stay, vin: last?.vin ?? null, order: last?.order ?? null, rule, evidence: [] },
      ...{ confidence: null, by: 'engine', at: work.at, removed: false, why: null },
    },
  ];
}

/** Closed pieces and the open one, as one set for the fold. */
export function withOpen(known: readonly Interval[], open: readonly Interval[]): Interval[] {
  return [...foldIntervals(new Map(), [...known, ...open]).values()];
}
