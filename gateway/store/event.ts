import type { ClockQuality, EventBody, EventKey, WorkshopEvent } from '../../protocols/event.ts';
import { priorityOf } from '../../protocols/event.ts';
import { PRIORITIES } from '../../protocols/signal.ts';
import { type Millis, toRfc3339 } from '../../protocols/time.ts';
import type { Boot } from './boot.ts';
import type { Db } from './db.ts';
import type { Epochs } from './epoch.ts';

interface StoredEvent {
  readonly seq: number;
  readonly type: string;
  readonly subject: string;
  readonly time: Millis;
  readonly data: string;
}

/** An event as it lies in the store, with the clocks of the moment; rows of earlier versions have none. */
export interface EventRow extends StoredEvent {
  readonly recordedAt: Millis | null;
  readonly boot: number | null;
  readonly mono: number | null;
  readonly clock: 0 | 1;
}

/** What goes up first, whatever waits. */
const FIRST = PRIORITIES.indexOf('alert');

/** Writes events and reads them back. The caller gives the transaction and the seq. */
export function eventTable(db: Db, epochs: Epochs, boot: Boot) {
  const insert = db.prepare<
    [number, string, string, Millis, number, string | null, string, Millis, number, number, number]
  >(
    `INSERT INTO event (seq, type, subject, time, rank, vin, data, recorded_at, boot, mono, clock)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const queue = db.prepare<[number, number]>('INSERT INTO outbox (seq, lane) VALUES (?, ?)');
  const after = db.prepare<[number, number], StoredEvent>(
    'SELECT seq, type, subject, time, data FROM event WHERE seq > ? ORDER BY seq LIMIT ?',
  );
  const ofVin = db.prepare<[string, number], StoredEvent>(
    'SELECT seq, type, subject, time, data FROM event WHERE vin = ? ORDER BY seq DESC LIMIT ?',
  );

  return {
    insert(seq: number, e: EventBody): WorkshopEvent {
      const rank = PRIORITIES.indexOf(priorityOf(e.type));
      const { recordedAt, boot: run, mono, clock } = boot.stamp();
      const data = JSON.stringify(e.data);
      insert.run(seq, e.type, e.subject, e.time, rank, vinOf(e), data, recordedAt, run, mono, clock);
      queue.run(seq, rank === FIRST ? 0 : 1);
      return { ...e, ...epochs.keyOf(seq) };
    },

    /** Events after a seq, oldest first, read page by page so that the log may be of any length. */
    *after(seq: number): Generator<WorkshopEvent> {
      for (let last = seq; ; ) {
        const page = after.all(last, 1_000);
        if (page.length === 0) return;
        for (const row of page) yield revive(row, epochs.keyOf(row.seq));
        last = page.at(-1)!.seq;
      }
    },

    /** What is known of one car, newest first. */
    storyOf(vin: string, limit: number): { type: string; time: Millis; data: unknown }[] {
      return ofVin.all(vin, limit).map(({ type, time, data }) => ({ type, time, data: JSON.parse(data) as unknown }));
    },
  };
}

function revive(row: StoredEvent, key: EventKey): WorkshopEvent {
  const { type, subject, time, data } = row;
  return { type, subject, time, data: JSON.parse(data), ...key } as WorkshopEvent;
}

/** The car that an event tells of, where it is one and known by its VIN. */
function vinOf(e: EventBody): string | null {
  if (e.type === 'liftgate.scan.v1') return e.data.kind === 'vin' ? e.data.text : null;
  const { vin } = e.data as { vin?: string | null };
  return vin ?? null;
}

/** The border form as text, made without parsing what is JSON already. */
export function cloudEventText(
  row: StoredEvent,
  key: EventKey,
  { shift, quality }: { readonly shift: number; readonly quality: ClockQuality | null },
  historical: boolean,
): string {
  const head = JSON.stringify({
    specversion: '1.0',
    id: `${key.epoch}-${key.seq}`,
    source: `/sites/${key.site}/gateways/${key.gateway}`,
    type: row.type,
    subject: row.subject,
    time: toRfc3339(row.time),
    datacontenttype: 'application/json',
    ...(historical ? { historical } : {}),
    ...(shift === 0 ? {} : { correctedtime: toRfc3339(Math.max(0, Math.round(row.time + shift))) }),
    ...(quality === null ? {} : { clockquality: quality }),
  });
  return `${head.slice(0, -1)},"data":${row.data}}`;
}
