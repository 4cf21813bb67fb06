import type { ErrorCode } from '../../protocols/error.ts';

/** Why a call of a page failed: a code of LiftgateError, and what the other side said about it. */
export class CallFault extends Error {
  override readonly name = 'CallFault';
  readonly code: ErrorCode;
  /** HTTP status; 0 where no answer came at all. */
  readonly status: number;
  readonly about: string | null;

  constructor(code: ErrorCode, status: number, message: string, about: string | null) {
    super(message);
    this.code = code;
    this.status = status;
    this.about = about;
  }
}

/** Said on `window` when a call is refused for want of a session. */
export const SIGNED_OUT = 'liftgate:signed-out';

type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface Caller {
  get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
  put<T>(path: string, body: unknown): Promise<T>;
  patch<T>(path: string, body: unknown, query?: Query): Promise<T>;
  /** A body that is no JSON, with the headers that came with it. */
  file(path: string, signal?: AbortSignal): Promise<{ blob: Blob; headers: Headers }>;
  remove<T = void>(path: string): Promise<T>;
}

/** A call that gives no answer for this long counts as unanswered, in ms. */
const PATIENCE = 10_000;

/**
 * Calls one API of this very origin with its session cookie.
 * @throws CallFault `unreachable` when no answer comes, else with the code of the refusal (`Refusal` of the contract).
 */
export function caller(prefix: string): Caller {
  /** @param read takes the body of a good answer */
  async function ask<T>(
    method: string,
    path: string,
    read: (response: Response) => Promise<T>,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<T> {
    const patience = AbortSignal.timeout(PATIENCE);
    const init: RequestInit = {
      method,
      credentials: 'same-origin',
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    };
    let response: Response;
    let answer: T | string;
    try {
      response = await fetch(`${prefix}${path}`, init);
      answer = await (response.ok ? read(response) : response.text());
    } catch (e) {
      if (signal?.aborted) throw e;
      throw new CallFault('unreachable', 0, e instanceof Error ? e.message : String(e), null);
    }
    if (response.status === 401) dispatchEvent(new Event(SIGNED_OUT));
    if (!response.ok) throw refusal(response.status, answer as string);
    return answer as T;
  }
  async function call<T>(method: string, path: string, query?: Query, body?: unknown, signal?: AbortSignal) {
    const text = await ask(method, `${path}${queryText(query)}`, (response) => response.text(), body, signal);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
  return {
    get: (path, query, signal) => call('GET', path, query, undefined, signal),
    post: (path, body) => call('POST', path, undefined, body),
    put: (path, body) => call('PUT', path, undefined, body),
    patch: (path, body, query) => call('PATCH', path, query, body),
    remove: <T>(path: string) => call<T>('DELETE', path),
    file: (path, signal) =>
      ask('GET', path, async (r) => ({ blob: await r.blob(), headers: r.headers }), undefined, signal),
  };
}

function queryText(query: Query | undefined): string {
  const pairs = Object.entries(query ?? {}).filter(([, v]) => v !== undefined && v !== null && v !== '');
  if (pairs.length === 0) return '';
  return `?${new URLSearchParams(pairs.map(([k, v]) => [k, String(v)]))}`;
}

/** Reads `{error: {code, message, about}}`; what is not one (a proxy's page) keeps its status alone. */
function refusal(status: number, text: string): CallFault {
  try {
    const { error } = JSON.parse(text) as { error: { code: ErrorCode; message: string; about: string | null } };
    return new CallFault(error.code, status, error.message, error.about);
  } catch {
    return new CallFault(status >= 500 ? 'unreachable' : 'invalid', status, `HTTP ${status}`, null);
  }
}

export function isFault(e: unknown): e is CallFault {
  return e instanceof CallFault;
}
