import { z } from 'zod';
import { VehicleStory, VehicleSummary } from '../../protocols/api/console.ts';
import { Id, Vin } from '../../protocols/event.ts';
import { ownerOf } from '../modules/crm/customer.ts';
import { listNotices } from '../modules/crm/notice.ts';
import { listOrders } from '../modules/service/order.ts';
import { listVehicles, storyOf } from '../modules/service/vehicle.ts';
import { type Api, type Context, listOf, PageQuery } from './context.ts';
import { sitesFor } from './guard.ts';

export function vehicleRoutes(app: Api, ctx: Context): void {
  const { db, around } = ctx;
  const config = { access: 'person' } as const;
  const tags = ['vehicles'];
  const query = z.object({ site: Id.optional(), q: z.string().max(60).optional(), ...PageQuery });

  app.get(
    '/v1/vehicles',
    { config, schema: { querystring: query, response: { 200: listOf(VehicleSummary) }, tags } },
    async (request) => {
      const { site, q, limit, cursor } = request.query;
      return await listVehicles(db, await sitesFor(ctx, request, site), { q }, { limit, cursor });
    },
  );

  app.get(
    '/v1/vehicles/:vin',
    {
      config,
      schema: {
        params: z.strictObject({ vin: Vin }),
        querystring: z.object({ site: Id }),
        response: { 200: VehicleStory },
        tags,
      },
    },
    async (request) => {
      const { vin } = request.params;
      const { site } = request.query;
      const sites = await sitesFor(ctx, request, site);
      const newest = { limit: 50, cursor: undefined };
      const [story, owner, orders, notices] = await Promise.all([
        storyOf(db, site, vin),
        ownerOf(db, site, vin),
        listOrders(db, sites, { vin }, newest),
        listNotices(db, around, sites, { vin }, newest),
      ]);
      const customer = owner && { id: owner.id, name: owner.name };
      return { ...story, customer, orders: orders.items, notices: notices.items };
    },
  );
}
