/**
 * Half-width that makes a forecast hold the truth with probability 1 − α: the ⌈(n + 1)(1 − α)⌉-th smallest absolute error of
 * n finished cases (split conformal; Shafer & Vovk, "A tutorial on conformal prediction", JMLR 9, 2008). Null while there are
 * too few cases to promise anything: 90 % needs 9, 95 % needs 19.
 */
export function conformalWidth(errors: readonly number[], alpha: number): number | null {
  const rank = Math.ceil((errors.length + 1) * (1 - alpha));
  if (rank > errors.length) return null;
  return Float64Array.from(errors, Math.abs).sort()[rank - 1]!;
}
