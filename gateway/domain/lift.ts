import { type EventBody, event } from '../../protocols/event.ts';
import type { Millis } from '../../protocols/time.ts';
import type { Lift } from './fusion.ts';

/** The lift of a bay. `raised: null` until a height was heard. */
export interface LiftState {
  readonly raised: boolean | null;
  readonly height: number | null;
  readonly load: number | null;
  readonly device: string | null;
  readonly raisedAt: Millis;
  readonly at: Millis;
  /** Height from which the next move is measured. */
  readonly anchor: number | null;
  /** A limit switch tells whether it is raised, where no height is measured. */
  readonly bySwitch?: boolean;
}

export const NO_LIFT: LiftState = {
  raised: null,
  height: null,
  load: null,
  device: null,
  raisedAt: 0,
  at: 0,
  anchor: null,
};

/** A lift counts as lowered only this much below the limit, so that one that settles by millimetres does not flicker. */
const LOWERED = 0.8;
/** mm; less is creep or noise. */
const MOVE = 50;
/** kg; the arms of a two-post lift alone weigh less on the cell, any car more. */
const LOADED = 200;

export interface LiftStep {
  readonly lift: LiftState;
  readonly moved: boolean;
  readonly event: EventBody | null;
}

/** A height in mm was measured, or the sensor said that it does not know. */
export function hearHeight(
  l: LiftState,
  said: { bay: string; device: string; height: number | null; at: Millis; now: Millis },
  raisedAbove: number,
): LiftStep {
  const { height, at } = said;
  if (height === l.height && at - l.at < 1_000 && at >= l.at) return { lift: l, moved: false, event: null };
  if (height === null) return { lift: { ...l, height, device: said.device, at }, moved: false, event: null };
  const raised = l.raised === true ? height >= raisedAbove * LOWERED : height >= raisedAbove;
  const moved = l.anchor !== null && Math.abs(height - l.anchor) >= MOVE;
  const anchor = moved || l.anchor === null ? height : l.anchor;
  const raisedAt = raised && l.raised !== true ? at : l.raisedAt;
  const lift = { ...l, raised, height, device: said.device, raisedAt, at, anchor };
  if (raised === l.raised) return { lift, moved, event: null };
  const data = { bay: said.bay, raised, heightMm: Math.round(height) };
  return { lift, moved, event: event('liftgate.bay.lift.v1', said.now, data) };
}

/** A limit switch told whether the lift is off the ground, or that it does not know. */
export function hearRaised(
  l: LiftState,
  said: { bay: string; device: string; raised: boolean | null; at: Millis; now: Millis },
): LiftStep {
  const { raised, at, device } = said;
  const bySwitch = raised !== null;
  if (raised === null) return { lift: { ...l, bySwitch, device, at }, moved: false, event: null };
  if (raised === l.raised && l.bySwitch && at - l.at < 1_000 && at >= l.at)
    return { lift: l, moved: false, event: null };
  const raisedAt = raised && l.raised !== true ? at : l.raisedAt;
  const lift = { ...l, raised, bySwitch, device, raisedAt, at };
  if (raised === l.raised) return { lift, moved: false, event: null };
  const told = event('liftgate.bay.lift.v1', said.now, { bay: said.bay, raised, heightMm: null });
  return { lift, moved: l.raised !== null, event: told };
}

/** Is it known, by a height or by a switch, how the lift stands? */
export function measures(l: LiftState): boolean {
  return l.height !== null || l.bySwitch === true;
}

export function hearLoad(l: LiftState, load: number | null): LiftState {
  return load === l.load ? l : { ...l, load };
}

/** What the lift says about a car; null while its height is not known or too old. */
export function liftView(l: LiftState, fresh: boolean): Lift | null {
  if (l.raised === null || !measures(l) || !fresh) return null;
  const loaded = l.raised && l.load !== null && l.load >= LOADED;
  return { raised: l.raised, carries: l.raised && (l.load === null || loaded), loaded, at: l.raisedAt };
}
