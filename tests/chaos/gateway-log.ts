import { join } from 'node:path';
import Database from 'better-sqlite3';
import { packed } from '../../cloud/store/body.ts';
import type { EventBody } from '../../protocols/event.ts';

/** One event as the gateway keeps it, under the key that it bears on the wire. */
export interface GatewayRow {
  readonly row: number;
  readonly epoch: string;
  readonly seq: number;
  readonly type: string;
  readonly subject: string;
  readonly time: number;
  readonly data: {
    readonly device?: string;
    readonly text?: string;
    readonly heightMm?: number;
    readonly rule?: string;
  };
  readonly hash: string;
}

export interface GatewayLog {
  readonly rows: readonly GatewayRow[];
  readonly epochs: readonly string[];
  readonly integrity: string;
  readonly produced: number;
  readonly acknowledged: number;
  readonly queued: number;
  readonly dropped: number;
  /** Rows of the outbox, and how many of them have no event. */
  readonly waiting: ReadonlySet<number>;
  readonly orphans: number;
  /** Too large for the cloud: a gap record tells of them instead. */
  readonly givenUp: ReadonlySet<number>;
}

interface Stored {
  readonly seq: number;
  readonly type: string;
  readonly subject: string;
  readonly time: number;
  readonly data: string;
}

/** Reads a store that no process has open. */
export function readGatewayLog(folder: string): GatewayLog {
  const db = new Database(join(folder, 'gateway.db'), { readonly: true });
  try {
    const epochs = db.prepare<[], { epoch: string; base: number }>('SELECT epoch, base FROM epoch ORDER BY id').all();
    const rows = db.prepare<[], Stored>('SELECT seq, type, subject, time, data FROM event ORDER BY seq').all();
    const numbers = db
      .prepare<[], Record<'produced' | 'acknowledged' | 'queued' | 'dropped', number>>(
        'SELECT produced, acknowledged, queued, dropped FROM log',
      )
      .get()!;
    const count = (sql: string) => db.prepare<[], number>(sql).pluck().get()!;
    return {
      ...numbers,
      epochs: epochs.map((e) => e.epoch),
      rows: rows.map((r) => {
        const { epoch, base } = epochs.findLast((e) => e.base < r.seq)!;
        const data = JSON.parse(r.data) as GatewayRow['data'];
        return {
          row: r.seq,
          epoch,
          seq: r.seq - base,
          type: r.type,
          subject: r.subject,
          time: r.time,
          data,
          hash: hashText(r),
        };
      }),
      integrity: String(db.pragma('integrity_check(1)', { simple: true })),
      waiting: new Set(db.prepare<[], number>('SELECT seq FROM outbox').pluck().all()),
      givenUp: new Set(db.prepare<[], number>("SELECT seq FROM dead_letter WHERE verdict = 'oversize'").pluck().all()),
      orphans: count('SELECT count(*) FROM outbox WHERE seq NOT IN (SELECT seq FROM event)'),
    };
  } finally {
    db.close();
  }
}

/** By the function that the cloud hashes with; an event that it would refuse has none. */
function hashText({ type, subject, time, data }: Stored): string {
  try {
    return packed({ type, subject, time, data: JSON.parse(data) } as EventBody).hash;
  } catch {
    return 'refused';
  }
}
