import { z } from 'zod';
import { Contact, PartWeek, WeekList } from '../../protocols/api/flags.ts';
import { Id, Vin } from '../../protocols/event.ts';
import { openingOf } from '../modules/access/site.ts';
import { maskedOwners, showContact } from '../modules/crm/contact.ts';
import { partWeeks, weekOf } from '../modules/service/week.ts';
import { type Api, type Context, listOf } from './context.ts';
import { personOf, sitesFor } from './guard.ts';

/** Who is to be called this week and why, and what will be needed. */
export function weekRoutes(app: Api, ctx: Context): void {
  const { db, clock } = ctx;
  const config = { access: 'person' } as const;
  const tags = ['week'];
  const ofSite = z.object({ site: Id });

  app.get(
    '/v1/week',
    { config, schema: { querystring: ofSite, response: { 200: WeekList }, tags } },
    async (request) => {
      const { site } = request.query;
      await sitesFor(ctx, request, site);
      const week = await weekOf(db, site, await openingOf(db, site), clock());
      const vins = week.calls.map((c) => c.vin);
      const owners = await maskedOwners(db, site, vins);
      return { ...week, calls: week.calls.map((c) => ({ ...c, customer: owners.get(c.vin) ?? null })) };
    },
  );

  app.get(
    '/v1/parts',
    { config, schema: { querystring: ofSite, response: { 200: listOf(PartWeek) }, tags } },
    async (request) => {
      const { site } = request.query;
      await sitesFor(ctx, request, site);
      const { timezone } = await openingOf(db, site);
      return { items: await partWeeks(db, site, timezone, clock()), next: null };
    },
  );

  app.post(
    '/v1/customers/:id/contact',
    {
      config,
      schema: {
        params: z.strictObject({ id: z.uuid() }),
        querystring: ofSite,
        body: z.strictObject({ vin: Vin }),
        response: { 200: Contact },
        tags,
      },
    },
    async (request) => {
      const { site } = request.query;
      await sitesFor(ctx, request, site);
      return await showContact(db, site, request.params.id, request.body.vin, personOf(request).id, clock());
    },
  );
}
