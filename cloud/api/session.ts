import type { FastifyReply } from 'fastify';
import { Person, SetUp, SignIn } from '../../protocols/api/console.ts';
import { LiftgateError } from '../../protocols/error.ts';
import { type Account, personWith } from '../modules/access/person.ts';
import { closeSession, openSession, SESSION_MS, setUp } from '../modules/access/session.ts';
import type { Api, Context } from './context.ts';
import { personOf, SESSION_COOKIE, sameOrigin } from './guard.ts';

/** Guessing a password is made slow: so many tries a minute from one address. */
const FEW = { max: 10, timeWindow: '1 minute' };

/** Signing in and out, and the one-time set-up of the first manager. */
export function sessionRoutes(app: Api, { db, clock, publicUrl }: Context): void {
  const cookie = { path: '/', httpOnly: true, sameSite: 'strict' } as const;
  const enter = async (person: Account, secure: boolean, reply: FastifyReply): Promise<Person> => {
    const token = await openSession(db, person.id, clock());
    reply.setCookie(SESSION_COOKIE, token, { ...cookie, secure, maxAge: SESSION_MS / 1_000 });
    reply.header('cache-control', 'no-store');
    return Person.parse(person);
  };
  const isSecure = (protocol: string) => protocol === 'https' || publicUrl?.startsWith('https:') === true;
  const tags = ['people'];

  app.post(
    '/v1/session',
    { config: { access: 'public', rateLimit: FEW }, schema: { body: SignIn, response: { 200: Person }, tags } },
    async (request, reply) => {
      sameOrigin(request);
      const person = await personWith(db, request.body.email, request.body.password);
      if (!person) throw new LiftgateError('denied', 'e-mail or password is wrong', { about: 'password' });
      return await enter(person, isSecure(request.protocol), reply);
    },
  );

  app.get('/v1/session', { config: { access: 'person' }, schema: { response: { 200: Person }, tags } }, (request) =>
    Person.parse(personOf(request)),
  );

  app.delete('/v1/session', { config: { access: 'public' }, schema: { tags } }, async (request, reply) => {
    sameOrigin(request);
    const token = request.cookies[SESSION_COOKIE];
    if (token) await closeSession(db, token);
    return reply.clearCookie(SESSION_COOKIE, cookie).code(204).send();
  });

  app.post(
    '/v1/setup',
    { config: { access: 'public', rateLimit: FEW }, schema: { body: SetUp, response: { 200: Person }, tags } },
    async (request, reply) => {
      sameOrigin(request);
      const { token, ...manager } = request.body;
      const person = await setUp(db, token, { ...manager, locale: 'zh-CN' }, clock());
      return await enter(person, isSecure(request.protocol), reply);
    },
  );
}
