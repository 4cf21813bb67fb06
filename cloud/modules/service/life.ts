import type { CaseAct, NewCaseAct } from '../../../protocols/api/flags.ts';
import { LiftgateError } from '../../../protocols/error.ts';
import type { EventData, Severity } from '../../../protocols/event.ts';
import type { FlagLife } from '../../../protocols/health/flag.ts';
import type { Millis } from '../../../protocols/time.ts';

/** What is kept of a case beside its keys. */
export interface Life {
  readonly state: FlagLife['state'];
  readonly severity: Severity;
  readonly cause: string | null;
  readonly openedAt: Millis;
  readonly raisedAt: Millis | null;
  readonly changedAt: Millis;
  readonly changedBy: string | null;
  readonly told: EventData<'liftgate.vehicle.flag.v1'>['state'];
  readonly toldAt: Millis;
  readonly closedAt: Millis | null;
  readonly proposed: 'order' | 'readings' | null;
  readonly order: string | null;
  readonly from: Millis | null;
  readonly until: Millis | null;
  readonly laterUntil: Millis | null;
  readonly outcome: 'repaired' | 'found-fine' | null;
}

/** The engine's word on a flag. */
export interface Word {
  readonly at: Millis;
  readonly data: Pick<EventData<'liftgate.vehicle.flag.v1'>, 'state' | 'severity' | 'cause'>;
}

const troubled = (state: Life['told']) => state === 'watch' || state === 'raised';

/**
 * What a word makes of the newest case of a flag. Null: there is none, and none is opened. The same object: nothing new.
 * After a person ended a case, what the engine goes on saying is no news: first it must have been well, or grow severe.
 */
export function hear(old: Life | null, { at, data }: Word): Life | null {
  const { state: told, severity, cause = null } = data;
  if (old === null) return troubled(told) ? opened(at, data) : null;
  if (at <= old.toldAt) return old;
  const heard = { ...old, told, toldAt: at };
  if (old.closedAt !== null) {
    const worse = severity === 'severe' && old.severity !== 'severe' && old.state === 'dismissed' && told === 'raised';
    const anew = troubled(told) && (!troubled(old.told) || worse);
    return anew && at > old.closedAt ? opened(at, data) : heard;
  }
  if (!troubled(told)) {
    if (old.state === 'watching') return { ...heard, closedAt: at, changedAt: at, changedBy: null };
    return { ...heard, proposed: old.proposed ?? 'readings' };
  }
  const open = { ...heard, severity, cause, proposed: old.proposed === 'readings' ? null : old.proposed };
  if (told === 'raised' && old.state === 'watching')
    return { ...open, state: 'raised', raisedAt: at, changedAt: at, changedBy: null };
  if (told === 'watch' && old.state === 'raised') return { ...open, state: 'watching', changedAt: at, changedBy: null };
  return open;
}

function opened(at: Millis, { state: told, severity, cause = null }: Word['data']): Life {
  const raised = told === 'raised';
  return {
    state: raised ? 'raised' : 'watching',
    severity,
    cause,
    openedAt: at,
    raisedAt: raised ? at : null,
    changedAt: at,
    changedBy: null,
    told,
    toldAt: at,
    closedAt: null,
    proposed: null,
    order: null,
    from: null,
    until: null,
    laterUntil: null,
    outcome: null,
  };
}

/** The same act by the same person within this time, ms, is one that was sent twice. */
const TWICE_MS = 10_000;

/**
 * What an act of a person makes of a case; the same object where it changes nothing.
 * @param last the newest act of this kind on the case
 * @throws LiftgateError `conflict` where the case is over (or is not), `invalid` where a reason or a time is missing
 */
export function decide(
  c: Life,
  ask: NewCaseAct,
  by: string,
  now: Millis,
  last: { readonly by: string | null; readonly at: Millis } | null = null,
): Life {
  const changed = { ...c, changedAt: now, changedBy: by };
  const ended = { ...changed, closedAt: now, proposed: null, laterUntil: null };
  if (ask.act === 'reopen') {
    if (c.closedAt === null) return c;
    return { ...changed, state: 'raised', closedAt: null, outcome: null, raisedAt: c.raisedAt ?? now };
  }
  if (c.closedAt !== null) {
    if ((ask.act === 'verify' && c.state === 'verified') || (ask.act === 'dismiss' && c.state === 'dismissed'))
      return c;
    throw new LiftgateError('conflict', `this flag is over (${c.state}): reopen it first`, { about: c.state });
  }
  const seen = c.state === 'booked' ? 'booked' : 'acknowledged';
  switch (ask.act) {
    case 'acknowledge':
      return c.state === 'acknowledged' || c.state === 'booked' ? c : { ...changed, state: 'acknowledged' };
    case 'book': {
      const { from = null, until = null } = ask.appointment ?? {};
      if (c.state === 'booked' && (from === null || from === c.from)) return c;
      return { ...changed, state: 'booked', from, until, laterUntil: null };
    }
    case 'verify':
      return { ...ended, state: 'verified', outcome: 'repaired' };
    case 'dismiss':
      needed(ask, 'reason');
      return { ...ended, state: 'dismissed', outcome: ask.outcome ?? null };
    case 'call':
      if (last !== null && last.by === by && now - last.at < TWICE_MS) return c;
      return { ...changed, state: seen };
    case 'later':
      needed(ask, 'reason');
      needed(ask, 'until');
      if (c.laterUntil === ask.until) return c;
      return { ...changed, state: seen, laterUntil: ask.until! };
    case 'missed':
      if (c.state !== 'booked')
        throw new LiftgateError('conflict', `nobody was expected: this flag is ${c.state}`, { about: c.state });
      return { ...changed, state: 'acknowledged', from: null, until: null };
  }
}

function needed(ask: NewCaseAct, key: 'reason' | 'until'): void {
  if (ask[key] == null)
    throw new LiftgateError('invalid', `${ask.act}: expected ${key}, got none; say it`, { about: key });
}

/** What goes down to the workshop: a call, or one that was put off, is seen there as acknowledged. */
export function downOf(act: CaseAct): EventData<'liftgate.flag.action.v1'>['act'] {
  return act === 'call' || act === 'later' || act === 'missed' ? 'acknowledge' : act;
}
