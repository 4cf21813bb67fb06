import type { Millis } from '../../protocols/time.ts';
import type { Booked, Telling } from './track.ts';
import type { TrueStay } from './truth.ts';

/** States in order of time, each until the next begins. Before the first: unknown. */
export type Spans = readonly Span[];
export interface Span {
  readonly from: Millis;
  readonly state: Booked;
  readonly stay: string | null;
}

/** The history as it stands in the end: each telling amends what lies after its `since`. */
export function historyOf(tellings: readonly Telling[]): Spans {
  const spans: Span[] = [];
  for (const { since, booked, stay } of tellings) {
    if (booked === null) continue;
    const same = spans.at(-1);
    if (same?.state === booked && same.stay === stay) continue;
    while (spans.length > 0 && spans.at(-1)!.from >= since) spans.pop();
    if (spans.at(-1)?.state === booked && spans.at(-1)?.stay === stay) continue;
    spans.push({ from: since, state: booked, stay });
  }
  return spans;
}

export function stateAt(spans: Spans, at: Millis): Span | undefined {
  return spans.findLast((s) => s.from <= at);
}

/** Holds spans against true stays in [from, to): times in ms, `saidMs` and `trueMs` within what is known. */
export function differenceOf(
  stays: readonly TrueStay[],
  spans: Spans,
  from: Millis,
  to: Millis,
): { trueMs: number; saidMs: number; rightMs: number; knownMs: number } {
  const sums = { trueMs: 0, saidMs: 0, rightMs: 0, knownMs: 0 };
  spans.forEach((span, i) => {
    if (span.state === 'unknown') return;
    const a = Math.max(from, span.from);
    const b = Math.min(to, spans[i + 1]?.from ?? to);
    if (b <= a) return;
    const there = stays.reduce((sum, s) => sum + Math.max(0, Math.min(b, s.to) - Math.max(a, s.from)), 0);
    const occupied = span.state === 'occupied';
    sums.knownMs += b - a;
    sums.trueMs += there;
    sums.saidMs += occupied ? b - a : 0;
    sums.rightMs += occupied ? there : b - a - there;
  });
  return sums;
}
