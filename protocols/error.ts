/**
 * What went wrong, as few words as callers need to decide what to do.
 *
 * - `config`: an option is wrong; a person must change it.
 * - `denied`: wrong or missing credential; trying again with the same one will not help.
 * - `invalid`: bytes, a message or a request that cannot be understood.
 * - `not-found`: the named thing is not there.
 * - `conflict`: it clashes with what is stored or held (a port, a lock, another body under the same key).
 * - `unreachable`: the other side does not answer, or the line was lost.
 * - `busy`: it answers, and asks to be left alone for a while.
 * - `full`: no room to store.
 * - `internal`: our own defect.
 */
export const ERROR_CODES = [
  'config',
  'denied',
  'invalid',
  'not-found',
  'conflict',
  'unreachable',
  'busy',
  'full',
  'internal',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** The one error of Liftgate. The message says what was expected, what came, and what to do. */
export class LiftgateError extends Error {
  override readonly name = 'LiftgateError';
  readonly code: ErrorCode;
  /** The device, option or field it is about, e.g. `device cam-1` or `devices[2].port`. */
  readonly about: string | null;
  /** The other side asked for this pause before the next try. */
  readonly retryAfterMs: number | null;
  /** Where a device's trouble has a name of its own, such as `wrong-certificate`: the code that `device.health` says too. */
  readonly trouble: string | null;

  constructor(
    code: ErrorCode,
    message: string,
    more: { about?: string; retryAfterMs?: number; trouble?: string | null; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.about = more.about ?? null;
    this.retryAfterMs = more.retryAfterMs ?? null;
    this.trouble = more.trouble ?? null;
  }
}

export function isLiftgateError(e: unknown): e is LiftgateError {
  return e instanceof LiftgateError;
}

/** Would the same call, made later and unchanged, have a chance? Unknown errors count as yes: they are mostly sockets. */
export function isRetryable(e: unknown): boolean {
  if (!isLiftgateError(e)) return true;
  return e.code === 'unreachable' || e.code === 'busy' || e.code === 'full' || e.code === 'internal';
}

/** Must a person act before it can work? */
export function needsAPerson(e: unknown): boolean {
  return isLiftgateError(e) && (e.code === 'config' || e.code === 'denied');
}

/** A line for logs and screens, whatever was thrown. */
export function messageOf(e: unknown): string {
  return e instanceof Error ? e.message : String(e);
}
