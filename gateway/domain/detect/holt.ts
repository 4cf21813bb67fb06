export interface Holt {
  readonly level: number;
  readonly trend: number;
}

export interface HoltSettings {
  /** Weights of the newest value in the level and in the trend, 0 to 1. */
  readonly alpha: number;
  readonly beta: number;
  /** Damping: how much of the trend is left one step on, 0.8 to 0.98. */
  readonly phi: number;
}

/**
 * Damped Holt: level ← αx + (1 − α)(level + φ·trend); trend ← β(level − last level) + (1 − β)φ·trend.
 * Source: Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., 8.2. O(1) a value.
 */
export function holt(state: Holt | null, x: number, { alpha, beta, phi }: HoltSettings): Holt {
  if (state === null) return { level: x, trend: 0 };
  const level = alpha * x + (1 - alpha) * (state.level + phi * state.trend);
  return { level, trend: beta * (level - state.level) + (1 - beta) * phi * state.trend };
}

/** The forecast h steps on: level + (φ + φ² + … + φ^h) · trend. */
export function holtAhead({ level, trend }: Holt, h: number, phi: number): number {
  const sum = phi === 1 ? h : (phi * (1 - phi ** h)) / (1 - phi);
  return level + sum * trend;
}
