import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { LiftgateError, messageOf } from '../../protocols/error.ts';
import { SyncReply } from '../../protocols/sync.ts';
import { retryAfter } from './pace.ts';

const gzipped = promisify(gzip);

/** The cloud refused the batch for its size (413): send less at once. */
export class TooLarge extends Error {}

/**
 * Sends one batch and gives the reply.
 * @throws LiftgateError `denied` (401, 403), `busy` (429, 502, 503, 504, or Retry-After), `invalid` (another refusal, or
 *   no reply of ours), `unreachable` (no answer in time, half an answer, 500); {@link TooLarge}
 */
export async function post(
  url: string,
  token: string,
  body: string,
  now: number,
  signal: AbortSignal,
): Promise<SyncReply> {
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
      body: await gzipped(body, { level: 5 }),
      signal,
      // A redirect would carry the credential elsewhere.
      redirect: 'manual',
    });
    text = await response.text();
  } catch (cause) {
    throw new LiftgateError('unreachable', `the cloud ${url} does not answer: ${reasonOf(cause)}`, { cause });
  }
  if (response.status === 413) throw new TooLarge();
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

function refusal(url: string, { status, headers }: Response, text: string, now: number): LiftgateError {
  const said = text.slice(0, 200).replace(/\s+/g, ' ');
  const pause = retryAfter(headers.get('retry-after'), now);
  const more = pause === null ? {} : { retryAfterMs: pause };
  if (status === 401 || status === 403)
    return new LiftgateError('denied', `the cloud ${url} refuses the credential (${status}): renew cloud.token`, {
      about: 'cloud.token',
      ...more,
    });
  if (status === 429 || status >= 502 || pause !== null)
    return new LiftgateError('busy', `the cloud ${url} asks for a pause (${status})`, more);
  if (status >= 500) return new LiftgateError('unreachable', `the cloud ${url} failed (${status}): ${said}`);
  return new LiftgateError('invalid', `the cloud ${url} refuses the batch (${status}): ${said}`, {
    about: 'cloud.url',
  });
}

function reasonOf(e: unknown): string {
  const { cause } = e as { cause?: unknown };
  return cause === undefined ? messageOf(e) : `${messageOf(e)} (${messageOf(cause)})`;
}
