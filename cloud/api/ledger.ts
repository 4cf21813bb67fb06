import { z } from 'zod';
import {
  CorrectionItem,
  DayLedger,
  LedgerDay,
  LedgerRange,
  NewCorrection,
  Withdrawal,
} from '../../protocols/api/ledger.ts';
import { Id } from '../../protocols/event.ts';
import { lastHeard, timezoneOf } from '../modules/access/site.ts';
import { correctionsIn } from '../modules/bay/correction.ts';
import { type Beside, correct, dayLedger, rangeLedger, siteDay, withdraw } from '../modules/bay/ledger.ts';
import { standardMinutes } from '../modules/service/order.ts';
import { type Api, type Context, listOf } from './context.ts';
import { personOf, sitesFor } from './guard.ts';

/** The ledger of the bays: a day, a range, and what people put right. */
export function ledgerRoutes(app: Api, ctx: Context): void {
  const { db, clock } = ctx;
  const config = { access: 'person' } as const;
  const tags = ['ledger'];
  const beside: Beside = {
    timezone: async (site) => (await timezoneOf(db, site)).timezone,
    heard: async (site) => Math.min(clock(), await lastHeard(db, site)),
    standardMinutes: (site, orders) => standardMinutes(db, site, orders),
  };
  const ofSite = z.object({ site: Id });
  const one = z.strictObject({ correction: Id });
  const Money = z.coerce.number().min(0).max(1e12);

  app.get(
    '/v1/bays/:bay/ledger',
    {
      config,
      schema: {
        params: z.strictObject({ bay: Id }),
        querystring: z.object({ site: Id, day: z.iso.date() }),
        response: { 200: DayLedger },
        tags,
      },
    },
    async (request) => {
      const { site, day } = request.query;
      await sitesFor(ctx, request, site);
      return await dayLedger(db, beside, site, request.params.bay, day);
    },
  );

  app.get(
    '/v1/ledger/day',
    {
      config,
      schema: { querystring: z.object({ site: Id, day: z.iso.date() }), response: { 200: LedgerDay }, tags },
    },
    async (request) => {
      const { site, day } = request.query;
      await sitesFor(ctx, request, site);
      return await siteDay(db, beside, site, day);
    },
  );

  app.get(
    '/v1/ledger',
    {
      config,
      schema: {
        querystring: z.object({
          site: Id,
          from: z.iso.date(),
          to: z.iso.date(),
          labourSales: Money.optional(),
          labourRate: Money.optional(),
        }),
        response: { 200: LedgerRange },
        tags,
      },
    },
    async (request) => {
      const { site, from, to, labourSales, labourRate } = request.query;
      await sitesFor(ctx, request, site);
      const known = labourSales !== undefined && labourRate !== undefined;
      const labour = known ? { sales: labourSales, rate: labourRate } : null;
      return await rangeLedger(db, beside, site, from, to, labour);
    },
  );

  const Instant = z.coerce.number().int().min(0);

  app.get(
    '/v1/corrections',
    {
      config,
      schema: {
        querystring: z.object({ site: Id, bay: Id.optional(), from: Instant, to: Instant }),
        response: { 200: listOf(CorrectionItem) },
        tags,
      },
    },
    async (request) => {
      const { site, bay = null, from, to } = request.query;
      await sitesFor(ctx, request, site);
      return { items: await correctionsIn(db, site, { from, to, bay }), next: null };
    },
  );

  app.post(
    '/v1/corrections',
    { config, schema: { querystring: ofSite, body: NewCorrection, response: { 201: CorrectionItem }, tags } },
    async (request, reply) => {
      const { site } = request.query;
      await sitesFor(ctx, request, site);
      const item = await correct(db, beside, site, request.body, personOf(request).id, clock());
      ctx.committed(site);
      return reply.code(201).send(item);
    },
  );

  app.post(
    '/v1/corrections/:correction/withdraw',
    {
      config,
      schema: { params: one, querystring: ofSite, body: Withdrawal, response: { 200: CorrectionItem }, tags },
    },
    async (request) => {
      const { site } = request.query;
      await sitesFor(ctx, request, site);
      const { correction } = request.params;
      const item = await withdraw(db, beside, site, correction, request.body.why, personOf(request).id, clock());
      ctx.committed(site);
      return item;
    },
  );
}
