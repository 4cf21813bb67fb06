import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { LiftgateError, messageOf } from '../protocols/error.ts';

/** One line of a label file. */
export interface Labelled {
  /** As it stands in the file. */
  readonly path: string;
  /** Where that is: paths are relative to the label file. */
  readonly file: string;
  /** Null: no label given. */
  readonly occupied: boolean | null;
  /** What the model calls it: the name, or the corners where it has none; empty for the whole picture. */
  readonly region: string;
  /** Corners as written; empty for the whole picture. */
  readonly corners: string;
  /** For messages: file and line. */
  readonly where: string;
}

const OCCUPIED = /^(occupied|car|vehicle|full|busy|true|yes|1)$/i;
const EMPTY = /^(empty|free|none|vacant|false|no|0)$/i;

/**
 * Reads a label file: CSV with the columns path, label and region, in the order of its first line (RFC 4180: commas,
 * quotes around texts that hold commas).
 * @throws LiftgateError `invalid` naming file and line.
 */
export async function readLabels(name: string): Promise<Labelled[]> {
  const text = await readFile(name, 'utf8').catch((e: unknown) => {
    throw new LiftgateError(
      'not-found',
      `expected a label file (path,label,region), got ${messageOf(e)}; check --labels or --images`,
    );
  });
  const lines = records(text.replace(/^\uFEFF/, ''), name);
  const head = (lines[0] ?? []).map((c) => c.trim().toLowerCase());
  const column = { path: head.indexOf('path'), label: head.indexOf('label'), region: head.indexOf('region') };
  if (column.path < 0 || column.label < 0)
    throw new LiftgateError('invalid', `${name}: expected a first line "path,label,region", got "${head.join(',')}"`);
  const rows = lines.slice(1).flatMap((cells, i): Labelled[] => {
    const where = `${name}, record ${i + 2}`;
    const path = cells[column.path]?.trim() ?? '';
    if (path === '') throw new LiftgateError('invalid', `${where}: expected the path of a picture, got nothing`);
    const label = cells[column.label]?.trim() ?? '';
    // A polygon without quotes has spread over the columns that follow.
    const region = column.region < 0 ? '' : cells.slice(column.region).join(',').trim();
    return [
      {
        ...{ path, file: resolve(dirname(name), path), occupied: labelOf(label, where), where },
        ...named(region, where),
      },
    ];
  });
  if (rows.length === 0) throw new LiftgateError('invalid', `${name}: expected at least one picture, got none`);
  return rows;
}

/** Words that say what shape follows, and name no bay. */
const SHAPES = /^(polygon|poly|rectangle|rect|bbox|box|points|corners|roi)$/i;
const NAME_FIRST = /^([^=:([]*?)\s*(?:([=:])\s*|(?=[([]))(.*)$/;
/** Four numbers in a row are no name. */
const NUMBERS = /\d(?:[\s,;|/()[\]]+-?\d*\.?\d+){3}/;

/** `NAME=corners`, with a colon or brackets for the sign if need be; corners alone; or a name alone. */
function named(region: string, where: string): { region: string; corners: string } {
  const [, name = '', sign, after = ''] = NAME_FIRST.exec(region) ?? [];
  const splits = name !== '' && after !== '' && (sign === '=' || NUMBERS.test(after));
  if (splits) return SHAPES.test(name) ? { region, corners: after } : { region: name, corners: after };
  if (NUMBERS.test(region) && /[a-wyz]|\p{Script=Han}/iu.test(region))
    throw new LiftgateError('invalid', `${where}: expected the region as NAME=x1 y1 x2 y2 …, got "${region}"`);
  return { region, corners: region };
}

function labelOf(text: string, where: string): boolean | null {
  if (text === '') return null;
  if (OCCUPIED.test(text)) return true;
  if (EMPTY.test(text)) return false;
  throw new LiftgateError('invalid', `${where}: expected the label occupied or empty, got "${text}"`);
}

/** A polygon may stand without quotes, so that a record may be longer than the first. */
function records(text: string, name: string): string[][] {
  try {
    return parse(text, { relax_column_count: true, relax_quotes: true, skip_empty_lines: true });
  } catch (e) {
    throw new LiftgateError('invalid', `${name}: expected CSV (RFC 4180): ${(e as Error).message}`);
  }
}
