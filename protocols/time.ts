import { z } from 'zod';

/** Milliseconds since 1970-01-01T00:00:00Z, UTC, whole. The one form of time inside Liftgate. */
export const Millis = z.int().min(0).max(8.64e15);
export type Millis = z.infer<typeof Millis>;

/** RFC 3339 in UTC with milliseconds: the one form of time at the border. */
export function toRfc3339(at: Millis): string {
  return new Date(at).toISOString();
}

const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

/** Reads any RFC 3339 time (section 5.6, any offset). Returns null when the text is not one; never guesses a zone. */
export function fromRfc3339(text: string): Millis | null {
  if (!RFC3339.test(text)) return null;
  const at = Date.parse(text.replace(' ', 'T'));
  return Number.isNaN(at) || at < 0 ? null : at;
}

/** Gives the time. Handed in everywhere: only the mains read the real clock. */
export type Clock = () => Millis;
