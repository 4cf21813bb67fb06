import { z } from 'zod';
import { SiteNames, SiteSummary } from '../../protocols/api/console.ts';
import { Id } from '../../protocols/event.ts';
import { listSites, namesOf } from '../modules/access/site.ts';
import { type Api, type Context, listOf } from './context.ts';
import { sitesFor } from './guard.ts';

export function siteRoutes(app: Api, ctx: Context): void {
  app.get(
    '/v1/sites',
    { config: { access: 'person' }, schema: { response: { 200: listOf(SiteSummary) }, tags: ['sites'] } },
    async (request) => ({ items: await listSites(ctx.db, await sitesFor(ctx, request), ctx.clock()), next: null }),
  );

  app.get(
    '/v1/sites/:site/layout',
    {
      config: { access: 'person' },
      schema: { params: z.strictObject({ site: Id }), response: { 200: SiteNames }, tags: ['sites'] },
    },
    async (request) => {
      await sitesFor(ctx, request, request.params.site);
      return await namesOf(ctx.db, request.params.site);
    },
  );
}
