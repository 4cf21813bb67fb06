import { z } from 'zod';
import { CustomerChange, CustomerItem, NewCustomer } from '../../protocols/api/console.ts';
import { Id } from '../../protocols/event.ts';
import { changeCustomer, createCustomer, findCustomer, listCustomers } from '../modules/crm/customer.ts';
import { reconsider } from '../modules/crm/propose.ts';
import { type Api, type Context, listOf, PageQuery } from './context.ts';
import { personOf, sitesFor } from './guard.ts';

export function customerRoutes(app: Api, ctx: Context): void {
  const { db, clock } = ctx;
  const config = { access: 'person' } as const;
  const tags = ['customers'];
  const one = z.strictObject({ id: z.uuid() });
  const query = z.object({ site: Id.optional(), q: z.string().max(60).optional(), ...PageQuery });
  const changed = reconsider(ctx.around);

  app.get(
    '/v1/customers',
    { config, schema: { querystring: query, response: { 200: listOf(CustomerItem) }, tags } },
    async (request) => {
      const { site, q, limit, cursor } = request.query;
      return await listCustomers(db, await sitesFor(ctx, request, site), { q }, { limit, cursor });
    },
  );

  app.post(
    '/v1/customers',
    { config, schema: { body: NewCustomer, response: { 201: CustomerItem }, tags } },
    async (request, reply) => {
      await sitesFor(ctx, request, request.body.site);
      const customer = await createCustomer(db, request.body, personOf(request).id, clock(), changed);
      return reply.code(201).send(customer);
    },
  );

  app.get(
    '/v1/customers/:id',
    { config, schema: { params: one, response: { 200: CustomerItem }, tags } },
    async (request) => await findCustomer(db, await sitesFor(ctx, request), request.params.id),
  );

  app.patch(
    '/v1/customers/:id',
    { config, schema: { params: one, body: CustomerChange, response: { 200: CustomerItem }, tags } },
    async (request) => {
      const sites = await sitesFor(ctx, request);
      return await changeCustomer(db, sites, request.params.id, request.body, personOf(request).id, clock(), changed);
    },
  );
}
