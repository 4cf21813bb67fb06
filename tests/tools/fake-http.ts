import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { mountPages } from '../../dashboard/serve/index.ts';
import { messageOf } from '../../protocols/error.ts';

/** A refusal in the words of the contract. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  readonly about: string | null;
  constructor(status: number, code: string, message: string, about: string | null = null) {
    super(message);
    this.status = status;
    this.code = code;
    this.about = about;
  }
}

export interface Call {
  readonly method: string;
  readonly params: readonly string[];
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly signedIn: boolean;
  setCookie(value: string): void;
}
export type Route = readonly [method: string, path: RegExp, answer: (call: Call) => unknown];

/** Checks what the fake is about to say against the contract, so that a test never learns from a wrong shape. */
export function checked<T extends z.ZodType>(schema: T, value: unknown): z.infer<T> {
  return schema.parse(value);
}

/** Checks a body that the page sent; a page that sends the wrong thing gets the refusal that the real one gives. */
export function sent<T extends z.ZodType>(schema: T, value: unknown): z.infer<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw new Refused(400, 'invalid', `${issue.path.join('.')}: ${issue.message}`, issue.path.join('.') || null);
}

export interface FakeServer {
  readonly url: string;
  /** While true, each API call is cut: the state in which the other side does not answer. */
  down: boolean;
  close(): Promise<void>;
}

/** Listens on a free loopback port: the routes under `prefix`, and the pages of `folder` as the product serves them. */
export async function fakeServer(
  prefix: string,
  cookie: string,
  routes: readonly Route[],
  folder: string,
): Promise<FakeServer> {
  const app = fastify({ forceCloseConnections: true });
  await mountPages(app, { folder });
  const fake = { url: '', down: false, close: () => app.close() };

  app.all(`${prefix}/*`, async (request, reply) => {
    if (fake.down) {
      reply.hijack();
      return void request.raw.socket.destroy();
    }
    try {
      const answer = await answerOf(request, reply);
      return answer === undefined ? reply.code(204).send() : reply.send(answer);
    } catch (e) {
      const known = e instanceof Refused ? e : new Refused(500, 'internal', messageOf(e));
      const { code, message, about } = known;
      return reply.code(known.status).send({ error: { code, message, about } });
    }
  });

  function answerOf(request: FastifyRequest, reply: FastifyReply): unknown {
    const url = new URL(request.url, 'http://fake');
    const path = url.pathname.slice(prefix.length);
    for (const [method, pattern, answer] of routes) {
      const match = pattern.exec(path);
      if (!match || method !== request.method) continue;
      return answer({
        method,
        params: match.slice(1).map(decodeURIComponent),
        query: url.searchParams,
        body: request.body ?? null,
        signedIn: (request.headers.cookie ?? '').includes(`${cookie}=yes`),
        setCookie: (value) => void reply.header('set-cookie', `${cookie}=${value}; HttpOnly; SameSite=Strict; Path=/`),
      });
    }
    throw new Refused(404, 'not-found', `no ${request.method} ${url.pathname}`);
  }

  fake.url = await app.listen({ port: 0, host: '127.0.0.1' });
  return fake;
}
