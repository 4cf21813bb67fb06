import { basename } from 'node:path';
import { LiftgateError } from '../protocols/error.ts';
import { type LogColumn, readLogCodes, readLogColumn, readLogNumber } from '../protocols/obd/log-columns.ts';
import { valueFault } from '../protocols/reading.ts';
import { SIGNAL_NAMES, type SignalName, signalSpec } from '../protocols/signal.ts';
import { readTable, type Table, timeIn } from './table.ts';

/** One value of a recorded drive. */
interface DriveSample {
  /** ms since 1970. */
  readonly at: number;
  readonly signal: SignalName;
  readonly value: number | boolean | readonly string[];
  readonly part: string | null;
}

export interface DriveLog {
  readonly samples: readonly DriveSample[];
  readonly mapped: readonly { readonly column: string; readonly signal: SignalName }[];
  /** Columns, or names in a column of names, that no signal stands for. */
  readonly unmapped: readonly string[];
  /** False: the log counts seconds only, and its day is not known. */
  readonly dated: boolean;
  /** Values that their signal cannot have, such as −40 km/h. */
  readonly outOfRange: number;
}

/** Columns that a person names: heading to signal. */
export type ColumnMap = Readonly<Record<string, string>>;

const TIME =
  /^(time ?stamp|date ?time|device time|gps time|time|date|seconds|elapsed.*|zeit|时间|second|timestamp ?ms|t)$/;
const NAME = /^(pid|name|signal|parameter|sensor)$/;
const VALUE = /^(value|reading|val)$/;
const UNIT = /^(units?|unit of measure)$/;
/** The day of a log that has none: chosen so that nobody takes it for a real one. */
const NO_DAY = Date.UTC(2000, 0, 1);
const BETWEEN_FILES_MS = 12 * 3_600_000;
const DAY_MS = 86_400_000;

/**
 * Reads drive logs of one car, in the order given: wide (a column for each value) or long (time, name, value).
 * @throws LiftgateError `invalid` naming file and column.
 */
export async function readDriveLogs(files: readonly string[], map: ColumnMap = {}): Promise<DriveLog> {
  const logs: DriveLog[] = [];
  let last = NO_DAY - BETWEEN_FILES_MS;
  for (const file of files) {
    const log = readLog(await readTable(file), map, last + BETWEEN_FILES_MS);
    last = log.samples.reduce((most, s) => Math.max(most, s.at), last);
    logs.push(log);
  }
  const mapped = new Map(logs.flatMap((l) => l.mapped).map((m) => [m.column, m]));
  return {
    samples: logs.flatMap((l) => l.samples),
    mapped: [...mapped.values()],
    unmapped: [...new Set(logs.flatMap((l) => l.unmapped))].filter((c) => !mapped.has(c)),
    dated: logs.every((l) => l.dated),
    outOfRange: logs.reduce((a, l) => a + l.outOfRange, 0),
  };
}

const plain = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[([].*$/, '')
    .replace(/[^a-z\u4e00-\u9fff]+/g, ' ')
    .trim();

function readLog(table: Table, map: ColumnMap, start: number): DriveLog {
  const find = (pattern: RegExp) => table.columns.find((c) => pattern.test(plain(c)) && !Object.hasOwn(map, c));
  // The device's own clock before that of the satellites, which is often empty.
  const timed = table.columns.filter((c) => TIME.test(plain(c)) && table.cells.get(c)!.some((cell) => cell !== ''));
  const time = timed.find((c) => plain(c) !== 'gps time') ?? timed[0];
  if (time === undefined)
    throw new LiftgateError(
      'invalid',
      `${table.file}: expected a column of times (timestamp, time, seconds), got ${table.columns.join(', ')}`,
    );
  const { times, dated } = timesOf(table, time, start);
  const [name, value] = [find(NAME), find(VALUE)];
  const rows =
    name !== undefined && value !== undefined
      ? longRows(table, name, value, find(UNIT), map)
      : wideRows(table, time, map);
  const samples: DriveSample[] = [];
  let outOfRange = 0;
  for (const { row, column, cell } of rows.cells) {
    const read = valueIn(cell, column);
    const at = times[row];
    if (read === null || at === null || at === undefined) continue;
    if (valueFault(column.signal, read as number) !== null) outOfRange += 1;
    else samples.push({ at, signal: column.signal, value: read, part: column.part });
  }
  samples.sort((a, b) => a.at - b.at);
  return { samples, mapped: rows.mapped, unmapped: rows.unmapped, dated, outOfRange };
}

interface Rows {
  readonly cells: readonly { readonly row: number; readonly column: LogColumn; readonly cell: string }[];
  readonly mapped: DriveLog['mapped'];
  readonly unmapped: readonly string[];
}

function wideRows(table: Table, time: string, map: ColumnMap): Rows {
  const cells: { row: number; column: LogColumn; cell: string }[] = [];
  const mapped: { column: string; signal: SignalName }[] = [];
  const unmapped: string[] = [];
  const taken = new Set<string>();
  for (const heading of table.columns) {
    if (heading === time || TIME.test(plain(heading))) continue;
    const column = columnFor(heading, null, map);
    const key = column && `${column.signal}/${column.part}`;
    // Of two columns of the same value (two control units, say) the first is taken: mixed, they would look like noise.
    if (column === null || taken.has(key!) || table.cells.get(heading)!.every((c) => c === '')) {
      unmapped.push(heading);
      continue;
    }
    taken.add(key!);
    mapped.push({ column: heading, signal: column.signal });
    table.cells.get(heading)!.forEach((cell, row) => {
      if (cell !== '') cells.push({ row, column, cell });
    });
  }
  return { cells, mapped, unmapped };
}

function longRows(table: Table, name: string, value: string, unit: string | undefined, map: ColumnMap): Rows {
  const columns = new Map<string, LogColumn | null>();
  const cells: { row: number; column: LogColumn; cell: string }[] = [];
  const units = unit === undefined ? null : table.cells.get(unit)!;
  const values = table.cells.get(value)!;
  table.cells.get(name)!.forEach((heading, row) => {
    let column = columns.get(heading);
    if (column === undefined) {
      column = columnFor(heading, units?.[row] || null, map);
      columns.set(heading, column);
    }
    if (column !== null && values[row] !== '') cells.push({ row, column, cell: values[row]! });
  });
  const known = [...columns].flatMap(([column, c]) => (c === null ? [] : [{ column, signal: c.signal }]));
  return { cells, mapped: known, unmapped: [...columns].filter(([, c]) => c === null).map(([heading]) => heading) };
}

function columnFor(heading: string, unit: string | null, map: ColumnMap): LogColumn | null {
  const unitOf = (s: SignalName) => signalSpec(s).unit;
  const named = Object.hasOwn(map, heading) ? map[heading]! : null;
  if (named === null) {
    const itself = SIGNAL_NAMES.find((s) => s === heading);
    return itself ? { signal: itself, scale: 1, offset: 0, part: null } : readLogColumn(heading, unit, unitOf);
  }
  const [signal, part = null] = named.split('/', 2);
  const known = SIGNAL_NAMES.find((s) => s === signal || s === `obd.${signal}`);
  if (known === undefined)
    throw new LiftgateError('invalid', `map: column "${heading}": expected a signal such as obd.rpm, got "${named}"`);
  const converted = readLogColumn(heading, unit, () => unitOf(known));
  return { signal: known, scale: converted?.scale ?? 1, offset: converted?.offset ?? 0, part };
}

function valueIn(cell: string, column: LogColumn): DriveSample['value'] | null {
  const { value } = signalSpec(column.signal);
  if (value === 'list') return readLogCodes(cell);
  // Parameter 03 as a number: 2 and 16 are closed loops, 4 and 8 open ones.
  if (value === 'flag')
    return /^(1|2|16|true|on|yes|cl\b.*|closed.*)$/i.test(cell)
      ? true
      : /^(0|4|8|false|off|no|ol\b.*|open.*)$/i.test(cell)
        ? false
        : null;
  const number = readLogNumber(cell);
  return number === null ? null : number * column.scale + column.offset;
}

/** Times of the rows in ms. Small numbers are seconds from the beginning; the day may stand in the file's name. */
function timesOf(table: Table, column: string, start: number): { times: (number | null)[]; dated: boolean } {
  const cells = table.cells.get(column)!;
  const numbers = cells.map((c) => (/^[\d.,]+$/.test(c) ? readLogNumber(c) : null));
  const greatest = numbers.reduce((most: number, n) => Math.max(most, n ?? 0), 0);
  const counts = numbers.some((n) => n !== null) && greatest < 1e8;
  if (counts) {
    const named = begunAt(table);
    const scale = /(^|[^a-z])ms([^a-z]|$)|milli/.test(column.toLowerCase()) ? 1 : 1_000;
    const first = numbers.find((n) => n !== null) ?? 0;
    // Seconds of the day begin anew at midnight.
    let days = 0;
    let before = first;
    const times = numbers.map((n) => {
      if (n === null) return null;
      if (n * scale < before * scale - DAY_MS / 2 && before * scale < DAY_MS) days += 1;
      before = n;
      return (named ?? start) + (n - first) * scale + days * DAY_MS;
    });
    return { times, dated: named !== null };
  }
  const clock = cells.map(clockIn);
  if (clock.some((c) => c !== null)) {
    // Only the time of day: midnight may lie between two rows.
    const named = begunAt(table);
    let day = Math.floor((named ?? start) / 86_400_000) * 86_400_000;
    let before = -1;
    const times = clock.map((c) => {
      if (c === null) return null;
      if (c < before - 43_200_000) day += 86_400_000;
      before = c;
      return day + c;
    });
    return { times, dated: named !== null };
  }
  const times = cells.map((c) => timeIn(c) ?? wordyTime(c));
  if (times.every((t) => t === null))
    throw new LiftgateError(
      'invalid',
      `${table.file}: expected times in "${column}", got "${cells.find((c) => c !== '') ?? ''}"`,
    );
  return { times, dated: true };
}

/** When the log began, as a line above the columns (`# StartTime = 09/14/2024 08:51:12 AM`) or the name of the file says. */
function begunAt(table: Table): number | null {
  const said = table.notes.map((n) => /start ?time\s*[=:]\s*(.+)$/i.exec(n)?.[1]?.trim()).find((t) => t !== undefined);
  const read = said === undefined ? null : (timeIn(said) ?? wordyTime(said));
  return read ?? dayIn(basename(table.file));
}

/** `14:05:33.120` as ms of the day. */
function clockIn(cell: string): number | null {
  const m = /^(\d{1,2}):(\d{2}):(\d{2})(?:[.,](\d{1,3}))?$/.exec(cell);
  if (!m) return null;
  return Number(m[1]) * 3_600_000 + Number(m[2]) * 60_000 + Number(m[3]) * 1_000 + Number((m[4] ?? '').padEnd(3, '0'));
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const monthOf = (word: string) => MONTHS.indexOf(word.slice(0, 3).toLowerCase());

/**
 * `19-Dec-2013 13:15:45.123` and `Thu Dec 19 13:15:44 EST 2013`, as Torque writes them, `09/14/2024 08:51:12.345 AM` and
 * `14.09.2024 08:51:12`; taken as UTC.
 */
function wordyTime(cell: string): number | null {
  const a = /^(\d{1,2})[- ]([A-Za-z]{3})[a-z]*[- ](\d{4}) (\d{1,2}):(\d{2}):(\d{2})(?:\.(\d{1,3}))?$/.exec(cell);
  if (a && monthOf(a[2]!) >= 0)
    return Date.UTC(+a[3]!, monthOf(a[2]!), +a[1]!, +a[4]!, +a[5]!, +a[6]!, Number((a[7] ?? '').padEnd(3, '0')));
  const b = /^[A-Za-z]{3} ([A-Za-z]{3}) (\d{1,2}) (\d{2}):(\d{2}):(\d{2}) \S+ (\d{4})$/.exec(cell);
  if (b && monthOf(b[1]!) >= 0) return Date.UTC(+b[6]!, monthOf(b[1]!), +b[2]!, +b[3]!, +b[4]!, +b[5]!);
  const c =
    /^(\d{1,2})([/.])(\d{1,2})[/.](\d{4}),? (\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?([AP])M)?$/i.exec(
      cell,
    );
  if (!c) return null;
  const [one, two] = [Number(c[1]), Number(c[3])];
  // With points the day stands first; with strokes the month, where it can be one.
  const [day, month] = c[2] === '.' || one > 12 ? [one, two] : [two, one];
  if (month > 12 || day > 31) return null;
  const hour = c[9] === undefined ? Number(c[5]) : (Number(c[5]) % 12) + (c[9].toUpperCase() === 'P' ? 12 : 0);
  const ms = Number((c[8] ?? '').slice(0, 3).padEnd(3, '0'));
  return Date.UTC(Number(c[4]), month - 1, day, hour, Number(c[6]), Number(c[7] ?? 0), ms);
}

/** A date in a file's name, such as `trackLog-2022-Jul-23_16-27-40.csv`. */
function dayIn(name: string): number | null {
  const m = /(20\d\d)[-_.]?(\d{2}|[A-Za-z]{3})[-_.]?(\d{2})(?:[ T_-]+(\d{2})[-_.:]?(\d{2})[-_.:]?(\d{2}))?/.exec(name);
  if (!m) return null;
  const month = /\d/.test(m[2]!) ? Number(m[2]) - 1 : monthOf(m[2]!);
  if (month < 0 || month > 11 || Number(m[3]) > 31) return null;
  return Date.UTC(+m[1]!, month, +m[3]!, Number(m[4] ?? 0), Number(m[5] ?? 0), Number(m[6] ?? 0));
}
