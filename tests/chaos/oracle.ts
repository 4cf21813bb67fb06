/** What became of an id, as its device knows. */
type Fate = 'open' | 'acknowledged' | 'unsure';

/** One id that was handed out. */
export interface Issue {
  readonly device: string;
  /** From 1, in the order of issue. */
  readonly n: number;
  readonly issuedAt: number;
  fate: Fate;
  /** What it means depends on what the gateway forgot when it was put back: it may make no event. */
  readonly blurred: boolean;
}

/**
 * Hands out ids. One that was acknowledged to its device is an obligation: it must be in every log, once and in order.
 * Of one that was never acknowledged nobody knows; it may be there once, or not at all.
 */
export class Oracle {
  readonly #of = new Map<string, Issue[]>();
  readonly #blurred = new Set<string>();
  readonly #clock: () => number;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  issue(device: string): Issue {
    const all = this.#of.get(device) ?? [];
    this.#of.set(device, all);
    const issue: Issue = {
      device,
      n: all.length + 1,
      issuedAt: this.#clock(),
      fate: 'open',
      blurred: this.#blurred.delete(device),
    };
    all.push(issue);
    return issue;
  }

  /** The gateway goes back to an older state: of a value the next one may be no change to it. */
  blur(devices: readonly string[]): void {
    for (const device of devices) this.#blurred.add(device);
  }

  issuesOf(device: string): readonly Issue[] {
    return this.#of.get(device) ?? [];
  }

  devices(): readonly string[] {
    return [...this.#of.keys()].sort();
  }

  count(fate: Fate): number {
    let n = 0;
    for (const all of this.#of.values()) for (const issue of all) if (issue.fate === fate) n++;
    return n;
  }
}

/** One find of a device's ids in a log, in the order of that log. */
export interface Find {
  readonly n: number;
  /** Where it stands, for a person to look. */
  readonly where: string;
}

export interface Verdict {
  readonly lost: string[];
  readonly doubled: string[];
  readonly disordered: string[];
  /** Never issued. */
  readonly strange: string[];
  /** Ids that stand in the log. */
  readonly found: number;
}

/** Compares what a log holds of a device with what was handed out to it. */
export function judge(issues: readonly Issue[], finds: readonly Find[]): Verdict {
  const verdict: Verdict = { lost: [], doubled: [], disordered: [], strange: [], found: 0 };
  const seen = new Set<number>();
  let last = 0;
  for (const { n, where } of finds) {
    const name = `${n} at ${where}`;
    if (n < 1 || n > issues.length) verdict.strange.push(name);
    else if (seen.has(n)) verdict.doubled.push(name);
    else if (n < last) verdict.disordered.push(`${name}, after ${last}`);
    seen.add(n);
    last = Math.max(last, n);
  }
  for (const { n, fate, blurred } of issues)
    if (fate === 'acknowledged' && !blurred && !seen.has(n)) verdict.lost.push(String(n));
  return { ...verdict, found: seen.size };
}
