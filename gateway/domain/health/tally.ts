import type { Millis } from '../../../protocols/time.ts';
import type { Trip } from './trip.ts';

/**
 * Service 06, test 0C: the count of the drive that goes on, or of the last one until the car has begun a new count. A value
 * that never rose and then falls was of the last one.
 */
export function misfired(t: Trip, cylinder: string, count: number): void {
  const before = t.misfires[cylinder];
  const held = t.held?.[cylinder] === true;
  if (before === undefined) {
    t.misfires = { ...t.misfires, [cylinder]: count };
    t.held = { ...t.held, [cylinder]: true };
    return;
  }
  if (count === before) return;
  if (held) {
    const { [cylinder]: _held, ...others } = t.held!;
    t.held = others;
  }
  if (count > before || held) t.misfires = { ...t.misfires, [cylinder]: count };
}

/**
 * Firings of each cylinder in what the counts are of: half of the revolutions that were heard (40 ms each where none were),
 * and as many more as the engine ran before the car was listened to.
 */
export function firingsOf(t: Trip): number {
  const seconds = (t.last - t.from) / 1_000;
  const heard = t.revs > 0 ? t.revs / 2 : seconds * 25;
  return seconds > 0 && t.ran !== undefined && t.ran > seconds ? (heard * t.ran) / seconds : heard;
}

/** A current that was not told for so long is not known. */
const CURRENT_MS = 15_000;

/** Ampere-hours that went through the traction battery since its first known state of charge: each current until the next. */
export function flowed(t: Trip, at: Millis): void {
  if (t.pack === null) return;
  // Before the first current nothing is missed: it is counted from there.
  const [amps, heard] = t.amps ?? [0, at];
  const { ah } = t.pack;
  const known = ah !== null && at - heard <= CURRENT_MS;
  t.pack = { ...t.pack, at, ah: known ? ah + (amps * (at - t.pack.at)) / 3_600_000 : null };
}

/** Takes a state of charge in. */
export function charged(t: Trip, soc: number, at: Millis): void {
  if (t.pack === null) t.pack = { from: soc, soc, at, ah: 0 };
  else {
    flowed(t, at);
    t.pack = { ...t.pack, soc };
  }
}
