import type { FastifyError, FastifyInstance } from 'fastify';
import { type ErrorCode, isLiftgateError } from '../../protocols/error.ts';

/** The one place where codes become HTTP statuses. */
const STATUS: Record<ErrorCode, number> = {
  config: 500,
  denied: 401,
  invalid: 400,
  'not-found': 404,
  conflict: 409,
  unreachable: 502,
  busy: 503,
  full: 507,
  internal: 500,
};

interface Answer {
  readonly status: number;
  readonly code: ErrorCode;
  readonly message: string;
  readonly about: string | null;
}

/** What a client is told of an error: our own in full, others only as far as they are its own fault. */
function answerTo(error: FastifyError): Answer {
  if (isLiftgateError(error)) {
    const { code, message, about } = error;
    return { status: STATUS[code], code, message, about };
  }
  const status = error.statusCode ?? 500;
  if (status >= 500)
    return { status, code: 'internal', message: 'this failed; see the log of the gateway', about: null };
  return { status, code: status === 429 ? 'busy' : 'invalid', message: error.message, about: null };
}

export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const { status, code, message, about } = answerTo(error);
    if (status >= 500) request.log.error({ err: error }, message);
    return reply.code(status).send({ error: { code, message, about } });
  });
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send({ error: { code: 'not-found', message: `there is nothing at ${request.url}`, about: null } }),
  );
}
