import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LiftgateError } from '../../protocols/error.ts';
import { gatewayOf } from '../modules/access/gateway.ts';
import { type Account, personOfSession } from '../modules/access/person.ts';
import { type Screen, screenOf } from '../modules/access/screen.ts';
import { siteIds } from '../modules/access/site.ts';
import type { Sender } from '../store/letter.ts';
import type { Context } from './context.ts';

/**
 * Who may call a route. `public`: anyone. `person`: whoever is signed in. `manager`: a person of that role.
 * `gateway`: the bearer of a gateway's credential. `screen`: a paired screen, or a person.
 */
type Access = 'public' | 'person' | 'manager' | 'gateway' | 'screen';

type Caller =
  | { readonly kind: 'person'; readonly person: Account; readonly token: string }
  | { readonly kind: 'gateway'; readonly gateway: Sender }
  | { readonly kind: 'screen'; readonly screen: Screen };

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    caller: Caller | null;
  }
}

export const SESSION_COOKIE = 'lg_session';

/** Default deny: a route that does not say who may call it can be called by nobody. */
export function mountGuard(app: FastifyInstance, ctx: Pick<Context, 'db' | 'clock'>): void {
  app.decorateRequest('caller', null);
  app.addHook('onRequest', async (request) => {
    // Nothing is there to protect; the not-found handler answers.
    if (request.is404) return;
    const access = request.routeOptions.config.access;
    if (access === 'public') return;
    if (access === undefined) throw new LiftgateError('denied', 'this route is open to nobody');
    request.caller = await callerOf(request, access, ctx);
    if (request.caller === null) throw new LiftgateError('denied', ASK[access]);
    if (access === 'manager' && !(request.caller.kind === 'person' && request.caller.person.role === 'manager'))
      throw new LiftgateError('denied', 'only a manager may do this; ask one');
  });
}

const ASK: Record<Exclude<Access, 'public'>, string> = {
  person: 'sign in first',
  manager: 'sign in first',
  gateway: 'expected "Authorization: Bearer" with the credential of a gateway that is not revoked',
  screen: 'expected the token of a paired screen, or a signed-in person',
};

async function callerOf(
  request: FastifyRequest,
  access: Access,
  { db, clock }: Pick<Context, 'db' | 'clock'>,
): Promise<Caller | null> {
  const bearer = /^Bearer ([\x21-\x7e]{16,256})$/i.exec(request.headers.authorization ?? '')?.[1];
  if (access === 'gateway') {
    const gateway = bearer ? await gatewayOf(db, bearer) : null;
    return gateway && { kind: 'gateway', gateway };
  }
  if (access === 'screen' && bearer) {
    const screen = await screenOf(db, bearer, clock());
    return screen && { kind: 'screen', screen };
  }
  const token = request.cookies[SESSION_COOKIE];
  if (!token || token.length > 256) return null;
  sameOrigin(request);
  const person = await personOfSession(db, token, clock());
  return person && { kind: 'person', person, token };
}

/**
 * A cookie comes along whoever made the page. SameSite=Strict keeps other sites out, yet another port of this very host
 * counts as the same site: so what changes something must come from our own pages (OWASP, CSRF, "verifying origin").
 */
export function sameOrigin(request: FastifyRequest): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const { origin, host } = request.headers;
  if (origin === undefined || (URL.canParse(origin) && new URL(origin).host === host)) return;
  throw new LiftgateError('denied', `a page of ${origin} may not do this in your name`, { about: 'origin' });
}

export function personOf(request: FastifyRequest): Account {
  if (request.caller?.kind === 'person') return request.caller.person;
  throw new LiftgateError('denied', ASK.person);
}

/**
 * The sites whose data the signed-in person may see, or just `site`.
 * @throws LiftgateError `not-found` for a site that is not there or not theirs: the two must look the same.
 */
export async function sitesFor(ctx: Pick<Context, 'db'>, request: FastifyRequest, site?: string): Promise<string[]> {
  const theirs = await siteIds(ctx.db, personOf(request).sites);
  if (site === undefined) return theirs;
  if (theirs.includes(site)) return [site];
  throw new LiftgateError('not-found', `there is no site ${site}`, { about: 'site' });
}
