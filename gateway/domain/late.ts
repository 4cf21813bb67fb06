import type { Reading } from '../../protocols/reading.ts';
import { signalSpec } from '../../protocols/signal.ts';
import type { Millis } from '../../protocols/time.ts';
import { readVin } from '../../protocols/vin.ts';
import { type AlertStep, type Concern, clear, raise } from './alerts.ts';
import type { Context } from './context.ts';
import type { Step } from './engine.ts';
import { type DeviceSetting, JOIN_WINDOW_MS, staleAfterMs } from './settings.ts';
import { bayState, type EngineState, nothing, withBay } from './state.ts';
import { AMENDABLE_MS, addLate, dispute, type LateWord, namesCar } from './track.ts';

/**
 * What a device had kept and sent late. It never moves what is live; it fills time of the ledger that nobody saw, and
 * names cars that nobody named. Older than the days that may be amended, it has no effect.
 */
export function onLate(
  ctx: Context,
  state: EngineState,
  r: Reading,
  device: DeviceSetting,
  now: Millis,
): Step<EngineState> {
  const word = wordOf(ctx, r, device);
  const id = ctx.bayOf(device, r.part);
  if (word === null || id === null || r.at > state.tick || r.at < state.tick - AMENDABLE_MS) return nothing(state);
  const bay = bayState(state, id);
  if (!bay.track) return nothing(state);
  const track = addLate(bay.track, word, now);
  if (track === bay.track) return nothing(state);
  const next = withBay(state, id, { ...bay, track });
  return 'vin' in word ? judgeClaim(ctx, next, id, word, now) : nothing(next);
}

/** One car cannot stand in two bays: a late claim that another bay contradicts names nobody, and both are told. */
function judgeClaim(
  ctx: Context,
  state: EngineState,
  here: string,
  { vin, at }: { vin: string; at: Millis },
  now: Millis,
): Step<EngineState> {
  let s = state;
  const others: string[] = [];
  for (const id of ctx.bays) {
    const bay = bayState(s, id);
    const by = id === here || !bay.track ? null : namesCar(bay.track, vin, at, JOIN_WINDOW_MS);
    if (by === null) continue;
    others.push(id);
    // What was named live stands; of two late words neither does.
    if (by === 'late') s = withBay(s, id, { ...bay, track: dispute(bay.track!, vin) });
  }
  if (others.length === 0) return nothing(state);
  const bay = bayState(s, here);
  s = withBay(s, here, { ...bay, track: dispute(bay.track!, vin) });
  const { alerts, events } = raise({ alerts: s.alerts, events: [] }, vin, concernOf(here, vin, at, others), now);
  return { state: { ...s, alerts }, events };
}

/** A bay was named live since `since`: late words of other bays that place the car there meanwhile name nobody. */
export function judgeNamed(
  ctx: Context,
  state: EngineState,
  here: string,
  { vin, since }: { vin: string; since: Millis },
  now: Millis,
): Step<EngineState> {
  let step: AlertStep = { alerts: state.alerts, events: [] };
  let s = state;
  for (const id of ctx.bays) {
    const bay = bayState(s, id);
    const word = bay.track?.late.find((w) => 'vin' in w && w.vin === vin && w.at >= since);
    if (id === here || !word) continue;
    s = withBay(s, id, { ...bay, track: dispute(bay.track!, vin) });
    step = raise(step, vin, concernOf(id, vin, word.at, [here]), now);
  }
  return { state: step.alerts === s.alerts ? s : { ...s, alerts: step.alerts }, events: step.events };
}

function concernOf(bay: string, vin: string, since: Millis, others: readonly string[]): Concern {
  return { kind: 'identity-conflict', severity: 'warning', since, bay, vin, detail: { claimed: others.join(', ') } };
}

/** A day has begun: what yesterday's late words disagreed about stands in the ledger. */
export function forgetDisputes(state: EngineState, now: Millis): Step<EngineState> {
  let step: AlertStep = { alerts: state.alerts, events: [] };
  for (const { kind, vin } of Object.values(state.alerts)) {
    if (kind === 'identity-conflict' && vin !== null) step = clear(step, kind, vin, now);
  }
  return step.alerts === state.alerts
    ? nothing(state)
    : { state: { ...state, alerts: step.alerts }, events: step.events };
}

function wordOf(ctx: Context, r: Reading, device: DeviceSetting): LateWord | null {
  const key = `${r.signal}/${device.id}/${r.part ?? ''}`;
  if (r.signal === 'scan.vin' || r.signal === 'obd.vin') {
    const vin = typeof r.value === 'string' ? readVin(r.value).vin : null;
    return vin === null ? null : { at: r.at, key, vin };
  }
  const { group } = signalSpec(r.signal);
  if (group !== 'camera' && group !== 'floor') return null;
  const present = typeof r.value === 'number' ? r.value < ctx.rules.freeDistance : r.value;
  const says = present === null ? 'unknown' : present === true ? 'present' : 'absent';
  return { at: r.at, key, holdMs: staleAfterMs(device), says };
}
