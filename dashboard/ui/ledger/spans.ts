import type { LedgerDay } from '../../../protocols/api/ledger.ts';
import type { Millis } from '../../../protocols/time.ts';

export type Piece = LedgerDay['bays'][number]['pieces'][number];

export interface Span {
  readonly from: Millis;
  readonly to: Millis;
}

/** The open hours of a day, as far as they are told: the time for which any bay was booked as open. */
export function openHours(bays: LedgerDay['bays']): Span[] {
  const open = bays
    .flatMap((b) => b.pieces.filter((p) => p.open))
    .map(({ from, to }) => ({ from, to }))
    .sort((a, b) => a.from - b.from);
  const merged: Span[] = [];
  for (const s of open) {
    const last = merged.at(-1);
    if (last && s.from <= last.to) merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, s.to) };
    else merged.push(s);
  }
  return merged;
}

/** What lies between, before and after some spans, within a day. */
export function without({ from, to }: Span, spans: readonly Span[]): Span[] {
  const edges = [from, ...spans.flatMap((s) => [s.from, s.to]), to];
  const gaps: Span[] = [];
  for (let i = 0; i < edges.length; i += 2)
    if (edges[i]! < edges[i + 1]!) gaps.push({ from: edges[i]!, to: edges[i + 1]! });
  return gaps;
}

const HOUR = 3_600_000;

/** What a timeline shows at first: the open hours and all that stood outside of them, in whole hours; else the day. */
export function viewOf(day: LedgerDay): Span {
  const open = openHours(day.bays);
  const seen = day.bays
    .flatMap((b) => b.pieces)
    .filter((p) => p.leaf !== 'unknown' && p.leaf !== 'empty')
    .concat(day.bays.flatMap((b) => b.pieces.filter((p) => p.open)));
  if (open.length === 0 && seen.length === 0) return { from: day.from, to: day.to };
  const from = Math.min(...seen.map((p) => p.from));
  const to = Math.max(...seen.map((p) => p.to));
  // Counted from midnight of the site: zones that are half an hour off have whole hours as well.
  const hours = (at: Millis, round: (n: number) => number) => day.from + round((at - day.from) / HOUR) * HOUR;
  return {
    from: Math.max(day.from, hours(from - HOUR / 4, Math.floor)),
    to: Math.min(day.to, hours(to + HOUR / 4, Math.ceil)),
  };
}

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240].map((minutes) => minutes * 60_000);

/** Times for an axis, at least `apart` pixels from each other. */
export function ticksOf(view: Span, start: Millis, width: number, apart = 64): Millis[] {
  const perTick = ((view.to - view.from) * apart) / Math.max(1, width);
  const step = STEPS.find((s) => s >= perTick) ?? STEPS.at(-1)!;
  const ticks: Millis[] = [];
  const first = start + Math.ceil((view.from - start) / step) * step;
  for (let at = first; at <= view.to; at += step) ticks.push(at);
  return ticks;
}
