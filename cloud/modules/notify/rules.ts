import { createHash } from 'node:crypto';
import type { Millis } from '../../../protocols/time.ts';

/** Seconds until the next try, after so many: 30 s, 2 min, 8 min, 32 min, then every two hours. */
const PAUSES = [30, 120, 480, 1_920] as const;
const LAST_PAUSE = 7_200;

export function nextTry(now: Millis, attempts: number): Millis {
  return now + (PAUSES[attempts - 1] ?? LAST_PAUSE) * 1_000;
}

/** How a try to send ended. `refused` and `unsure` are final. */
export type Outcome =
  | { readonly kind: 'sent' }
  /** Certainly not taken, and later it may be. */
  | { readonly kind: 'again'; readonly why: string }
  /** Certainly not taken, and never will be. */
  | { readonly kind: 'refused'; readonly why: string }
  /** The line broke after the text had left: it may have been taken. Sending again could tell someone twice. */
  | { readonly kind: 'unsure'; readonly why: string };

/** What nodemailer says of a failure: `command` is the SMTP step it happened in. */
export interface SmtpFailure {
  readonly message: string;
  readonly code?: string;
  readonly command?: string;
  readonly responseCode?: number;
}

/**
 * RFC 5321, 4.2.1: 4yz means "try later", 5yz "do not". Before DATA nothing has left; after it, silence proves nothing.
 * @param left the text was on its way to the server when it failed
 */
export function outcomeOf(failure: SmtpFailure, left: boolean): Outcome {
  const { message, code, command, responseCode } = failure;
  const why = message.slice(0, 400);
  if (responseCode !== undefined) {
    // 535: our own password is wrong. A person mends that, and the message should still go out then.
    const ours = code === 'EAUTH' || command === 'CONN';
    return responseCode >= 500 && !ours ? { kind: 'refused', why } : { kind: 'again', why };
  }
  if (code === 'EENVELOPE' || code === 'EMESSAGE') return { kind: 'refused', why };
  return left ? { kind: 'unsure', why } : { kind: 'again', why };
}

/** The same message has the same id (RFC 5322, 3.6.4), so that mail systems can drop a repetition too. */
export function messageId(key: string, domain: string): string {
  return `<${createHash('sha256').update(key).digest('hex').slice(0, 40)}@${domain}>`;
}
