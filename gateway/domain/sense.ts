import type { Reading } from '../../protocols/reading.ts';
import type { Millis } from '../../protocols/time.ts';
import type { BayState } from './bay.ts';
import type { Context } from './context.ts';
import type { Step } from './engine.ts';
import { hear, type Says } from './fusion.ts';
import { hearHeight, hearLoad, hearRaised, type LiftState, type LiftStep, measures } from './lift.ts';
import { activityMs, type DeviceSetting } from './settings.ts';
import { signOf } from './signs.ts';
import { join, settle } from './site.ts';
import { bayState, deviceRecord, type EngineState, nothing, withBay, withDevice } from './state.ts';
import { type Sign, sign } from './work.ts';

/** Readings of cameras and workstation sensors: evidence for the bay, and signs of work in it. */

const HEARD_AGAIN_MS = 1_000;
/** The floor counts as taken again only this much below the limit: an edge must not flicker. */
const TAKEN = 0.95;

export function onSensor(
  ctx: Context,
  state: EngineState,
  r: Reading,
  device: DeviceSetting,
  at: Millis,
  now: Millis,
): Step<EngineState> {
  if (r.signal === 'device.health') return onHealth(state, r, at);
  const id = ctx.bayOf(device, r.part);
  if (id === null) return nothing(state);
  const bay = bayState(state, id);
  const { value } = r;
  const says = (group: 'camera' | 'floor', word: Says) => {
    const said = { group, device: device.id, says: word, at };
    const occupancy = hear(bay.occupancy, `${r.signal}/${device.id}/${r.part ?? ''}`, said);
    return nothing(occupancy === bay.occupancy ? state : withBay(state, id, { ...bay, occupancy }));
  };
  switch (r.signal) {
    case 'camera.occupied':
      return says('camera', flag(value));
    case 'floor.presence':
      return says('floor', flag(value));
    case 'floor.distance':
      return says('floor', near(ctx, bay, device, value));
    case 'lift.height':
      return onLift(ctx, state, { id, device: device.id, at, now }, (lift, said) =>
        hearHeight(lift, { ...said, height: value as number | null }, ctx.rules.raisedAbove),
      );
    case 'lift.raised':
      return onLift(ctx, state, { id, device: device.id, at, now }, (lift, said) =>
        hearRaised(lift, { ...said, raised: value as boolean | null }),
      );
    case 'lift.load':
      return nothing(withBay(state, id, withLoad(bay, value as number | null)));
    default: {
      const rule = signOf(r.signal, value);
      return nothing(rule === null ? state : withBay(state, id, signed(ctx, bay, rule, at)));
    }
  }
}

export function signed(ctx: Context, bay: BayState, rule: Sign, at: Millis): BayState {
  const work = sign(bay.work, rule, at, activityMs(ctx.rules));
  return work === bay.work ? bay : { ...bay, work };
}

function onHealth(state: EngineState, r: Reading, at: Millis): Step<EngineState> {
  const record = deviceRecord(state, r.device);
  const health = typeof r.value === 'string' ? r.value : record.health;
  if (health === record.health && at - record.heard < HEARD_AGAIN_MS) return nothing(state);
  return nothing(withDevice(state, r.device, { ...record, health, heard: Math.max(at, record.heard) }));
}

function onLift(
  ctx: Context,
  state: EngineState,
  said: { id: string; device: string; at: Millis; now: Millis },
  step: (lift: LiftState, said: { bay: string; device: string; at: Millis; now: Millis }) => LiftStep,
): Step<EngineState> {
  const bay = bayState(state, said.id);
  const { id, ...rest } = said;
  const { lift, moved, event } = step(bay.lift, { ...rest, bay: id });
  if (lift === bay.lift) return nothing(state);
  const word = measures(lift) && lift.raised === true ? 'present' : 'unknown';
  const source = { group: 'lift', device: said.device, says: word, at: said.at } as const;
  const occupancy = hear(bay.occupancy, `lift/${said.device}`, source);
  const worked = moved ? signed(ctx, bay, 'lift-moved', said.at) : bay;
  const next = withBay(state, said.id, { ...worked, lift, occupancy });
  if (!event) return nothing(next);
  return join({ state: next, events: [event] }, settle(ctx, next, said.id, said.now, 0));
}

function withLoad(bay: BayState, load: number | null): BayState {
  const lift = hearLoad(bay.lift, load);
  return lift === bay.lift ? bay : { ...bay, lift };
}

function flag(value: Reading['value']): Says {
  if (value === null) return 'unknown';
  return value === true ? 'present' : 'absent';
}

function near(ctx: Context, bay: BayState, device: DeviceSetting, value: Reading['value']): Says {
  if (value === null) return 'unknown';
  const before = bay.occupancy.sources[`floor.distance/${device.id}/`]?.says;
  const limit = ctx.rules.freeDistance * (before === 'absent' ? TAKEN : 1);
  return (value as number) < limit ? 'present' : 'absent';
}
