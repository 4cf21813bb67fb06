import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Millis } from '../../protocols/time.ts';
import { answerErrors } from './error.ts';
import { keepToTheLan } from './lan.ts';
import type { Metrics } from './metrics.ts';
import { pairings } from './pairing.ts';
import { type SessionDeps, sessionRoutes } from './session.ts';
import { type SiteDeps, siteRoutes } from './site.ts';
import { type WallDeps, wallRoutes } from './wall.ts';

export interface GatewayAppDeps extends SessionDeps, SiteDeps {
  readonly wall: WallDeps;
  readonly metrics: Metrics;
  /** Null while the gateway lives; else, in a sentence, what has died. */
  readonly illness: () => string | null;
  /** How often, and how long at most (ms), the process as a whole stood still. */
  readonly stalls: () => { readonly count: number; readonly longestMs: number; readonly lastAt: Millis | null };
  /** Null while it takes what devices say; else, in a sentence, why not. */
  readonly unready: () => string | null;
  readonly log?: FastifyBaseLogger;
}

const BODY_BYTES = 16_384;

/** The gateway's HTTP app, not listening: site page API, walls' API, health and metrics. For the LAN alone. */
export async function buildGatewayApp(deps: GatewayAppDeps): Promise<FastifyInstance> {
  const app = Fastify({
    bodyLimit: BODY_BYTES,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
    ...(deps.log ? { loggerInstance: deps.log } : {}),
  });
  answerErrors(app);
  keepToTheLan(app);
  // JSON alone: plain text is what a form of a foreign page can send without being asked.
  app.removeContentTypeParser('text/plain');
  await app.register(cookie);
  await app.register(rateLimit, { global: false });
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    // The LAN has no certificates; a promise of HTTPS would lock people out.
    strictTransportSecurity: false,
  });

  const waiting = pairings(deps.clock);
  sessionRoutes(app, deps);
  wallRoutes(app, deps.wall, waiting, deps.screens);
  await app.register(async (scope) => siteRoutes(scope, deps, waiting));

  app.get('/', async (_request, reply) => reply.redirect('/wall'));
  app.get('/healthz', async (_request, reply) => {
    const illness = deps.illness();
    const { count, longestMs, lastAt } = deps.stalls();
    const stalls = { count, longestMs: Math.round(longestMs), lastAt };
    return reply.code(illness === null ? 200 : 503).send({ alive: illness === null, illness, stalls });
  });
  app.get('/readyz', async (_request, reply) => {
    const why = deps.illness() ?? deps.unready();
    return reply.code(why === null ? 200 : 503).send({ ready: why === null, why });
  });
  app.get('/metrics', async (_request, reply) =>
    reply.type(deps.metrics.contentType).send(await deps.metrics.text(deps.status())),
  );
  return app;
}
