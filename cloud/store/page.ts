import { LiftgateError } from '../../protocols/error.ts';

/** Which part of a list: newest first, after the entry that the cursor names. */
export interface PageAsk {
  readonly limit: number;
  readonly cursor: string | undefined;
}

export interface Page<T> {
  readonly items: T[];
  readonly next: string | null;
}

/** Where the page begins: the time and the id of the last entry of the page before; both null at the start. */
export function startOf({ cursor }: PageAsk): [at: number | null, id: string | null] {
  if (cursor === undefined) return [null, null];
  const [, at, id] = /^(\d{1,16})~(.{1,128})$/s.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (at !== undefined && id !== undefined) return [Number(at), id];
  throw new LiftgateError('invalid', 'cursor: expected the "next" of the page before; leave it out to start anew', {
    about: 'cursor',
  });
}

/** Cuts `rows`, of which one more than `limit` was asked for, to a page. */
export function pageOf<Row, T>(
  rows: readonly Row[],
  { limit }: PageAsk,
  keyOf: (row: Row) => readonly [at: number, id: string],
  itemOf: (row: Row) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  const next = last === undefined ? null : Buffer.from(keyOf(last).join('~')).toString('base64url');
  return { items: shown.map(itemOf), next };
}

/** A text that people typed, for LIKE: any part, any case; its own wildcards mean themselves. */
export function anyPart(q: string | undefined): string | null {
  return q ? `%${q.replaceAll(/[\\%_]/g, '\\$&')}%` : null;
}
