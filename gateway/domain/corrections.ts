import { type EventBody, event } from '../../protocols/event.ts';
import { type Correction, type Interval, pieceByHand } from '../../protocols/ledger.ts';
import type { Millis } from '../../protocols/time.ts';
import type { Context } from './context.ts';
import type { Step } from './engine.ts';
import { keptFrom } from './ledger.ts';
import { bayState, type EngineState, nothing, withBay } from './state.ts';

/** What people put right, as far as it speaks of days that are still kept; all of it stands in the log for ever. */
export type Corrections = Readonly<Record<string, Correction>>;

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
  const known = state.corrections?.[c.correction];
  if (!ctx.bays.includes(c.bay) || c.from >= c.to || (known && (known.withdrawn || !c.withdrawn)))
    return nothing(state);
  const events: EventBody[] = from === 'site' ? [event('liftgate.bay.correction.v1', now, c)] : [];
  events.push(event('liftgate.bay.interval.v1', now, pieceByHand(c, ctx.calendar(c.from).day)));
  const corrections = kept(ctx, { ...state.corrections, [c.correction]: c }, now);
  const bay = bayState(state, c.bay);
  const next = bay.track ? withBay(state, c.bay, { ...bay, track: { ...bay.track, dirty: true } }) : state;
  return { state: { ...next, corrections }, events };
}

/** Those that still speak of a day that is kept. */
function kept(ctx: Context, all: Corrections, now: Millis): Corrections {
  const since = keptFrom(ctx.calendar, now);
  return Object.fromEntries(Object.entries(all).filter(([, c]) => c.to > since));
}

/** What people say of a bay, as pieces of its ledger. */
export function byHand(ctx: Context, state: EngineState, bay: string): Interval[] {
  return Object.values(state.corrections ?? {})
    .filter((c) => c.bay === bay)
    .map((c) => pieceByHand(c, ctx.calendar(c.from).day));
}
