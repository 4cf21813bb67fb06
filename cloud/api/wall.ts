import { z } from 'zod';
import { WallStart } from '../../protocols/api/site.ts';
import { LiftgateError } from '../../protocols/error.ts';
import { Id } from '../../protocols/event.ts';
import type { Api, Context } from './context.ts';
import { sitesFor } from './guard.ts';

/** What a wall asks for before it connects to the board feed. Screens are let in on their site's gateway, never here. */
export function wallRoutes(app: Api, ctx: Context): void {
  app.get(
    '/wall/api/start',
    {
      config: { access: 'screen' },
      schema: { querystring: z.object({ site: Id.optional() }), response: { 200: WallStart }, tags: ['wall'] },
    },
    async (request, reply) => {
      const { caller } = request;
      const asked = request.query.site;
      let site: string | undefined;
      if (caller?.kind === 'screen') site = caller.screen.site;
      else site = (await sitesFor(ctx, request, asked))[0];
      if (site === undefined || (asked !== undefined && asked !== site))
        throw new LiftgateError('not-found', asked ? `there is no site ${asked}` : 'there is no site yet', {
          about: 'site',
        });
      const locale = caller?.kind === 'person' ? caller.person.locale : 'zh-CN';
      const url = ctx.publicUrl ?? `${request.protocol}://${request.host}`;
      reply.header('cache-control', 'no-store');
      return {
        from: 'cloud' as const,
        locale,
        feeds: [{ from: 'cloud' as const, url }],
        site,
        access: 'paired' as const,
      };
    },
  );
}
