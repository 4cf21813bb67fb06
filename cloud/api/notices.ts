import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { NoticeItem } from '../../protocols/api/console.ts';
import { Id, Vin } from '../../protocols/event.ts';
import { approve, dismiss, listNotices } from '../modules/crm/notice.ts';
import { enqueue } from '../modules/notify/outbox.ts';
import { type Api, type Context, listOf, PageQuery } from './context.ts';
import { personOf, sitesFor } from './guard.ts';

/** Notices of predicted maintenance: nothing goes to a customer that no person has approved. */
export function noticeRoutes(app: Api, ctx: Context): void {
  const { db, clock, around, quiet } = ctx;
  const config = { access: 'person' } as const;
  const tags = ['notices'];
  const one = z.strictObject({ id: z.uuid() });
  const query = z.object({
    site: Id.optional(),
    state: NoticeItem.shape.state.optional(),
    vin: Vin.optional(),
    ...PageQuery,
  });
  const desk = async (request: FastifyRequest) => ({
    around,
    sites: await sitesFor(ctx, request),
    by: personOf(request).name,
    now: clock(),
  });

  app.get(
    '/v1/notices',
    { config, schema: { querystring: query, response: { 200: listOf(NoticeItem) }, tags } },
    async (request) => {
      const { site, limit, cursor, ...filter } = request.query;
      return await listNotices(db, around, await sitesFor(ctx, request, site), filter, { limit, cursor });
    },
  );

  app.post(
    '/v1/notices/:id/approve',
    { config, schema: { params: one, response: { 200: NoticeItem }, tags } },
    async (request) => await approve(db, request.params.id, await desk(request), quiet, enqueue),
  );

  app.post(
    '/v1/notices/:id/dismiss',
    {
      config,
      schema: {
        params: one,
        body: z.strictObject({ reason: z.string().min(1).max(200) }),
        response: { 200: NoticeItem },
        tags,
      },
    },
    async (request) => await dismiss(db, request.params.id, await desk(request), request.body.reason),
  );
}
