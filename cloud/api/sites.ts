import { SiteSummary } from '../../protocols/api/console.ts';
import { listSites } from '../modules/access/site.ts';
import { type Api, type Context, listOf } from './context.ts';
import { sitesFor } from './guard.ts';

export function siteRoutes(app: Api, ctx: Context): void {
  app.get(
    '/v1/sites',
    { config: { access: 'person' }, schema: { response: { 200: listOf(SiteSummary) }, tags: ['sites'] } },
    async (request) => ({ items: await listSites(ctx.db, await sitesFor(ctx, request)), next: null }),
  );
}
