import { z } from 'zod';
import { FlagCase, FlagOutcome, FlagParam, FleetPrior, NewCaseAct } from '../../protocols/api/flags.ts';
import { CarModel, Id, Vin } from '../../protocols/event.ts';
import { withdrawNotices } from '../modules/crm/withdraw.ts';
import { actOn } from '../modules/service/case.ts';
import { fleetPriors } from '../modules/service/fleet.ts';
import { outcomesOf } from '../modules/service/outcome.ts';
import { type Api, type Context, listOf } from './context.ts';
import { personOf, sitesFor } from './guard.ts';

/** What people make of flags, how right those were, and what cars of one kind have in common. */
export function flagRoutes(app: Api, ctx: Context): void {
  const { db, clock } = ctx;
  const config = { access: 'person' } as const;
  const tags = ['flags'];
  const ofSite = z.object({ site: Id });

  app.post(
    '/v1/vehicles/:vin/flags/:flag',
    {
      config,
      schema: {
        params: z.strictObject({ vin: Vin, flag: FlagParam }),
        querystring: ofSite,
        body: NewCaseAct,
        response: { 200: FlagCase },
        tags,
      },
    },
    async (request) => {
      const { site } = request.query;
      await sitesFor(ctx, request, site);
      const done = await actOn(
        db,
        { site, ...request.params },
        request.body,
        personOf(request),
        clock(),
        withdrawNotices,
      );
      ctx.committed(site);
      return done;
    },
  );

  app.get(
    '/v1/flag-outcomes',
    { config, schema: { querystring: ofSite, response: { 200: listOf(FlagOutcome) }, tags } },
    async (request) => {
      const { site } = request.query;
      await sitesFor(ctx, request, site);
      return { items: await outcomesOf(db, site), next: null };
    },
  );

  app.get(
    '/v1/fleet',
    {
      config,
      schema: { querystring: z.object({ model: CarModel.optional() }), response: { 200: listOf(FleetPrior) }, tags },
    },
    async (request) => ({ items: await fleetPriors(db, request.query.model ?? null), next: null }),
  );
}
