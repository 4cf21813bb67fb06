import { type EventBody, event } from '../../protocols/event.ts';
import type { Priority } from '../../protocols/signal.ts';
import type { Millis } from '../../protocols/time.ts';
import type { Db } from './db.ts';
import type { Epochs } from './epoch.ts';
import { type Run, runs } from './run.ts';

/** Most ranges that one record can hold. */
const MOST_RANGES = 500;

/** Tells of rows that the cloud will never get, in as few records as their holes allow. @param seqs ascending */
export function gapsOf(
  epochs: Epochs,
  seqs: readonly number[],
  about: { readonly priority: Priority; readonly reason: 'budget' | 'expired' | 'corrupt' | 'oversize' },
  now: Millis,
): EventBody[] {
  const gaps: EventBody[] = [];
  for (const [name, rows] of Map.groupBy(seqs, (seq) => epochs.of(seq).epoch)) {
    const { base } = epochs.named(name)!;
    const all: Run[] = runs(rows).map(([a, b]) => [a - base, b - base]);
    for (let at = 0; at < all.length; at += MOST_RANGES)
      gaps.push(gapOf(all.slice(at, at + MOST_RANGES), name, about, now));
  }
  return gaps;
}

/** @param ranges numbers of that epoch as they are on the wire */
export function gapOf(
  ranges: readonly Run[],
  epoch: string,
  { priority, reason }: Parameters<typeof gapsOf>[2],
  now: Millis,
): EventBody {
  return event('liftgate.journal.gap.v1', now, {
    priority,
    fromSeq: ranges[0]![0],
    toSeq: ranges.at(-1)![1],
    count: ranges.reduce((n, [a, b]) => n + b - a + 1, 0),
    ranges: ranges.map(([a, b]) => [a, b]),
    epoch,
    reason,
  });
}

/** Counts what was dropped, in the log and by class and reason; in the transaction that drops it. */
export function dropCounter(db: Db): (priority: Priority, reason: string, n: number) => void {
  const whole = db.prepare<[number, number]>('UPDATE log SET queued = queued - ?, dropped = dropped + ?');
  const part = db.prepare<[string, string, number]>(
    `INSERT INTO dropped (class, reason, count) VALUES (?, ?, ?)
     ON CONFLICT (class, reason) DO UPDATE SET count = count + excluded.count`,
  );
  return (priority, reason, n) => {
    if (n === 0) return;
    whole.run(n, n);
    part.run(priority, reason, n);
  };
}
