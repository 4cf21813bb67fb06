import type { ReadingValue } from '../../protocols/reading.ts';
import type { SignalName } from '../../protocols/signal.ts';
import type { Sign } from './work.ts';

/** Which signals show that someone works in a bay, and from which value on. Each reading of such a value is one sign. */
const SIGNS: Readonly<Partial<Record<SignalName, { readonly rule: Sign; readonly from: number | true }>>> = {
  /** W; a lift motor takes kilowatts, its control some ten. */
  'lift.power': { rule: 'lift-power', from: 200 },
  /** L/min; leaks of an idle hose stay below. */
  'air.flow': { rule: 'air-flow', from: 20 },
  'tool.active': { rule: 'tool-active', from: true },
  /** W; chargers and lamps of a bay stay below. */
  'tool.power': { rule: 'tool-power', from: 100 },
  /** N.m; a wrench that is only carried shows nothing. */
  'tool.torque': { rule: 'tool-torque', from: 1 },
  'tool.diagnostic': { rule: 'tester-active', from: true },
  'technician.present': { rule: 'technician-seen', from: true },
};

/** The sign of work that a value is; null: none. */
export function signOf(signal: SignalName, value: ReadingValue): Sign | null {
  const sign = SIGNS[signal];
  if (!sign) return null;
  const shows = sign.from === true ? value === true : typeof value === 'number' && value >= sign.from;
  return shows ? sign.rule : null;
}
