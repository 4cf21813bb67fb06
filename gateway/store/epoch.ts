import { randomBytes } from 'node:crypto';
import type { EventKey } from '../../protocols/event.ts';
import type { Millis } from '../../protocols/time.ts';
import type { Db } from './db.ts';

/** Why an epoch began; see the migration that makes the table. */
export type EpochReason = 'new' | 'salvaged' | 'behind' | 'conflict';

export interface Epoch {
  readonly id: number;
  readonly epoch: string;
  /** Rows above this seq belong to it, up to the base of the next epoch. */
  readonly base: number;
}

/** Whose log it is, and which key an event of it bears on the wire. */
export interface Epochs {
  readonly site: string;
  readonly gateway: string;
  current(): Epoch;
  /** Oldest first. */
  list(): readonly Epoch[];
  named(epoch: string): Epoch | null;
  of(seq: number): Epoch;
  keyOf(seq: number): EventKey;
  /** Highest row that can belong to it; the last epoch has no end. */
  endOf(epoch: Epoch): number;
  /** Rows above `base` have numbers of a new epoch. */
  begin(reason: EpochReason, base: number, now: Millis): Epoch;
}

export function openEpochs(db: Db, site: string, gateway: string): Epochs {
  const all = db.prepare<[], Epoch>('SELECT id, epoch, base FROM epoch ORDER BY id');
  let epochs = all.all();
  const current = () => epochs.at(-1)!;
  const of = (seq: number) => epochs.findLast((e) => e.base < seq) ?? epochs[0]!;
  return {
    site,
    gateway,
    current,
    list: () => epochs,
    named: (name) => epochs.find((e) => e.epoch === name) ?? null,
    of,
    keyOf(seq) {
      const { epoch, base } = of(seq);
      return { site, gateway, epoch, seq: seq - base };
    },
    endOf: (epoch) => epochs.find((e) => e.id > epoch.id)?.base ?? Number.MAX_SAFE_INTEGER,
    begin(reason, base, now) {
      beginEpoch(db, reason, base, now);
      epochs = all.all();
      return current();
    },
  };
}

/** The row of a new epoch, random enough never to come twice. */
export function beginEpoch(db: Db, reason: EpochReason, base: number, now: Millis): void {
  db.prepare('INSERT INTO epoch (epoch, base, begun_at, reason) VALUES (?, ?, ?, ?)').run(
    randomBytes(8).toString('hex'),
    base,
    now,
    reason,
  );
}
