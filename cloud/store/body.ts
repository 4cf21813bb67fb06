import { createHash } from 'node:crypto';
import { LiftgateError } from '../../protocols/error.ts';
import type { EventBody } from '../../protocols/event.ts';

/**
 * SHA-256 over what an event says, whatever the order of its keys: the same key with the same hash is a repetition,
 * with another hash a conflict.
 * @throws LiftgateError `invalid` for a text that jsonb cannot hold (NUL, half a surrogate pair).
 */
export function hashOf(body: EventBody): Buffer {
  const { type, subject, time, data } = body;
  return createHash('sha256').update(canonical({ type, subject, time, data })).digest();
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(storable(value));
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const entries = Object.entries(value).filter(([, v]) => v !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([k, v]) => `${canonical(k)}:${canonical(v)}`).join()}}`;
}

function storable(text: string): string {
  if (!text.includes('\0') && text.isWellFormed()) return text;
  throw new LiftgateError('invalid', `a text holds a NUL or half a surrogate pair: ${JSON.stringify(text)}`);
}
