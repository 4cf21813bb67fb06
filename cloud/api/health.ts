import { z } from 'zod';
import { LiftgateError } from '../../protocols/error.ts';
import type { Api, Context } from './context.ts';

/** For whoever watches over the cloud: it lives, it can work, its numbers. */
export function healthRoutes(app: Api, { db, metrics }: Context): void {
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

  app.get('/metrics', { config: open, schema: { hide: true } }, async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );

  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request;
    const labels = { method, route: routeOptions.url ?? '(none)', status: String(reply.statusCode) };
    metrics.requests.observe(labels, reply.elapsedTime / 1_000);
  });
}
