import { request } from 'undici';
import { isLiftgateError, LiftgateError, messageOf } from '../../../protocols/error.ts';
import { agentFor } from './agent.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly type: string;
  /** All WWW-Authenticate headers. */
  readonly challenges: readonly string[];
  readonly retryAfterMs: number | null;
  readonly body: Buffer;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** From the first packet to the last byte, in ms. */
  readonly deadlineMs: number;
  readonly mostBytes: number;
  readonly signal: AbortSignal;
  /** SHA-256 of the one certificate to trust; null: any that this machine trusts. */
  readonly fingerprint?: string | null;
}

/**
 * One request, one whole answer, whatever its status. Redirects are not followed: a camera has no business sending
 * the gateway elsewhere.
 * @throws LiftgateError `unreachable` (refused, reset, too slow, too big) or `config` (a certificate that is not to be
 *   trusted), naming the device.
 */
export async function exchange(device: string, r: HttpRequest): Promise<HttpAnswer> {
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), r.deadlineMs);
  const onAbort = () => stop.abort();
  r.signal.addEventListener('abort', onAbort, { once: true });
  try {
    r.signal.throwIfAborted();
    const answer = await request(r.url, {
      method: r.method,
      headers: r.headers,
      body: r.body,
      signal: stop.signal,
      dispatcher: agentFor(r.fingerprint ?? null),
    });
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > r.mostBytes) throw new Error(`an answer of more than ${r.mostBytes} bytes`);
      chunks.push(chunk);
    }
    const list = (name: string) => [answer.headers[name] ?? []].flat();
    const pause = Number(list('retry-after')[0]);
    return {
      status: answer.statusCode,
      type: list('content-type')[0] ?? '',
      challenges: list('www-authenticate'),
      retryAfterMs: pause > 0 && pause <= 3_600 ? pause * 1000 : null,
      body: Buffer.concat(chunks),
    };
  } catch (e) {
    if (isLiftgateError(e))
      throw new LiftgateError(e.code, `device ${device}: ${e.message}`, { ...about(device), trouble: e.trouble });
    const what = stop.signal.aborted && !r.signal.aborted ? `nothing whole within ${r.deadlineMs} ms` : messageOf(e);
    throw new LiftgateError(
      'unreachable',
      `device ${device}: expected an answer from ${shown(r.url)}, got ${what}; is the camera on, and is its url right?`,
      { ...about(device), cause: e },
    );
  } finally {
    clearTimeout(late);
    r.signal.removeEventListener('abort', onAbort);
  }
}

function about(device: string): { about: string } {
  return { about: `device ${device}` };
}

/** A URL for people: without user, password and query, which may hold secrets. */
export function shown(url: string): string {
  const u = URL.parse(url);
  return u ? `${u.protocol}//${u.host}${u.pathname}` : 'a URL that cannot be read';
}
