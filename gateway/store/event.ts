import type { EventBody, EventKey, WorkshopEvent } from '../../protocols/event.ts';
import { priorityOf } from '../../protocols/event.ts';
import { PRIORITIES } from '../../protocols/signal.ts';
import { type Millis, toRfc3339 } from '../../protocols/time.ts';
import type { Db } from './db.ts';

export interface EventRow {
  readonly seq: number;
  readonly type: string;
  readonly subject: string;
  readonly time: Millis;
  readonly data: string;
}

/** Whose log it is: the part of the key that all events of this store share. */
export type LogKey = Omit<EventKey, 'seq'>;

/** Writes events and reads them back. The caller gives the transaction and the seq. */
export function eventTable(db: Db, key: LogKey) {
  const insert = db.prepare<[number, string, string, Millis, number, string | null, string]>(
    'INSERT INTO event (seq, type, subject, time, rank, vin, data) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const queue = db.prepare<[number]>('INSERT INTO outbox (seq) VALUES (?)');
  const after = db.prepare<[number, number], EventRow>(
    'SELECT seq, type, subject, time, data FROM event WHERE seq > ? ORDER BY seq LIMIT ?',
  );
  const ofVin = db.prepare<[string, number], EventRow>(
    'SELECT seq, type, subject, time, data FROM event WHERE vin = ? ORDER BY seq DESC LIMIT ?',
  );

  return {
    insert(seq: number, e: EventBody): WorkshopEvent {
      const rank = PRIORITIES.indexOf(priorityOf(e.type));
      insert.run(seq, e.type, e.subject, e.time, rank, vinOf(e), JSON.stringify(e.data));
      queue.run(seq);
      return { ...e, ...key, seq };
    },

    /** Events after a seq, oldest first, read page by page so that the log may be of any length. */
    *after(seq: number): Generator<WorkshopEvent> {
      for (let last = seq; ; ) {
        const page = after.all(last, 1_000);
        if (page.length === 0) return;
        for (const row of page) yield revive(row, key);
        last = page.at(-1)!.seq;
      }
    },

    /** What is known of one car, newest first. */
    storyOf(vin: string, limit: number): { type: string; time: Millis; data: unknown }[] {
      return ofVin.all(vin, limit).map(({ type, time, data }) => ({ type, time, data: JSON.parse(data) as unknown }));
    },
  };
}

function revive(row: EventRow, key: LogKey): WorkshopEvent {
  const { seq, type, subject, time, data } = row;
  return { type, subject, time, data: JSON.parse(data), ...key, seq } as WorkshopEvent;
}

/** The car that an event tells of, where it is one and known by its VIN. */
function vinOf(e: EventBody): string | null {
  if (e.type === 'liftgate.scan.v1') return e.data.kind === 'vin' ? e.data.text : null;
  const { vin } = e.data as { vin?: string | null };
  return vin ?? null;
}

/** The border form as text, made without parsing what is JSON already. */
export function cloudEventText(row: EventRow, key: LogKey): string {
  const head = JSON.stringify({
    specversion: '1.0',
    id: `${key.epoch}-${row.seq}`,
    source: `/sites/${key.site}/gateways/${key.gateway}`,
    type: row.type,
    subject: row.subject,
    time: toRfc3339(row.time),
    datacontenttype: 'application/json',
  });
  return `${head.slice(0, -1)},"data":${row.data}}`;
}
