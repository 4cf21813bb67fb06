import Database from 'better-sqlite3';
import type { Millis } from '../../protocols/time.ts';
import type { Db } from './db.ts';
import { beginEpoch, type Epoch } from './epoch.ts';
import { type Run, runs } from './run.ts';

/** What was found in a broken database. */
export interface Salvage {
  /** Events that could be read, and how many of them wait for the cloud. */
  readonly events: number;
  readonly queued: number;
  /** Events that waited for the cloud and could not be read. */
  readonly lost: number;
  /** Numbers that are missing in the last epoch, as they are on the wire: they are told to the cloud as a gap. */
  readonly missing: { readonly epoch: string; readonly ranges: readonly Run[] } | null;
}

/** Most ranges of one gap record. */
const MOST_RANGES = 500;
/** Rows that are read at once; after a broken page one by one, and past it with growing strides. */
const PAGE = 500;
const MOST_STRIDES = 60;

type Row = Record<string, string | number | bigint | null>;

interface LogRow {
  readonly last_seq: number;
  readonly produced: number;
  readonly acknowledged: number;
  readonly queued: number;
  readonly dropped: number;
  readonly down_cursor: string;
}

/**
 * Brings what can be read of a broken database into a new one, under the old keys, and begins a new epoch there: numbers
 * that were given after the damage was done are never used twice.
 */
export function salvage(file: string, into: Db, now: Millis): Salvage {
  let from: Db;
  try {
    from = new Database(file, { readonly: true, fileMustExist: true });
  } catch {
    return NOTHING;
  }
  try {
    return into.transaction(() => copyAll(from, into, now)).immediate();
  } finally {
    from.close();
  }
}

const NOTHING: Salvage = { events: 0, queued: 0, lost: 0, missing: null };

function copyAll(from: Db, into: Db, now: Millis): Salvage {
  const [log] = wholeTable<LogRow>(from, 'log');
  const epochs = wholeTable<Epoch>(from, 'epoch');
  const copy = (table: string, rows: Iterable<Row>) => insertRows(into, table, rows);
  const events = epochs.length === 0 ? 0 : copy('event', byKey(from, 'event', 'seq'));
  if (log === undefined && events === 0) return NOTHING;

  into.prepare('DELETE FROM epoch').run();
  copy('epoch', epochs as unknown as Row[]);
  copy('boot', wholeTable<Row>(from, 'boot'));
  copy('outbox', byKey(from, 'outbox', 'seq'));
  for (const table of ['dead_letter', 'note', 'password', 'screen', 'dropped', 'calibration', 'snapshot'])
    copy(table, wholeTable<Row>(from, table));
  copy('down_event', byKey(from, 'down_event', 'id'));
  const kept = into.prepare<[], number>("SELECT input FROM snapshot WHERE name = 'engine'").pluck().get();
  // A replay begins at the snapshot: without it the rows would tell half a story.
  if (kept !== undefined) copy('input', byKey(from, 'input', 'id', kept));

  // Without its event a queued row cannot be sent.
  into.prepare('DELETE FROM outbox WHERE seq NOT IN (SELECT seq FROM event)').run();
  const one = (sql: string) => into.prepare<[], number | null>(sql).pluck().get() ?? 0;
  const queued = one('SELECT count(*) FROM outbox');
  const lastSeq = Math.max(log?.last_seq ?? 0, one('SELECT max(seq) FROM event'), epochs.at(-1)?.base ?? 0);
  const produced = Math.max(log?.produced ?? events, queued + (log?.dropped ?? 0));
  const lost = Math.max(0, (log?.queued ?? queued) - queued);
  const dropped = (log?.dropped ?? 0) + lost;
  into
    .prepare('UPDATE log SET last_seq = ?, produced = ?, acknowledged = ?, queued = ?, dropped = ?, down_cursor = ?')
    .run(
      lastSeq,
      Math.max(produced, queued + dropped),
      Math.max(produced - queued - dropped, 0),
      queued,
      dropped,
      log?.down_cursor ?? '0',
    );
  if (lost > 0)
    into
      .prepare(
        `INSERT INTO dropped (class, reason, count) VALUES ('unknown', 'corrupt', ?)
         ON CONFLICT (class, reason) DO UPDATE SET count = count + excluded.count`,
      )
      .run(lost);
  const missing = missingOf(into, epochs.at(-1) ?? null, lastSeq);
  beginEpoch(into, 'salvaged', lastSeq, now);
  return { events, queued, lost, missing };
}

/** Rows that the last epoch should have and has not; those that retention took long ago are told as well. */
function missingOf(into: Db, epoch: Epoch | null, lastSeq: number): Salvage['missing'] {
  if (!epoch || lastSeq <= epoch.base) return null;
  const contiguous = into.prepare<[number], number>('SELECT contiguous FROM epoch WHERE id = ?').pluck().get(epoch.id);
  const present = into.prepare<[number], number>('SELECT seq FROM event WHERE seq > ? ORDER BY seq').pluck();
  const ranges: Run[] = [];
  let next = epoch.base + (contiguous ?? 0) + 1;
  for (const [a, b] of runs(present.iterate(next - 1))) {
    if (a > next) ranges.push([next - epoch.base, a - 1 - epoch.base]);
    next = b + 1;
  }
  if (next <= lastSeq) ranges.push([next - epoch.base, lastSeq - epoch.base]);
  return ranges.length === 0 ? null : { epoch: epoch.epoch, ranges: ranges.slice(0, MOST_RANGES) };
}

function insertRows(into: Db, table: string, rows: Iterable<Row>): number {
  const known = new Set((into.pragma(`table_info(${table})`) as { name: string }[]).map((c) => c.name));
  let insert: Database.Statement | null = null;
  let columns: string[] = [];
  let n = 0;
  for (const row of rows) {
    if (insert === null) {
      columns = Object.keys(row).filter((c) => known.has(c));
      const marks = columns.map(() => '?').join();
      insert = into.prepare(`INSERT OR IGNORE INTO ${table} (${columns.join()}) VALUES (${marks})`);
    }
    n += insert.run(columns.map((c) => row[c])).changes;
  }
  return n;
}

/** A small table, or nothing where any of it cannot be read. */
function wholeTable<T>(from: Db, table: string): T[] {
  try {
    return from.prepare<[], T>(`SELECT * FROM ${table}`).all();
  } catch {
    return [];
  }
}

/** The rows of a large table in the order of its key, around what cannot be read. */
function* byKey(from: Db, table: string, key: string, after = 0): Generator<Row> {
  let page: Database.Statement<[number, number], Row>;
  try {
    page = from.prepare(`SELECT * FROM ${table} WHERE ${key} > ? ORDER BY ${key} LIMIT ?`);
  } catch {
    return;
  }
  let last = after;
  let size = PAGE;
  for (let strides = 0; strides < MOST_STRIDES; ) {
    let rows: Row[];
    try {
      rows = page.all(last, size);
    } catch {
      if (size > 1) size = 1;
      else last += 2 ** Math.min(strides++, 16);
      continue;
    }
    if (rows.length === 0) return;
    yield* rows;
    last = Number(rows.at(-1)![key]);
    // The broken page is behind us.
    if (strides > 0) size = PAGE;
    strides = 0;
  }
}
