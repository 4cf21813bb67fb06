import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { WallStart } from '../../protocols/api/site.ts';
import { isThisMachine } from './lan.ts';
import type { Pairings } from './pairing.ts';
import { parse } from './parse.ts';
import type { SiteDeps } from './site.ts';

export interface WallDeps {
  readonly site: string;
  readonly locale: WallStart['locale'];
  readonly access: WallStart['access'];
  /** Base URL of the cloud as screens reach it: the second feed; null where there is none. */
  readonly cloudUrl: string | null;
}

const Ask = z.strictObject({ token: z.string().max(100).nullish() });
const Claim = z.strictObject({ secret: z.string().min(16).max(100) });
const perMinute = (max: number) => ({ config: { rateLimit: { max, timeWindow: 60_000 } } });

/** What a wall asks before it connects to the board's feed: `/wall/api`. */
export function wallRoutes(
  app: FastifyInstance,
  wall: WallDeps,
  waiting: Pairings,
  screens: Pick<SiteDeps['screens'], 'pair' | 'isLetIn'>,
): void {
  // By the name too: a page from outside whose name was made to point here (DNS rebinding) is no screen of this machine.
  const isFree = (request: FastifyRequest) => wall.access === 'loopback' && isThisMachine(request.ip, request.hostname);

  app.get('/wall/api/start', async (request): Promise<WallStart> => {
    const own = { from: 'gateway', url: `${request.protocol}://${request.host}` } as const;
    const cloud = wall.cloudUrl === null ? [] : [{ from: 'cloud', url: wall.cloudUrl } as const];
    return {
      from: 'gateway',
      locale: wall.locale,
      feeds: [own, ...cloud],
      site: wall.site,
      access: isFree(request) ? 'loopback' : 'paired',
    };
  });

  // A screen that needs no code gets a token all the same: the cloud, which it may have to change over to, asks for one.
  app.post('/wall/api/pairing', perMinute(30), async (request) => {
    const { token } = parse(Ask, request.body ?? {});
    const asked = waiting.ask();
    if (isFree(request)) {
      const known = token != null && screens.isLetIn(token) ? { token } : null;
      await waiting.letIn(asked.code, async () => known ?? (await screens.pair('this machine')));
    }
    return asked;
  });

  // A waiting screen asks every 2 s.
  app.post('/wall/api/pairing/claim', perMinute(300), async (request) => {
    const { secret } = parse(Claim, request.body);
    return { token: waiting.claim(secret) };
  });
}
