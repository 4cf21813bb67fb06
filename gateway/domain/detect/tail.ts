/** Bins per decade of the histogram: neighbours differ by 8 %, so a rank is known to that fineness. */
const PER_DECADE = 30;
const DECADES = 24;
const LOWEST = -12;
const BINS = PER_DECADE * DECADES;
/** The share of the greatest values that tells how the tail goes on beyond what was ever seen. */
const TAIL = 0.05;

/**
 * How unusual is a value ≥ 0 among all that came before? A histogram over the logarithm (as DDSketch: Masson, Rim & Lee,
 * VLDB 2019) gives the rank; beyond the upper 5 % a Pareto tail goes on, P(X > x) = share · (x ÷ u)^(−1/γ), with γ the mean
 * of ln(x ÷ u) there (Hill, "A simple general approach to inference about the tail of a distribution", Ann. Statist. 3,
 * 1975). What is heavy-tailed by nature so stays unsurprising when it leaps once more. O(1) a value, whatever the unit.
 */
export class Tail {
  readonly #counts = new Float64Array(BINS);
  #zeros = 0;
  #n = 0;
  readonly #forget: number;
  #weight = 1;

  /** @param memory how many values back an old one counts e times less; Infinity: nothing is forgotten. */
  constructor(memory: number) {
    this.#forget = Number.isFinite(memory) ? Math.exp(1 / memory) : 1;
  }

  /** Takes a value into the history. */
  add(x: number): void {
    this.#weight *= this.#forget;
    if (this.#weight > 1e9) this.#settle();
    this.#n += this.#weight;
    if (x <= 10 ** LOWEST) this.#zeros += this.#weight;
    else this.#counts[binOf(x)]! += this.#weight;
  }

  /** log10 of the chance that a value as great as `x` comes by; 0 where nothing is known. */
  log10p(x: number): number {
    const n = this.#n / this.#weight;
    if (n < 1 || x <= 10 ** LOWEST) return 0;
    const bin = binOf(x);
    let above = 0;
    let excess = 0;
    let edge = BINS;
    const tail = this.#n * TAIL;
    // Down from the top, until the tail's share is full and the bin of x is passed.
    for (let i = BINS - 1; i >= 0; i--) {
      const c = this.#counts[i]!;
      if (c === 0) continue;
      if (above < tail || i > bin) above += c;
      else break;
      edge = i;
    }
    const share = above / this.#n;
    if (bin <= edge)
      return Math.log10(
        Math.min(1, (above + this.#countOf(bin, edge) / 2 + this.#weight / 2) / (this.#n + this.#weight)),
      );
    for (let i = edge; i < BINS; i++) excess += this.#counts[i]! * (i - edge + 0.5);
    // One more e-fold of evidence keeps the tail from being thin by chance while few values are known.
    const perBin = Math.LN10 / PER_DECADE;
    const shape = (excess * perBin + this.#weight * 2 * perBin) / above;
    const beyond = Math.max(0, (Math.log10(x) - LOWEST) * PER_DECADE - edge) * perBin;
    return Math.log10(share) - beyond / shape / Math.LN10;
  }

  #countOf(bin: number, edge: number): number {
    return bin < edge ? this.#counts[bin]! : 0;
  }

  #settle(): void {
    for (let i = 0; i < BINS; i++) this.#counts[i]! /= this.#weight;
    this.#zeros /= this.#weight;
    this.#n /= this.#weight;
    this.#weight = 1;
  }
}

function binOf(x: number): number {
  return Math.min(BINS - 1, Math.max(0, Math.floor((Math.log10(x) - LOWEST) * PER_DECADE)));
}
