import { z } from 'zod';
import { GatewayCredential, GatewayItem, NewGateway } from '../../protocols/api/console.ts';
import { LiftgateError } from '../../protocols/error.ts';
import { Id } from '../../protocols/event.ts';
import { createGateway, listGateways, revokeGateway } from '../modules/access/gateway.ts';
import { type Api, type Context, listOf } from './context.ts';
import { personOf, sitesFor } from './guard.ts';

/** Credentials of gateways: for managers. */
export function gatewayRoutes(app: Api, ctx: Context): void {
  const { db, clock } = ctx;
  const config = { access: 'manager' } as const;
  const tags = ['gateways'];

  app.get(
    '/v1/gateways',
    {
      config,
      schema: { querystring: z.object({ site: Id.optional() }), response: { 200: listOf(GatewayItem) }, tags },
    },
    async (request) => ({
      items: await listGateways(db, await sitesFor(ctx, request, request.query.site), clock()),
      next: null,
    }),
  );

  app.post(
    '/v1/gateways',
    { config, schema: { body: NewGateway, response: { 201: GatewayCredential }, tags } },
    async (request, reply) => {
      const { site, gateway } = request.body;
      const mine = personOf(request).sites;
      // A new site comes with its first gateway; only who sees all sites may add one.
      if (mine !== null && !mine.includes(site))
        throw new LiftgateError('not-found', `there is no site ${site}`, { about: 'site' });
      reply.header('cache-control', 'no-store');
      return reply.code(201).send(await createGateway(db, site, gateway, clock()));
    },
  );

  app.delete(
    '/v1/gateways/:site/:gateway',
    { config, schema: { params: z.strictObject({ site: Id, gateway: Id }), tags } },
    async (request, reply) => {
      const { site, gateway } = request.params;
      await sitesFor(ctx, request, site);
      await revokeGateway(db, site, gateway, clock());
      return reply.code(204).send();
    },
  );
}
