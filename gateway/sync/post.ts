import { gzipSync } from 'node:zlib';
import { LiftgateError, messageOf } from '../../protocols/error.ts';
import { SyncReply } from '../../protocols/sync.ts';
import { retryAfter } from './pace.ts';

/** Most bytes of a batch after gzip. */
const MOST_BYTES = 262_144;

/** The cloud answers, and refuses this very batch: with fewer events it may go. */
export class Refused extends Error {
  /** 413: for its size; else for something in it (400, 422) or for what it did to the cloud (500). */
  readonly status: number;
  readonly error: LiftgateError;
  constructor(status: number, error: LiftgateError) {
    super(error.message);
    this.status = status;
    this.error = error;
  }
}

/**
 * Sends one batch and gives the reply.
 * @throws LiftgateError `denied` (401, 403), `conflict` (409: another gateway uses this identity), `busy` (429, 502,
 *   503, 504, or Retry-After), `invalid` (another refusal, or no reply of ours), `unreachable` (no answer in time, half
 *   an answer); {@link Refused}
 */
export async function post(
  url: string,
  token: string,
  batch: { readonly body: string; readonly events: number },
  now: number,
  signal: AbortSignal,
): Promise<SyncReply> {
  const bytes = packed(batch.body);
  if (bytes.length > MOST_BYTES && batch.events > 1) throw tooLarge(url);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'content-encoding': 'gzip',
      },
      body: bytes,
      signal,
      // A redirect would carry the credential elsewhere.
      redirect: 'manual',
    });
    text = await response.text();
  } catch (cause) {
    throw new LiftgateError('unreachable', `the cloud ${url} does not answer: ${reasonOf(cause)}`, { cause });
  }
  if (!response.ok) throw refusal(url, response, text, now);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new LiftgateError('unreachable', `the cloud ${url} sent half an answer (${text.length} characters)`, {
      cause,
    });
  }
  const reply = SyncReply.safeParse(json);
  if (reply.success) return reply.data;
  const fault = reply.error.issues[0];
  throw new LiftgateError(
    'invalid',
    `${url} answered, but not as a Liftgate cloud (${fault?.path.join('.')}: ${fault?.message}): check cloud.url`,
    { about: 'cloud.url' },
  );
}

let scratch = Buffer.alloc(0);

/**
 * 1 to 5 ms a batch; by way of the thread pool it takes as long, and the text has to be kept meanwhile. Its bytes lie in
 * one piece of memory that is used again and again: a long drain would else leave hundreds of them behind.
 */
function packed(text: string): Buffer<ArrayBuffer> {
  const length = Buffer.byteLength(text);
  if (scratch.length < length) scratch = Buffer.allocUnsafe(length * 2);
  scratch.write(text);
  return gzipSync(scratch.subarray(0, length), { level: 3 });
}

function tooLarge(url: string): Refused {
  return new Refused(413, new LiftgateError('invalid', `the cloud ${url} refuses the batch for its size (413)`));
}

function refusal(url: string, { status, headers }: Response, text: string, now: number): Error {
  const said = text.slice(0, 300).replace(/\s+/g, ' ');
  const pause = retryAfter(headers.get('retry-after'), now);
  const more = pause === null ? {} : { retryAfterMs: pause };
  if (status === 413) return tooLarge(url);
  if (status === 401 || status === 403)
    return new LiftgateError('denied', `the cloud ${url} refuses the credential (${status}): renew cloud.token`, {
      about: 'cloud.token',
      ...more,
    });
  if (status === 409) return new LiftgateError('conflict', `the cloud ${url} says: ${wordsOf(text) ?? said}`, more);
  if (status === 429 || status >= 502 || pause !== null)
    return new LiftgateError('busy', `the cloud ${url} asks for a pause (${status})`, more);
  if (status >= 500)
    return new Refused(status, new LiftgateError('unreachable', `the cloud ${url} failed (${status}): ${said}`));
  return new Refused(
    status,
    new LiftgateError('invalid', `the cloud ${url} refuses the batch (${status}): ${said}`, { about: 'cloud.url' }),
  );
}

/** What our cloud says in its errors; null when it is not ours. */
function wordsOf(text: string): string | null {
  try {
    const { error } = JSON.parse(text) as { error?: { message?: unknown } };
    return typeof error?.message === 'string' ? error.message : null;
  } catch {
    return null;
  }
}

function reasonOf(e: unknown): string {
  const { cause } = e as { cause?: unknown };
  return cause === undefined ? messageOf(e) : `${messageOf(e)} (${messageOf(cause)})`;
}
