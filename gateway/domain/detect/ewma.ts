import type { Baseline } from './robust.ts';

export interface Ewma {
  readonly z: number;
  readonly n: number;
}

export interface EwmaVerdict {
  readonly state: Ewma;
  /** How far z stands from the baseline, in units of its alarm limit: beyond ±1 is an alarm. */
  readonly ratio: number;
}

/**
 * Robust EWMA chart: x clipped to μ ± 3s; z ← λx + (1 − λ)z; alarm when |z − μ| > L·s·√(λ ÷ (2 − λ) · [1 − (1 − λ)^2n]).
 * Source: NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.4; clipping keeps one wild value from raising an alarm.
 * O(1) a value. A spread of zero: any difference is beyond every limit.
 */
export function ewma(state: Ewma | null, x: number, base: Baseline, lambda = 0.2, limit = 3): EwmaVerdict {
  const { median: mean, spread } = base;
  const clipped = Math.max(mean - 3 * spread, Math.min(mean + 3 * spread, x));
  const z = lambda * clipped + (1 - lambda) * (state?.z ?? mean);
  const n = (state?.n ?? 0) + 1;
  const bound = limit * spread * Math.sqrt((lambda / (2 - lambda)) * (1 - (1 - lambda) ** (2 * n)));
  const off = z - mean;
  return { state: { z, n }, ratio: bound > 0 ? off / bound : x === mean ? 0 : Math.sign(x - mean) * Infinity };
}
