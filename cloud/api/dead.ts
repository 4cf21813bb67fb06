import { z } from 'zod';
import { DeadLetterItem, DeadLetterReplay } from '../../protocols/api/console.ts';
import { LiftgateError } from '../../protocols/error.ts';
import { Id } from '../../protocols/event.ts';
import { findDead, listDead, markReplayed } from '../store/dead.ts';
import { readAgain } from '../store/ingest.ts';
import { type Api, type Context, listOf, PageQuery } from './context.ts';
import { sitesFor } from './guard.ts';

/** What gateways sent and the cloud could not store: for managers, who may have it read again by a newer version. */
export function deadLetterRoutes(app: Api, ctx: Context): void {
  const { db, clock } = ctx;
  const config = { access: 'manager' } as const;
  const tags = ['gateways'];
  const query = z.object({ site: Id.optional(), ...PageQuery });

  app.get(
    '/v1/dead-letters',
    { config, schema: { querystring: query, response: { 200: listOf(DeadLetterItem) }, tags } },
    async (request) => {
      const { site, limit, cursor } = request.query;
      return await listDead(db, await sitesFor(ctx, request, site), { limit, cursor });
    },
  );

  app.post(
    '/v1/dead-letters/:id/replay',
    {
      config,
      schema: {
        params: z.strictObject({ id: z.string().regex(/^\d{1,18}$/) }),
        response: { 200: DeadLetterReplay },
        tags,
      },
    },
    async (request) => {
      const letter = await findDead(db, await sitesFor(ctx, request), request.params.id);
      if (letter.verdict === 'conflict')
        throw new LiftgateError('conflict', 'another event is stored under this key; this one can only be looked at', {
          about: letter.id,
        });
      const { verdict, reason } = await readAgain(db, letter, clock(), ctx.projections);
      if (verdict === 'accepted' || verdict === 'duplicate') {
        await markReplayed(db, letter.id, clock());
        ctx.committed(letter.site);
      }
      return { verdict, reason };
    },
  );
}
