import type { SignalName } from '../../protocols/signal.ts';
import type { Millis } from '../../protocols/time.ts';

/**
 * Live values of a car, thinned: at most one event in 10 s, with the signals that moved beyond their deadband or were
 * not told for a minute. A value is null where the car answered that it does not know.
 */
export interface Thinning {
  readonly latest: Readonly<Partial<Record<SignalName, number | null>>>;
  readonly told: Readonly<Partial<Record<SignalName, { readonly value: number | null; readonly at: Millis }>>>;
  readonly toldAt: Millis;
  /** Some signal waits to be told. */
  readonly due: boolean;
}

export const NOTHING_TOLD: Thinning = { latest: {}, told: {}, toldAt: 0, due: false };

const PACE_MS = 10_000;
const SILENCE_MS = 60_000;

/** Changes up to this size are not news; in the unit of the signal. Signals that are not listed are not told. */
const DEADBAND: Readonly<Partial<Record<SignalName, number>>> = {
  'obd.rpm': 50,
  'obd.speed': 2,
  'obd.coolant': 1,
  'obd.intake-air': 1,
  'obd.ambient-air': 1,
  'obd.load': 5,
  'obd.throttle': 5,
  'obd.fuel-level': 1,
  'obd.stft-1': 1.5,
  'obd.ltft-1': 1.5,
  'obd.stft-2': 1.5,
  'obd.ltft-2': 1.5,
  'obd.maf': 1,
  'obd.run-time': Number.POSITIVE_INFINITY,
  'obd.module-voltage': 0.1,
  'obd.voltage': 0.1,
  'obd.crank-voltage': 0,
  'obd.odometer': 1,
};

export function isThinned(signal: SignalName): boolean {
  return DEADBAND[signal] !== undefined;
}

/** Takes a value in; O(1). */
export function note(t: Thinning, signal: SignalName, value: number | null, at: Millis): Thinning {
  const due = t.due || isDue(t, signal, value, at);
  if (t.latest[signal] === value && due === t.due) return t;
  return { latest: { ...t.latest, [signal]: value }, told: t.told, toldAt: t.toldAt, due };
}

/** The values to tell now, if any are due and the pace allows. */
export function flush(
  t: Thinning,
  now: Millis,
): { thinning: Thinning; values: Partial<Record<SignalName, number | null>> } | null {
  if (!t.due || now - t.toldAt < PACE_MS) return null;
  const values: Partial<Record<SignalName, number | null>> = {};
  const told = { ...t.told };
  for (const [signal, value] of Object.entries(t.latest) as [SignalName, number | null][]) {
    if (!isDue(t, signal, value, now)) continue;
    values[signal] = value;
    told[signal] = { value, at: now };
  }
  return { thinning: { latest: t.latest, told, toldAt: now, due: false }, values };
}

function isDue(t: Thinning, signal: SignalName, value: number | null, at: Millis): boolean {
  const told = t.told[signal];
  if (!told || at - told.at >= SILENCE_MS) return true;
  if (value === null || told.value === null) return value !== told.value;
  return Math.abs(value - told.value) > DEADBAND[signal]!;
}
