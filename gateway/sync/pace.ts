/** How fast the uplink goes, in ms. */
export interface Pace {
  /** An empty batch goes out after this time without a word: it carries the ages and fetches what comes down. */
  readonly heartbeatMs: number;
  /** A lone event waits so long for company. */
  readonly lingerMs: number;
  /** The first back-off lies between 0 and this; each further one may be twice as long … */
  readonly firstMs: number;
  /** … up to this. */
  readonly mostMs: number;
  /** Between two tries with a credential that the cloud refuses. */
  readonly deniedMs: number;
  /** The cloud must have answered after this time. */
  readonly deadlineMs: number;
}

export const PACE: Pace = {
  heartbeatMs: 1_500,
  lingerMs: 40,
  firstMs: 1_000,
  mostMs: 60_000,
  deniedMs: 60_000,
  deadlineMs: 15_000,
};

/** Longest pause that the cloud may ask for. */
const RETRY_AFTER_MOST_MS = 3_600_000;

/**
 * Full jitter: anything from 0 to the bound of this try, so that the gateways of a chain do not come back all at once.
 * @param failures in a row, from 1
 * @param random 0 ≤ x < 1
 */
export function backOff(failures: number, random: number, pace: Pace): number {
  const bound = Math.min(pace.mostMs, pace.firstMs * 2 ** Math.min(failures - 1, 30));
  return random * bound;
}

/** `Retry-After` (RFC 9110 §10.2.3): seconds, or an HTTP date. Null when there is none that can be read. */
export function retryAfter(header: string | null, now: number): number | null {
  if (header === null) return null;
  const text = header.trim();
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), RETRY_AFTER_MOST_MS);
}
