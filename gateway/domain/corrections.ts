import { type EventBody, event } from '../../protocols/event.ts';
import { type Correction, type Interval, pieceByHand } from '../../protocols/ledger.ts';
import type { Millis } from '../../protocols/time.ts';
import type { Calendar } from './calendar.ts';
import type { Context } from './context.ts';
import type { Step } from './engine.ts';
import { keptFrom } from './ledger.ts';
import { bayState, type EngineState, nothing, withBay } from './state.ts';

/**
 * What people put right, as far as it speaks of days that are still kept; all of it stands in the log for ever. Of each
 * the first word and, where it was taken back, that word.
 */
export type Corrections = Readonly<Record<string, Known>>;

interface Known {
  /** Null while only the withdrawal has come. */
  readonly said: Correction | null;
  readonly gone: Correction | null;
}

/**
 * A person's word: told as a piece of the ledger that lies over the engine's. One that came from the site itself is told
 * as a fact, too, so that the cloud keeps it. A withdrawal counts whichever of the two words comes first.
 */
export function onCorrection(
  ctx: Context,
  state: EngineState,
  c: Correction,
  from: 'site' | 'cloud',
  at: Millis,
): Step<EngineState> {
  const now = Math.max(at, state.tick);
  const known = state.corrections?.[c.correction] ?? { said: null, gone: null };
  if (!ctx.bays.includes(c.bay) || c.from >= c.to || known[c.withdrawn ? 'gone' : 'said']) return nothing(state);
  const events: EventBody[] = from === 'site' ? [event('liftgate.bay.correction.v1', now, c)] : [];
  if (!known.gone) events.push(event('liftgate.bay.interval.v1', now, pieceByHand(c, ctx.calendar(c.from).day)));
  const next = c.withdrawn ? { ...known, gone: c } : { ...known, said: c };
  const corrections = kept(ctx, { ...state.corrections, [c.correction]: next }, now);
  const bay = bayState(state, c.bay);
  const told = bay.track ? withBay(state, c.bay, { ...bay, track: { ...bay.track, dirty: true } }) : state;
  return { state: { ...told, corrections }, events };
}

/** Those that still speak of a day that is kept. */
function kept(ctx: Context, all: Corrections, now: Millis): Corrections {
  const since = keptFrom(ctx.calendar, now);
  return Object.fromEntries(Object.entries(all).filter(([, k]) => (k.said ?? k.gone)!.to > since));
}

/** What people say of a bay, as pieces of its ledger. */
export function byHand(calendar: Calendar, corrections: Corrections | undefined, bay: string): Interval[] {
  return Object.values(corrections ?? {}).flatMap(({ said, gone }) =>
    said && !gone && said.bay === bay ? [pieceByHand(said, calendar(said.from).day)] : [],
  );
}
