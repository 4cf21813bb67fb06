import { randomUUID } from 'node:crypto';
import { Temporal } from 'temporal-polyfill';
import type { GatewayConfig } from '../config/schema.ts';
import type { CorrectionItem, DayLedger, LedgerDay, LedgerRange } from '../protocols/api/ledger.ts';
import { LiftgateError } from '../protocols/error.ts';
import type { Correction } from '../protocols/ledger.ts';
import { rangeOf } from '../protocols/ledger-range.ts';
import type { Clock, Millis } from '../protocols/time.ts';
import { calendarOf, type Day } from './domain/calendar.ts';
import { byHand } from './domain/corrections.ts';
import type { Input } from './domain/engine.ts';
import { keptFrom, storyOf } from './domain/ledger.ts';
import { bayState, type EngineState } from './domain/state.ts';
import type { LedgerDesk } from './http/ledger.ts';
import type { Store } from './store/store.ts';

/**
 * The ledger as the site page sees it: from the engine's own memory, so it is alive without the cloud; the days that may
 * still be amended and today. A correction goes into the journal and from there to the cloud, like all that happens here.
 */
export function ledgerDesk(
  store: Pick<Store<EngineState, Input>, 'journal'>,
  config: Pick<GatewayConfig, 'site' | 'bays' | 'shift'>,
  clock: Clock,
): LedgerDesk {
  const { timezone } = config.site;
  const calendar = calendarOf(timezone, config.shift);
  const bays = config.bays.map((b) => b.id);
  const state = () => store.journal.state();
  /** Up to here time has passed for the engine. */
  const until = () => state().tick;

  const story = (bay: string, from: Millis, to: Millis) => {
    const { track } = bayState(state(), bay);
    return track && from < to
      ? storyOf(bay, track, calendar, byHand(calendar, state().corrections, bay), { from, to }, until())
      : [];
  };
  const partsOf = (which: readonly string[], days: readonly Day[]) => ({
    bays: which,
    days: days.map(({ day, start, end }) => ({ day, from: start, to: end })),
    until: until(),
    story,
    sold: (orders: ReadonlySet<string>) => {
      const known = Object.values(state().orders).filter((o) => orders.has(o.order) && o.standardMinutes !== null);
      return known.length === 0 ? null : known.reduce((n, o) => n + 60 * o.standardMinutes!, 0);
    },
    labour: null,
  });
  const hasBay = (bay: string) => {
    if (!bays.includes(bay)) throw new LiftgateError('not-found', `there is no bay ${bay}`, { about: bay });
  };

  /** @throws LiftgateError `not-found` for days that this gateway does not keep */
  function daysOf(first: string, last: string): Day[] {
    const days: Day[] = [];
    for (let at = startOf(timezone, first); days.at(-1)?.day !== last; at = days.at(-1)!.end) {
      if (at > until() || (days.length === 0 && at < keptFrom(calendar, until())))
        throw new LiftgateError(
          'not-found',
          `only today and the three days before are kept here; ask the cloud for ${first} to ${last}`,
          { about: 'day' },
        );
      days.push(calendar(at));
    }
    return days;
  }

  async function tell(correction: Correction): Promise<CorrectionItem> {
    await store.journal.append([{ kind: 'correction', at: clock(), correction }]);
    return itemOf(correction.correction) ?? item(correction, null);
  }

  function itemOf(id: string): CorrectionItem | null {
    const known = state().corrections?.[id];
    return known?.said ? item(known.said, known.gone) : null;
  }

  /** Of one bay, or of all, newest first. */
  const correctionsIn = ({ start, end }: Day, bay: string | null) =>
    Object.keys(state().corrections ?? {})
      .flatMap((id) => itemOf(id) ?? [])
      .filter((c) => (bay === null || c.bay === bay) && c.from < end && c.to > start)
      .sort((a, b) => b.at - a.at);
  const toldUntil = ({ start, end }: Day) => Math.max(start, Math.min(end, until()));

  return {
    day(bay, day): DayLedger {
      hasBay(bay);
      const [only] = daysOf(day, day) as [Day];
      const { start: from, end: to } = only;
      const end = toldUntil(only);
      const corrections = correctionsIn(only, bay);
      const { figures } = rangeOf(partsOf([bay], [only]));
      return { bay, day, timezone, from, to, until: end, pieces: story(bay, from, end), figures, corrections };
    },
    all(day): LedgerDay {
      const [only] = daysOf(day, day) as [Day];
      const { start: from, end: to } = only;
      const end = toldUntil(only);
      const told = bays.map((bay) => ({ bay, pieces: story(bay, from, end) }));
      return { day, timezone, from, to, until: end, bays: told, corrections: correctionsIn(only, null) };
    },
    range(first, last): LedgerRange {
      return { from: first, to: last, timezone, ...rangeOf(partsOf(bays, daysOf(first, last))) };
    },
    async correct({ bay, leaf = null, vin = null, order = null, why, who, ...span }) {
      hasBay(bay);
      const now = clock();
      const [from, to] = [Math.floor(span.from / 1_000) * 1_000, Math.floor(span.to / 1_000) * 1_000];
      if (from >= to) throw new LiftgateError('invalid', 'expected "from" to be before "to"', { about: 'to' });
      if (to > now)
        throw new LiftgateError('invalid', 'only what has been can be corrected: "to" lies in the future', {
          about: 'to',
        });
      if (leaf === null && vin === null && order === null)
        throw new LiftgateError('invalid', 'expected what the time was spent on, the car or the order', {
          about: 'leaf',
        });
      const correction = `c-${randomUUID()}`;
      return tell({ correction, bay, from, to, leaf, vin, order, who, at: now, why, withdrawn: false });
    },
    async withdraw(id, why, who) {
      const known = state().corrections?.[id];
      if (!known?.said)
        throw new LiftgateError('not-found', `correction ${id} is not kept here; take it back in the cloud`, {
          about: id,
        });
      if (known.gone) throw new LiftgateError('conflict', `correction ${id} was taken back already`, { about: id });
      return tell({ ...known.said, who, why, at: clock(), withdrawn: true });
    },
  };
}

function startOf(timezone: string, date: string): Millis {
  return Temporal.PlainDate.from(date).toZonedDateTime(timezone).epochMilliseconds;
}

function item(said: Correction, gone: Correction | null): CorrectionItem {
  const { withdrawn: _withdrawn, ...rest } = said;
  return { ...rest, withdrawn: gone && { who: gone.who, at: gone.at, why: gone.why } };
}
