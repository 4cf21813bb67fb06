import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type {
  CorrectionItem,
  DayLedger,
  LedgerDay,
  LedgerRange,
  NewCorrection,
} from '../../../protocols/api/ledger.ts';
import { LiftgateError } from '../../../protocols/error.ts';
import { event } from '../../../protocols/event.ts';
import type { FiguresOf } from '../../../protocols/figures.ts';
import { type Correction, type Interval, ledgerOf } from '../../../protocols/ledger.ts';
import { AROUND_MS, rangeOf } from '../../../protocols/ledger-range.ts';
import type { Millis } from '../../../protocols/time.ts';
import { appendOwn, takePlaces } from '../../store/events.ts';
import { type Db, type Queryable, transaction } from '../../store/pool.ts';
import { baysOf, type Work } from './bay.ts';
import { correctionsIn, findCorrection, keepCorrection } from './correction.ts';
import { dateOf, daysOf, type SiteDay } from './day.ts';
import { intervalsIn, keepByHand, openPiece, withOpen } from './interval.ts';

/** What this module asks of its neighbours. */
export interface Beside {
  timezone(site: string): Promise<string>;
  /** When the site was last heard. */
  heard(site: string): Promise<Millis>;
  /** Standard minutes of orders, by id; orders without one are left out. */
  standardMinutes(site: string, orders: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

type Labour = FiguresOf['labour'];
const DAY_MS = 86_400_000;

/** One bay's day: the pieces with their evidence, the figures, and what people put right. */
export async function dayLedger(
  db: Queryable,
  beside: Beside,
  site: string,
  bay: string,
  day: string,
): Promise<DayLedger> {
  const timezone = await beside.timezone(site);
  const work = await workOf(db, site, bay);
  const days = daysOf(timezone, day, day);
  const { from, to } = days[0]!;
  const parts = await partsOf(db, beside, site, new Map([[bay, work]]), days, true, null);
  const { figures } = rangeOf(parts);
  const until = Math.max(from, Math.min(to, parts.until));
  const corrections = await correctionsIn(db, site, { from, to, bay });
  return { bay, day, timezone, from, to, until, pieces: parts.story(bay, from, until), figures, corrections };
}

/** The day of all bays, without figures: what a page draws again and again. */
export async function siteDay(db: Queryable, beside: Beside, site: string, day: string): Promise<LedgerDay> {
  const timezone = await beside.timezone(site);
  const { from, to } = daysOf(timezone, day, day)[0]!;
  const bays = await baysOf(db, site);
  const heard = await beside.heard(site);
  const until = Math.max(from, Math.min(to, heard));
  // The open piece takes its car from the piece before it, which may lie before midnight.
  const known = await intervalsIn(db, site, { from: from - DAY_MS, to, bay: null, evidence: true });
  const told = [...bays].map(([bay, work]) => {
    const closed = known.get(bay) ?? [];
    const open = heard < to ? openPiece(work, closed, heard) : [];
    return { bay, pieces: ledgerOf(withOpen(closed, open), from, until) };
  });
  const corrections = await correctionsIn(db, site, { from, to, bay: null });
  return { day, timezone, from, to, until, bays: told, corrections };
}

/** @throws LiftgateError `not-found` for a bay that is not there */
async function workOf(db: Queryable, site: string, bay: string): Promise<Work | null> {
  const work = (await baysOf(db, site)).get(bay);
  if (work === undefined) throw new LiftgateError('not-found', `site ${site} has no bay ${bay}`, { about: bay });
  return work;
}

/** All bays over some days. @param labour sales and rate of the span, where the caller knows them */
export async function rangeLedger(
  db: Queryable,
  beside: Beside,
  site: string,
  first: string,
  last: string,
  labour: Labour,
): Promise<LedgerRange> {
  const timezone = await beside.timezone(site);
  const days = daysOf(timezone, first, last);
  const parts = await partsOf(db, beside, site, await baysOf(db, site), days, false, labour);
  return { from: first, to: last, timezone, ...rangeOf(parts) };
}

async function partsOf(
  db: Queryable,
  beside: Beside,
  site: string,
  bays: ReadonlyMap<string, Work | null>,
  days: readonly SiteDay[],
  evidence: boolean,
  labour: Labour,
) {
  const span = { from: days[0]!.from - AROUND_MS, to: days.at(-1)!.to + AROUND_MS };
  const one = bays.size === 1 ? [...bays.keys()][0]! : null;
  const known = await intervalsIn(db, site, { ...span, bay: one, evidence });
  const until = await beside.heard(site);
  const all = new Map<string, Interval[]>();
  for (const [bay, work] of bays) {
    const closed = known.get(bay) ?? [];
    const open = until < span.to ? openPiece(work, closed, until) : [];
    all.set(bay, withOpen(closed, open));
  }
  const orders = [...all.values()].flatMap((own) => own.flatMap((i) => i.order ?? []));
  const minutes = await beside.standardMinutes(site, [...new Set(orders)]);
  return {
    bays: [...bays.keys()],
    days,
    until,
    story: (bay: string, from: Millis, to: Millis) => ledgerOf(all.get(bay) ?? [], from, to),
    sold: (wanted: ReadonlySet<string>) => {
      const told = [...wanted].flatMap((o) => minutes.get(o) ?? []);
      return told.length === 0 ? null : told.reduce((n, m) => n + 60 * m, 0);
    },
    labour,
  };
}

/**
 * Takes a correction in, tells the workshop, and lets it rule at once: one transaction.
 * @throws LiftgateError `invalid` where it does not make sense, `not-found` for a bay that is not there
 */
export async function correct(
  db: Db,
  beside: Beside,
  site: string,
  asked: z.infer<typeof NewCorrection>,
  who: string,
  now: Millis,
): Promise<CorrectionItem> {
  const { bay, leaf = null, vin = null, order = null, why } = asked;
  const [from, to] = [whole(asked.from), whole(asked.to)];
  if (from >= to) throw new LiftgateError('invalid', 'expected "from" to be before "to"', { about: 'to' });
  if (to > now)
    throw new LiftgateError('invalid', 'only what has been can be corrected: "to" lies in the future', { about: 'to' });
  if (leaf === null && vin === null && order === null)
    throw new LiftgateError('invalid', 'expected what the time was spent on, the car or the order', { about: 'leaf' });
  await workOf(db, site, bay);
  const correction = `c-${randomUUID()}`;
  const said: Correction = { correction, bay, from, to, leaf, vin, order, who, at: now, why, withdrawn: false };
  await tell(db, beside, site, said, now);
  return await findCorrection(db, site, correction);
}

/** Takes a correction back. @throws LiftgateError `not-found`, `conflict` when that was done already */
export async function withdraw(
  db: Db,
  beside: Beside,
  site: string,
  correction: string,
  why: string,
  who: string,
  now: Millis,
): Promise<CorrectionItem> {
  const known = await findCorrection(db, site, correction);
  if (known.withdrawn)
    throw new LiftgateError('conflict', `correction ${correction} was taken back already`, { about: correction });
  const { bay, from, to, leaf, vin, order } = known;
  await tell(
    db,
    beside,
    site,
    { correction, bay, from, to, leaf, vin, order, who, at: now, why, withdrawn: true },
    now,
  );
  return await findCorrection(db, site, correction);
}

async function tell(db: Db, beside: Beside, site: string, c: Correction, now: Millis): Promise<void> {
  const day = dateOf(await beside.timezone(site), c.from);
  await transaction(db, async (tx) => {
    // The site's log first, as everywhere.
    await takePlaces(tx, site, 0);
    await keepCorrection(tx, site, c);
    await keepByHand(tx, site, c, day);
    await appendOwn(tx, site, [event('liftgate.bay.correction.v1', now, c)], now);
  });
}

function whole(at: Millis): Millis {
  return Math.floor(at / 1_000) * 1_000;
}
