import type { FastifyInstance, FastifyRequest } from 'fastify';
import { SiteSetUp, SiteSignIn } from '../../protocols/api/site.ts';
import { LiftgateError } from '../../protocols/error.ts';
import type { Clock, Millis } from '../../protocols/time.ts';
import { parse } from './parse.ts';

const COOKIE = 'lg_site';

/** The people of the site, as the pages need them. */
export interface SitePeople {
  hasPassword(): boolean;
  setPassword(password: string): Promise<void>;
  isPassword(password: string): Promise<boolean>;
  openSession(): { token: string; expiresAt: Millis };
  isSession(token: string): boolean;
  closeSession(token: string): void;
}

export interface SessionDeps {
  readonly people: SitePeople;
  /** Is this the token of the one-time link? Only until a password is set. */
  readonly isSetUpToken: (token: string) => boolean;
  readonly clock: Clock;
}

/** A guess costs argon2 time; ten tries a minute from one address are enough for a person. */
const FEW = { config: { rateLimit: { max: 10, timeWindow: 60_000 } } };

export function isSignedIn(people: SitePeople, request: FastifyRequest): boolean {
  const token = request.cookies[COOKIE];
  return token !== undefined && people.isSession(token);
}

/** Sign-in of the site page: `/site/api/setup` and `/site/api/session`. */
export function sessionRoutes(app: FastifyInstance, { people, isSetUpToken, clock }: SessionDeps): void {
  const signIn = (request: FastifyRequest) => {
    const { token, expiresAt } = people.openSession();
    const maxAge = Math.floor((expiresAt - clock()) / 1_000);
    const secure = request.protocol === 'https';
    return { name: COOKIE, token, options: { path: '/', httpOnly: true, sameSite: 'strict', secure, maxAge } } as const;
  };

  app.post('/site/api/setup', FEW, async (request, reply) => {
    const { token, password } = parse(SiteSetUp, request.body);
    if (people.hasPassword() || !isSetUpToken(token))
      throw new LiftgateError(
        'denied',
        'this set-up link was used or is not of this start of the gateway: sign in, or take the link from its last start',
      );
    await people.setPassword(password);
    const { name, token: session, options } = signIn(request);
    return reply.setCookie(name, session, options).send({ signedIn: true, needsSetUp: false });
  });

  app.get('/site/api/session', async (request) => ({
    signedIn: isSignedIn(people, request),
    needsSetUp: !people.hasPassword(),
  }));

  app.post('/site/api/session', FEW, async (request, reply) => {
    const { password } = parse(SiteSignIn, request.body);
    if (!(await people.isPassword(password)))
      throw new LiftgateError('denied', 'that is not the password of this site', { about: 'password' });
    const { name, token, options } = signIn(request);
    return reply.setCookie(name, token, options).send({ signedIn: true, needsSetUp: false });
  });

  app.delete('/site/api/session', async (request, reply) => {
    const token = request.cookies[COOKIE];
    if (token !== undefined) people.closeSession(token);
    return reply.clearCookie(COOKIE, { path: '/' }).send({ signedIn: false, needsSetUp: !people.hasPassword() });
  });
}
