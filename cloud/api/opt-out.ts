import type { ZodTypeProvider } from '@fastify/type-provider-zod';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { isLiftgateError } from '../../protocols/error.ts';
import { findLink, type Link, optOut } from '../modules/crm/opt-out.ts';
import { reconsider } from '../modules/crm/propose.ts';
import type { Api, Context } from './context.ts';
import { optOutPage, STYLE_SOURCE } from './opt-out-page.ts';

/** A button of a mail program says `List-Unsubscribe=One-Click`, as a form of either kind (RFC 8058 section 3.2). */
const ONE_CLICK = /List-Unsubscribe[="][\s\S]{0,10}One-Click/;
/** Large mail providers speak for many of their customers from one address. */
const SOME = { max: 300, timeWindow: '1 minute' };

/**
 * The way out of the reminders, for whoever holds a letter: GET shows what would happen and changes nothing, since mail
 * scanners open every link; POST does it, from that page or from the button of a mail program.
 */
export function optOutRoutes(app: Api, ctx: Context): void {
  const { db, clock, around } = ctx;
  const config = { access: 'public', rateLimit: SOME } as const;
  const params = z.strictObject({ token: z.string().max(100) });
  const querystring = z.object({ lang: z.enum(['zh-CN', 'en']).optional() });
  const schema = { params, querystring, tags: ['opt-out'] };
  const changed = reconsider(around);

  async function page(
    reply: FastifyReply,
    lang: Link['locale'] | undefined,
    ask: () => Promise<Link>,
  ): Promise<string> {
    reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('referrer-policy', 'no-referrer')
      .header('x-robots-tag', 'noindex')
      .header(
        'content-security-policy',
        `default-src 'none'; style-src ${STYLE_SOURCE}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
      );
    try {
      const link = await ask();
      const { name } = await around.place(db, link.site);
      return optOutPage({ locale: lang ?? link.locale, workshop: name, done: link.usedAt !== null });
    } catch (e) {
      if (!isLiftgateError(e) || e.code !== 'not-found') throw e;
      reply.code(404);
      return optOutPage({ locale: lang ?? null, workshop: null, done: false });
    }
  }

  app.register(async (plain) => {
    const scope = plain.withTypeProvider<ZodTypeProvider>();
    const forms = ['application/x-www-form-urlencoded', 'multipart/form-data'];
    scope.addContentTypeParser(forms, { parseAs: 'string', bodyLimit: 4_096 }, (_request, body, done) =>
      done(null, body),
    );

    scope.get('/stop/:token', { config, schema }, async (request, reply) =>
      page(reply, request.query.lang, () => findLink(db, request.params.token)),
    );

    scope.post('/stop/:token', { config, schema }, async (request, reply) => {
      const source =
        typeof request.body === 'string' && ONE_CLICK.test(request.body) ? 'list-unsubscribe' : 'opt-out-link';
      return page(reply, request.query.lang, () => optOut(db, request.params.token, source, clock(), changed));
    });
  });
}
