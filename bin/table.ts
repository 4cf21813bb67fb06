import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { LiftgateError } from '../protocols/error.ts';
import { fromRfc3339 } from '../protocols/time.ts';

/** A CSV file column by column. */
export interface Table {
  readonly file: string;
  readonly columns: readonly string[];
  /** Cells of one column, as they stand there. */
  readonly cells: ReadonlyMap<string, readonly string[]>;
  readonly rows: number;
  /** Lines above the columns that begin with `#`, without it. */
  readonly notes: readonly string[];
}

/**
 * Reads a CSV file whose first line names the columns (RFC 4180; comma, semicolon or tab, whichever parts the first line).
 * Remarks may stand above it. UTF-8, or UTF-16 that says so.
 * @throws LiftgateError `not-found`, or `invalid` naming file and record.
 */
export async function readTable(file: string): Promise<Table> {
  const bytes = await readFile(file).catch((e: NodeJS.ErrnoException) => {
    throw new LiftgateError('not-found', `${file}: expected a CSV file that can be read, got ${e.code}`);
  });
  const whole = new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8').decode(bytes);
  const above = /^(?:#.*(?:\r\n|\r|\n))*/.exec(whole)![0];
  const notes = above.split(/[\r\n]+/).flatMap((line) => (line === '' ? [] : [line.slice(1).trim()]));
  const [columns = [], ...records] = recordsOf(whole.slice(above.length), file);
  const rows = records.length;
  if (rows === 0)
    throw new LiftgateError('invalid', `${file}: expected a line of column names and rows below it, got none`);
  const cells = columns.map((name, i) => [name, records.map((record) => record[i] ?? '')] as const);
  return { file, columns, cells: new Map(cells), rows, notes };
}

function recordsOf(text: string, file: string): string[][] {
  const first = text.slice(0, Math.max(0, text.search(/[\r\n]|$/)));
  const delimiter = [',', ';', '\t'].reduce((a, b) => (first.split(b).length > first.split(a).length ? b : a));
  const options = {
    bom: true,
    delimiter,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    trim: true,
  };
  try {
    return parse(text, options);
  } catch (e) {
    throw new LiftgateError('invalid', `${file}: expected CSV (RFC 4180): ${(e as Error).message}`);
  }
}

/** What a column of this name is called in the table: the same, or the only one that differs by capitals; null: none. */
export function nameIn(table: Table, name: string): string | null {
  if (table.cells.has(name)) return name;
  const alike = table.columns.filter((c) => c.toLowerCase() === name.toLowerCase());
  return alike.length === 1 ? alike[0]! : null;
}

/** One column. @throws LiftgateError `invalid` that says which columns there are, and the option that names one. */
export function columnOf(table: Table, name: string, option: string): readonly string[] {
  const called = nameIn(table, name);
  if (called !== null) return table.cells.get(called)!;
  const are = table.columns.join(', ');
  throw new LiftgateError(
    'invalid',
    `${table.file}: expected a column "${name}", got ${are}; name the right one by ${option}`,
  );
}

/** A number as people write it; NaN where there is none. */
export function numberIn(cell: string): number {
  return cell === '' ? Number.NaN : Number(cell);
}

/**
 * A time in ms: RFC 3339, the same with a space and without a zone (taken as UTC), or a number (of seconds, or of ms where
 * it is too great for seconds). Null where there is none.
 */
export function timeIn(cell: string): number | null {
  const number = numberIn(cell);
  if (Number.isFinite(number)) return Math.abs(number) < 1e11 ? number * 1_000 : number;
  const text = cell.replace(/^(\d{4})[/-](\d{1,2})[/-](\d{1,2})[ T]?/, (_, y, m, d) => `${y}-${two(m)}-${two(d)}T`);
  const full = /T$/.test(text) ? `${text}00:00:00` : /T\d\d:\d\d$/.test(text) ? `${text}:00` : text;
  return fromRfc3339(/(Z|[+-]\d\d:?\d\d)$/i.test(full) ? full : `${full}Z`);
}

const two = (digits: string) => digits.padStart(2, '0');
