import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { LiftgateError } from '../../protocols/error.ts';
import { sha256 } from '../modules/access/token.ts';
import type { Api, Context } from './context.ts';

/** For whoever watches over the cloud: it lives, it can work, its numbers. */
export function healthRoutes(app: Api, { db, metrics, metricsToken }: Context): void {
  const open = { access: 'public' } as const;
  app.get('/healthz', { config: open, schema: { response: { 200: z.strictObject({ ok: z.literal(true) }) } } }, () => ({
    ok: true as const,
  }));

  app.get(
    '/readyz',
    { config: open, schema: { response: { 200: z.strictObject({ ok: z.literal(true) }) } } },
    async () => {
      try {
        await db.query('SELECT 1 FROM migrations LIMIT 1');
      } catch (cause) {
        throw new LiftgateError('unreachable', 'the database does not answer', { cause, retryAfterMs: 1_000 });
      }
      return { ok: true as const };
    },
  );

  app.get('/metrics', { config: open, schema: { hide: true } }, async (request, reply) => {
    const brought = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const isKnown = brought !== undefined && metricsToken !== null && sameText(brought, metricsToken);
    if (brought !== undefined && !isKnown)
      throw new LiftgateError('denied', 'this token is not metrics.token; without one, sums are told', {
        about: 'metrics.token',
      });
    return reply.type(metrics.contentType).send(await (isKnown ? metrics.textOfAll() : metrics.text()));
  });

  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request;
    const labels = { method, route: routeOptions.url ?? '(none)', status: String(reply.statusCode) };
    metrics.requests.observe(labels, reply.elapsedTime / 1_000);
  });
}

/** Compares in a time that tells nothing of where they differ. */
function sameText(a: string, b: string): boolean {
  return timingSafeEqual(sha256(a), sha256(b));
}
