import { z } from 'zod';
import { AlertItem } from '../../protocols/api/console.ts';
import { Id, Vin } from '../../protocols/event.ts';
import { acknowledge, listAlerts } from '../modules/service/alert.ts';
import { acknowledgeBehind } from '../modules/service/case.ts';
import { type Api, type Context, listOf, PageQuery, Truth } from './context.ts';
import { personOf, sitesFor } from './guard.ts';

export function alertRoutes(app: Api, ctx: Context): void {
  const { db, clock } = ctx;
  const config = { access: 'person' } as const;
  const tags = ['alerts'];
  const query = z.object({ site: Id.optional(), open: Truth.optional(), vin: Vin.optional(), ...PageQuery });

  app.get(
    '/v1/alerts',
    { config, schema: { querystring: query, response: { 200: listOf(AlertItem) }, tags } },
    async (request) => {
      const { site, open, vin, limit, cursor } = request.query;
      const filter = { ...(open === undefined ? {} : { open }), ...(vin ? { vin } : {}) };
      return await listAlerts(db, await sitesFor(ctx, request, site), filter, { limit, cursor });
    },
  );

  app.post(
    '/v1/alerts/:id/acknowledge',
    { config, schema: { params: z.strictObject({ id: z.uuid() }), response: { 200: AlertItem }, tags } },
    async (request) => {
      const sites = await sitesFor(ctx, request);
      const alert = await acknowledge(db, sites, request.params.id, personOf(request), clock(), acknowledgeBehind);
      ctx.committed(alert.site);
      return alert;
    },
  );
}
