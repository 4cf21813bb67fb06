import { z } from 'zod';
import { Id, LEAVES, Leaf, Vin } from '../event.ts';
import { EVIDENCE_GROUPS } from '../signal.ts';
import { Millis } from '../time.ts';

/**
 * The ledger of the bays, as the cloud tells it to the console (`/v1/…`, signed in) and the gateway to its site page
 * (`/site/api/…`, works without the Internet; the last three days and today). The answers are the same.
 * Times are milliseconds UTC, durations whole seconds; a ratio is a number (1 = 100 %), null where it is not known.
 */

/** A piece of the finished ledger: no other piece of its bay overlaps it. */
const LedgerPiece = z.strictObject({
  bay: Id,
  interval: z.string(),
  version: z.int().min(1),
  from: Millis,
  to: Millis,
  leaf: Leaf,
  /** Open hours of the shift calendar. */
  open: z.boolean(),
  stay: z.string().nullable(),
  visit: z.string().nullable(),
  vin: Vin.nullable(),
  order: z.string().nullable(),
  rule: z.string(),
  evidence: z.array(
    z.strictObject({
      group: z.enum(EVIDENCE_GROUPS),
      device: Id,
      says: z.enum(['present', 'absent', 'unknown']),
      at: Millis,
    }),
  ),
  confidence: z.number().nullable(),
  by: z.enum(['engine', 'person']),
  at: Millis,
  why: z.string().nullable(),
});

const Count = z.int().min(0);
const perLeaf = <T extends z.ZodType>(value: T) => z.record(z.enum(LEAVES), value);

/** See `LossTree` in protocols/ledger.ts; seconds. */
const LossTreeItem = z.strictObject({
  calendar: Count,
  missing: z.int(),
  closed: Count,
  open: Count,
  blocked: Count,
  available: Count,
  unknown: Count,
  empty: Count,
  occupied: Count,
  waiting: Count,
  leaves: perLeaf(Count),
});

const Spread = z.strictObject({ count: Count, p50: Count.nullable(), p90: Count.nullable() });
const Ratio = z.number().min(0).nullable();

/** The figures of some bays over some days; see protocols/figures.ts for each formula. */
const LedgerFigures = z.strictObject({
  tree: LossTreeItem,
  /** Percent of the open time, one decimal; the leaves add up to 100.0 (all 0 where nothing was open). */
  percent: perLeaf(z.number()),
  timeUtil: z.strictObject({
    value: Ratio,
    low: Ratio,
    high: Ratio,
    coverage: Ratio,
    /** Available bay-hours. */
    hours: z.number().min(0),
  }),
  billedUtil: Ratio,
  /** Null unless `labourSales` and `labourRate` were given; `hours` (bay-hours) is what it was divided by. */
  facilityUtil: z.strictObject({ value: Ratio, hours: z.number().min(0) }).nullable(),
  turnover: Ratio,
  /** Visits that ended in the span; a car that moved between the bays is one. */
  visits: Count,
  /** Days with open hours. */
  openDays: Count,
  dwell: Spread,
  /** From arrival in the bay to the first value-adding work. */
  waitBeforeStart: Spread,
});

/** `GET /v1/corrections?site=&bay=&from=&to=`, newest first. */
export const CorrectionItem = z.strictObject({
  correction: Id,
  bay: Id,
  from: Millis,
  to: Millis,
  leaf: Leaf.nullable(),
  vin: Vin.nullable(),
  order: z.string().nullable(),
  who: z.string(),
  at: Millis,
  why: z.string(),
  withdrawn: z.strictObject({ who: z.string(), at: Millis, why: z.string() }).nullable(),
});
export type CorrectionItem = z.infer<typeof CorrectionItem>;

/** `GET /v1/bays/{bay}/ledger?site=&day=YYYY-MM-DD`, on site `GET /site/api/bays/{bay}/ledger?day=`. */
export const DayLedger = z.strictObject({
  bay: Id,
  day: z.iso.date(),
  timezone: z.string(),
  /** Bounds of the site-local day. */
  from: Millis,
  to: Millis,
  /** Up to here the ledger is told; the last piece may still be open. */
  until: Millis,
  pieces: z.array(LedgerPiece),
  figures: LedgerFigures,
  corrections: z.array(CorrectionItem),
});
export type DayLedger = z.infer<typeof DayLedger>;

/** `GET /v1/ledger/day?site=&day=YYYY-MM-DD`, on site `GET /site/api/ledger/day?day=`: the pieces of all bays, in the order of the wall. */
export const LedgerDay = z.strictObject({
  day: z.iso.date(),
  timezone: z.string(),
  from: Millis,
  to: Millis,
  until: Millis,
  bays: z.array(z.strictObject({ bay: Id, pieces: z.array(LedgerPiece) })),
  /** Of all bays, newest first. */
  corrections: z.array(CorrectionItem),
});
export type LedgerDay = z.infer<typeof LedgerDay>;

/** `GET /v1/ledger?site=&from=YYYY-MM-DD&to=YYYY-MM-DD` (whole days, both included, at most 92), on site the same path under `/site/api`. */
export const LedgerRange = z.strictObject({
  from: z.iso.date(),
  to: z.iso.date(),
  timezone: z.string(),
  bays: z.array(
    z.strictObject({
      bay: Id,
      figures: LedgerFigures,
      days: z.array(z.strictObject({ day: z.iso.date(), figures: LedgerFigures })),
    }),
  ),
  /** All bays together. */
  figures: LedgerFigures,
});
export type LedgerRange = z.infer<typeof LedgerRange>;

/**
 * `POST /v1/corrections?site=`; on site `POST /site/api/corrections` with `who` (initials). `leaf` null or left out:
 * only the car or the order is put right. Whole seconds are taken of `from` and `to`; `to` may not lie in the future.
 */
export const NewCorrection = z.strictObject({
  bay: Id,
  from: Millis,
  to: Millis,
  leaf: Leaf.nullish(),
  vin: Vin.nullish(),
  order: z.string().min(1).max(64).nullish(),
  why: z.string().trim().min(1, 'say why').max(400),
});
/** `POST /v1/corrections/{correction}/withdraw?site=`; on site `POST /site/api/corrections/{correction}/withdraw` with `who`. */
export const Withdrawal = z.strictObject({ why: z.string().trim().min(1, 'say why').max(400) });
/** On site people have one password: they say who they are, as shortly as will do. */
export const Initials = z.string().trim().min(1, 'your initials').max(12);
