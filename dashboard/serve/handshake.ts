import type { IncomingMessage } from 'node:http';
import type { Hello } from '../../protocols/feed.ts';

/** What a screen shows of itself when it connects. */
export interface Handshake {
  readonly token: string | null;
  /** The `Cookie` header, whole. */
  readonly cookie: string | null;
  readonly site: string | null;
  /** Address of the other end of the line; never taken from a header. */
  readonly address: string;
  /** The name that it called us by, without the port; a page under a stranger's name may point here. */
  readonly host: string;
}

const MOST_CHARACTERS = 256;

/** Reads the handshake; what is not a text of sane length counts as not given. */
export function handshakeOf(auth: Readonly<Record<string, unknown>>, request: IncomingMessage): Handshake {
  return {
    token: textOf(auth.token),
    cookie: request.headers.cookie ?? null,
    site: textOf(auth.site),
    address: request.socket.remoteAddress ?? '',
    host: (request.headers.host ?? '').replace(/:\d+$/, ''),
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.length > 0 && value.length <= MOST_CHARACTERS ? value : null;
}

/** Reads a hello; what makes no sense is taken as "I know nothing", which is answered with a snapshot. */
export function helloOf(hello: unknown): Hello {
  if (typeof hello !== 'object' || hello === null) return {};
  const { stream, rev } = hello as Record<string, unknown>;
  return typeof stream === 'string' && Number.isSafeInteger(rev) ? { stream, rev: rev as number } : {};
}

/**
 * May a page of this origin connect? Browsers do not hold WebSockets to the same origin, and cookies travel with them
 * (RFC 6455, 10.2): so the server asks. A client that names no origin is no browser, and has no one else's cookies.
 */
export function mayConnect(request: IncomingMessage, origins: readonly string[] | true): boolean {
  const { origin, host } = request.headers;
  if (origins === true || origin === undefined || origins.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
