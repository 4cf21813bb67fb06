export interface PageHinkley {
  readonly n: number;
  readonly mean: number;
  readonly up: number;
  readonly lowest: number;
  readonly down: number;
  readonly highest: number;
}

export const PAGE_HINKLEY_START: PageHinkley = { n: 0, mean: 0, up: 0, lowest: 0, down: 0, highest: 0 };

/**
 * Page–Hinkley test for a change of the mean of a stream without a known baseline: m ← m + (x − running mean − δ); a rise
 * when m − min m > Λ, mirrored for a fall. Usual: δ = 0.1 s, Λ = 10 s, s the spread of the values.
 * Source: Page (1954); Hinkley, "Inference about the change-point from cumulative sum tests", Biometrika 58 (1971). O(1).
 */
export function pageHinkley(state: PageHinkley, x: number, delta: number): PageHinkley {
  const n = state.n + 1;
  const mean = state.mean + (x - state.mean) / n;
  const up = state.up + (x - mean - delta);
  const down = state.down + (x - mean + delta);
  return { n, mean, up, lowest: Math.min(state.lowest, up), down, highest: Math.max(state.highest, down) };
}

/** How far the sum has risen (positive) or fallen (negative) since it turned; beyond ±Λ is a change. */
export function pageHinkleyChange(state: PageHinkley): number {
  const rise = state.up - state.lowest;
  const fall = state.highest - state.down;
  return rise >= fall ? rise : -fall;
}
