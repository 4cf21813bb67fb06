import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Refusal } from '../../protocols/api/console.ts';
import { type ErrorCode, isLiftgateError, LiftgateError, messageOf } from '../../protocols/error.ts';
import { isDatabaseAway, storeError } from '../store/pool.ts';

/** The one place where codes become HTTP statuses. */
export const STATUS_OF: Readonly<Record<ErrorCode, number>> = {
  invalid: 400,
  denied: 401,
  'not-found': 404,
  conflict: 409,
  busy: 429,
  config: 500,
  internal: 500,
  unreachable: 503,
  full: 507,
};

/** Statuses of Fastify and its plug-ins that say more than our code does, and under which code they go out. */
const FRAMEWORK: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid',
  403: 'denied',
  404: 'not-found',
  405: 'invalid',
  413: 'invalid',
  414: 'invalid',
  415: 'invalid',
  429: 'busy',
};

/** Answers every error as `{error: {code, message, about}}`. What is our own defect is logged and told in no detail. */
export function mountErrors(app: FastifyInstance): void {
  app.setErrorHandler((e: FastifyError | Error, request, reply) => refuse(e, request, reply));
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0];
    return refuse(new LiftgateError('not-found', `there is no ${request.method} ${path}`), request, reply);
  });
}

function refuse(thrown: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const e = isDatabaseAway(thrown) ? storeError(thrown) : thrown;
  const { status, error } = refusalOf(e, request.caller !== null);
  // That the database is away needs no stack from each call that meets it.
  if (error.code === 'unreachable') request.log.warn(error.message);
  else if (status >= 500) request.log.error({ err: e }, error.message);
  const pause = isLiftgateError(e) ? e.retryAfterMs : null;
  if (pause !== null) reply.header('retry-after', Math.ceil(pause / 1_000));
  return reply.code(status).send({ error } satisfies z.infer<typeof Refusal>);
}

/** @param known the caller showed a valid credential: what is denied is denied for want of rights (403, not 401). */
export function refusalOf(e: FastifyError | Error, known: boolean): { status: number } & z.infer<typeof Refusal> {
  if (isLiftgateError(e)) {
    const status = e.code === 'denied' && known ? 403 : STATUS_OF[e.code];
    const message =
      e.code === 'internal' ? 'something is wrong on our side; the log of the cloud says what' : e.message;
    return { status, error: { code: e.code, message, about: e.about } };
  }
  const { statusCode = 500, validation } = e as Partial<FastifyError>;
  const code = FRAMEWORK[statusCode];
  if (code === undefined) return refusalOf(new LiftgateError('internal', messageOf(e)), known);
  const about = validation?.[0]?.instancePath.replace(/^\//, '').replaceAll('/', '.') || null;
  const message = validation
    ? validation
        .map((v) => `${v.instancePath.replace(/^\//, '').replaceAll('/', '.') || '(whole)'}: ${v.message}`)
        .join('; ')
    : e.message;
  return { status: statusCode, error: { code, message, about } };
}
