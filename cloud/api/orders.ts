import { z } from 'zod';
import { NewOrder, OrderChange, OrderItem } from '../../protocols/api/console.ts';
import { LiftgateError } from '../../protocols/error.ts';
import { Id, Vin } from '../../protocols/event.ts';
import { findCustomer } from '../modules/crm/customer.ts';
import { withdrawNotices } from '../modules/crm/withdraw.ts';
import { changeOrder, createOrder, findOrder, listOrders } from '../modules/service/order.ts';
import { type Api, type Context, listOf, PageQuery, Truth } from './context.ts';
import { sitesFor } from './guard.ts';

/** Work orders; each change is told to the workshop with the gateway's next sync. */
export function orderRoutes(app: Api, ctx: Context): void {
  const { db, clock } = ctx;
  const config = { access: 'person' } as const;
  const tags = ['orders'];
  const one = z.strictObject({ order: z.string().min(1).max(64) });
  const ofSite = z.object({ site: Id });
  const query = z.object({
    site: Id.optional(),
    open: Truth.optional(),
    vin: Vin.optional(),
    q: z.string().max(60).optional(),
    ...PageQuery,
  });

  app.get(
    '/v1/orders',
    { config, schema: { querystring: query, response: { 200: listOf(OrderItem) }, tags } },
    async (request) => {
      const { site, limit, cursor, ...filter } = request.query;
      return await listOrders(db, await sitesFor(ctx, request, site), filter, { limit, cursor });
    },
  );

  app.post(
    '/v1/orders',
    { config, schema: { body: NewOrder, response: { 201: OrderItem }, tags } },
    async (request, reply) => {
      const { site, customer } = request.body;
      const sites = await sitesFor(ctx, request, site);
      if (customer) {
        if (!z.uuid().safeParse(customer).success)
          throw new LiftgateError('invalid', `customer: expected the id of a customer, got "${customer}"`, {
            about: 'customer',
          });
        await findCustomer(db, sites, customer);
      }
      const order = await createOrder(db, request.body, clock());
      ctx.committed(site);
      return reply.code(201).send(order);
    },
  );

  app.get(
    '/v1/orders/:order',
    { config, schema: { params: one, querystring: ofSite, response: { 200: OrderItem }, tags } },
    async (request) => {
      await sitesFor(ctx, request, request.query.site);
      return await findOrder(db, request.query.site, request.params.order);
    },
  );

  app.patch(
    '/v1/orders/:order',
    { config, schema: { params: one, querystring: ofSite, body: OrderChange, response: { 200: OrderItem }, tags } },
    async (request) => {
      const { site } = request.query;
      await sitesFor(ctx, request, site);
      const order = await changeOrder(db, site, request.params.order, request.body, clock(), withdrawNotices);
      ctx.committed(site);
      return order;
    },
  );
}
