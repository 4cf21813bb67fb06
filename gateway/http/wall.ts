import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { WallStart } from '../../protocols/api/site.ts';
import { isLoopback } from './lan.ts';
import type { Pairings } from './pairing.ts';
import { parse } from './parse.ts';

export interface WallDeps {
  readonly site: string;
  readonly locale: WallStart['locale'];
  readonly access: WallStart['access'];
  /** Base URL of the cloud as screens reach it: the second feed; null where there is none. */
  readonly cloudUrl: string | null;
}

const Claim = z.strictObject({ secret: z.string().min(16).max(100) });
const perMinute = (max: number) => ({ config: { rateLimit: { max, timeWindow: 60_000 } } });

/** What a wall asks before it connects to the board's feed: `/wall/api`. */
export function wallRoutes(app: FastifyInstance, wall: WallDeps, screens: Pairings): void {
  app.get('/wall/api/start', async (request): Promise<WallStart> => {
    const own = { from: 'gateway', url: `${request.protocol}://${request.host}` } as const;
    const cloud = wall.cloudUrl === null ? [] : [{ from: 'cloud', url: wall.cloudUrl } as const];
    const free = wall.access === 'loopback' && isLoopback(request.ip);
    return {
      from: 'gateway',
      locale: wall.locale,
      feeds: [own, ...cloud],
      site: wall.site,
      access: free ? 'loopback' : 'paired',
    };
  });

  app.post('/wall/api/pairing', perMinute(30), async () => screens.ask());

  // A waiting screen asks every 2 s.
  app.post('/wall/api/pairing/claim', perMinute(300), async (request) => {
    const { secret } = parse(Claim, request.body);
    return { token: screens.claim(secret) };
  });
}
