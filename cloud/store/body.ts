import { hash } from 'node:crypto';
import { LiftgateError } from '../../protocols/error.ts';
import type { EventBody } from '../../protocols/event.ts';

/**
 * SHA-256 over what an event says, whatever the order of its keys: the same key with the same hash is a repetition,
 * with another hash a conflict.
 * @throws LiftgateError `invalid` for a text that jsonb cannot hold (NUL, half a surrogate pair).
 */
export function hashOf(body: EventBody): Buffer {
  const { type, subject, time, data } = body;
  const text = canonical({ data, subject, time, type });
  // JSON writes both as escapes, and a backslash before them as two: only where one stands is a closer look needed.
  if (text.includes('\\u')) storable(body.data);
  return hash('sha256', text, 'buffer');
}

/** A text that JSON writes as it is. */
const PLAIN = /^[ !#-[\]-~]*$/;
const textOf = (s: string) => (PLAIN.test(s) ? `"${s}"` : JSON.stringify(s));

/** JSON with sorted keys: what every event is hashed by, so it goes without the detours of the general function. */
function canonical(value: unknown): string {
  if (typeof value === 'string') return textOf(value);
  if (typeof value === 'number') return Number.isFinite(value) ? `${value}` : 'null';
  if (typeof value === 'boolean' || value === null) return `${value}`;
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const object = value as Record<string, unknown>;
  let text = '';
  for (const key of Object.keys(object).sort()) {
    const entry = object[key];
    if (entry !== undefined) text += `${text === '' ? '' : ','}${textOf(key)}:${canonical(entry)}`;
  }
  return `{${text}}`;
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
