import type { FastifyRequest } from 'fastify';
import { NewPerson, Person } from '../../protocols/api/console.ts';
import { LiftgateError } from '../../protocols/error.ts';
import { createPerson, listPeople } from '../modules/access/person.ts';
import { type Api, type Context, listOf } from './context.ts';
import { personOf } from './guard.ts';

/** Who signs in: for managers. */
export function peopleRoutes(app: Api, { db, clock }: Context): void {
  const config = { access: 'manager' } as const;
  const tags = ['people'];

  app.get('/v1/people', { config, schema: { response: { 200: listOf(Person) }, tags } }, async (request) => {
    const all = await listPeople(db);
    return { items: all.filter((p) => mayManage(request, p.sites)), next: null };
  });

  app.post(
    '/v1/people',
    { config, schema: { body: NewPerson, response: { 201: Person }, tags } },
    async (request, reply) => {
      if (!mayManage(request, request.body.sites))
        throw new LiftgateError('denied', 'you can let people in to your own sites only', { about: 'sites' });
      return reply.code(201).send(await createPerson(db, request.body, clock()));
    },
  );
}

/** A manager of some sites manages those who see no others. */
function mayManage(request: FastifyRequest, sites: readonly string[] | null): boolean {
  const mine = personOf(request).sites;
  return mine === null || sites?.every((s) => mine.includes(s)) === true;
}
