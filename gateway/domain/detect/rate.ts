/**
 * Have events become more frequent? Of n1 + n2 events, n1 are Binomial(n1 + n2, exposure1 ÷ (exposure1 + exposure2)) if the
 * rate stayed the same. One-sided p of at least `now.count` events in the present.
 * Source: Przyborowski & Wilenski, "Homogeneity of results in testing samples from Poisson series", Biometrika 31 (1940).
 *
 * @param inflate variance ÷ mean of the counts where they come in bursts (≥ 1): both counts are divided by it (a
 * quasi-Poisson correction), so that a burst counts as one event
 */
export function rateRise(
  before: { readonly count: number; readonly exposure: number },
  now: { readonly count: number; readonly exposure: number },
  inflate = 1,
): number {
  const factor = Math.max(1, inflate);
  const total = Math.round((before.count + now.count) / factor);
  const at = Math.round(now.count / factor);
  if (at <= 0 || now.exposure <= 0 || before.exposure <= 0) return 1;
  return binomialAtLeast(total, at, now.exposure / (now.exposure + before.exposure));
}

/** P(X ≥ k) of Binomial(n, p), summed from the greatest term in logarithms. */
function binomialAtLeast(n: number, k: number, p: number): number {
  if (k <= 0) return 1;
  if (k > n) return 0;
  let log = lnFactorial(n) - lnFactorial(k) - lnFactorial(n - k) + k * Math.log(p) + (n - k) * Math.log1p(-p);
  let sum = 0;
  for (let i = k; i <= n; i++) {
    sum += Math.exp(log);
    log += Math.log(((n - i) / (i + 1)) * (p / (1 - p)));
    if (log === -Infinity) break;
  }
  return Math.min(1, sum);
}

/** ln n!: Stirling's series with its first three corrections, exact below 16 to the last digits that matter. */
function lnFactorial(n: number): number {
  if (n < 16) {
    let f = 1;
    for (let i = 2; i <= n; i++) f *= i;
    return Math.log(f);
  }
  return n * Math.log(n) - n + Math.log(2 * Math.PI * n) / 2 + 1 / (12 * n) - 1 / (360 * n ** 3) + 1 / (1_260 * n ** 5);
}
