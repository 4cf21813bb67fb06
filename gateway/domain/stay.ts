import type { Millis } from '../../protocols/time.ts';
import type { Claims } from './identity.ts';
import { type Fusion, JOIN_WINDOW_MS } from './settings.ts';

/** A car's time in a bay, from entering to empty. */
export interface Stay {
  readonly id: string;
  readonly since: Millis;
  /** When it was first shown; `since` is dated back. */
  readonly openedAt: Millis;
  /** It has lasted long enough to count as a visit. */
  readonly counted: boolean;
  /** The visit that it is part of, once the car is named. */
  readonly visit?: string;
}

export interface PastStay extends Stay {
  readonly until: Millis;
  readonly ended: 'empty' | 'unknown';
  readonly vin: string | null;
}

/** Time that nobody watched is bridged up to this, where the car is known to be the same. */
export const BRIDGED_MS = 43_200_000;

export function newStay(bay: string, since: Millis, now: Millis): Stay {
  return { id: `${bay}.${since}`, since, openedAt: now, counted: false };
}

/**
 * The stay that begins at `since`: a new one, or the last one going on. It goes on over a gap that is too short to be
 * one, and over time that nobody watched, unless another car was named meanwhile.
 */
export function openStay(
  bay: string,
  since: Millis,
  past: PastStay | null,
  claims: Claims,
  fusion: Fusion,
  now: Millis,
): { stay: Stay; rule: 'gap-too-short' | 'bridged' | null } {
  const fresh = newStay(bay, since, now);
  if (!past) return { stay: fresh, rule: null };
  const { id, openedAt, counted, visit } = past;
  const resumed: Stay = { id, since: past.since, openedAt, counted, ...(visit === undefined ? {} : { visit }) };
  const gap = since - past.until;
  const named = claims.findLast((c) => c.at > past.until && c.vin !== null && (c.by === 'scan' || c.by === 'obd'));
  if (named && named.vin !== past.vin && past.vin !== null) return { stay: fresh, rule: null };
  if (past.ended === 'empty') {
    return gap < 1_000 * fusion.minimumGap ? { stay: resumed, rule: 'gap-too-short' } : { stay: fresh, rule: null };
  }
  const sameCar = named !== undefined && named.vin === past.vin && gap <= BRIDGED_MS;
  return sameCar || gap <= JOIN_WINDOW_MS ? { stay: resumed, rule: 'bridged' } : { stay: fresh, rule: null };
}
