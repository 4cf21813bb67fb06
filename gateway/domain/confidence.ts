import type { Occupancy } from '../../protocols/event.ts';
import { TWO_WAY, type Weighing } from './fusion.ts';

/** Nothing but a scan or a dongle tells of the car. */
export const BY_WORD = 0.85;

/**
 * How sure a state is, by the rule that booked it: the share of such minutes that were right on simulated days of
 * camera and floor errors of several kinds, rounded down. The tempered log-odds themselves are no probabilities: they
 * are made small on purpose, so that errors that come in bursts do not add up.
 */
const BOOKED: Readonly<Record<string, number>> = {
  'lift-raised': 0.99,
  'two-agree': 0.99,
  'calm-again': 0.98,
  'one-alone': 0.98,
  'first-evidence': 0.98,
  'one-against': 0.85,
  'scan-alone': BY_WORD,
  'obd-alone': BY_WORD,
  'said-gone': BY_WORD,
};
const OTHER = 0.9;
/** A candidate that no other healthy group contradicts, and one that stands against another. */
const LEANS = 0.7;
const LEANS_AGAINST = 0.1;

/** 0 to 1 that it is so as told; null for `unknown`. */
export function confidenceOf(state: Occupancy, rule: string, w: Weighing): number | null {
  if (state === 'unknown') return null;
  if (state === 'empty' || state === 'occupied') return BOOKED[rule] ?? OTHER;
  const dir = state === 'entering' ? 1 : -1;
  return TWO_WAY.some((g) => w.votes[g] * dir < 0) ? LEANS_AGAINST : LEANS;
}
