import { hash } from 'node:crypto';
import { LiftgateError } from '../../protocols/error.ts';
import type { EventBody } from '../../protocols/event.ts';

/** What an event says, ready for the store. */
export interface Packed {
  /**
   * SHA-256 of all that it says, hexadecimal: the same key with the same hash is a repetition, with another hash a
   * conflict. (As text it is made and compared in half the time that a buffer takes.)
   */
  readonly hash: string;
  /** Its data as JSON. */
  readonly json: string;
}

/**
 * SHA-256 over what an event says, whatever the order of its keys.
 * @throws LiftgateError `invalid` for a text that jsonb cannot hold (NUL, half a surrogate pair).
 */
export function packed({ type, subject, time, data }: EventBody): Packed {
  const json = JSON.stringify(sorted(data));
  const text = `{"data":${json},"subject":${JSON.stringify(subject)},"time":${time},"type":${JSON.stringify(type)}}`;
  // JSON writes both as escapes, and a backslash before them as two: only where one stands is a closer look needed.
  if (text.includes('\\u')) storable(data);
  return { hash: hash('sha256', text, 'hex'), json };
}

/** The same with its keys in order: after that the runtime's own JSON is much faster than writing it by hand. */
function sorted(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(sorted);
  const object = value as Record<string, unknown>;
  const inOrder: Record<string, unknown> = {};
  for (const key of sortKeys(Object.keys(object))) inOrder[key] = sorted(object[key]);
  return inOrder;
}

/** Few keys, nearly always: sorting by insertion. */
function sortKeys(keys: string[]): string[] {
  if (keys.length > 32) return keys.sort();
  for (let i = 1; i < keys.length; i++) {
    const key = keys[i]!;
    let to = i;
    for (; to > 0 && keys[to - 1]! > key; to--) keys[to] = keys[to - 1]!;
    keys[to] = key;
  }
  return keys;
}

function storable(value: unknown): void {
  if (typeof value === 'string' && (value.includes('\0') || !value.isWellFormed()))
    throw new LiftgateError('invalid', `a text holds a NUL or half a surrogate pair: ${JSON.stringify(value)}`);
  if (value === null || typeof value !== 'object') return;
  for (const [key, entry] of Object.entries(value)) {
    storable(key);
    storable(entry);
  }
}
