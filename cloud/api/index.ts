import fastifyCookie from '@fastify/cookie';
import fastifyHelmet from '@fastify/helmet';
import fastifyRateLimit from '@fastify/rate-limit';
import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from '@fastify/type-provider-zod';
import { LiftgateError } from '../../protocols/error.ts';
import { alertRoutes } from './alerts.ts';
import type { Api, Context } from './context.ts';
import { customerRoutes } from './customers.ts';
import { deadLetterRoutes } from './dead.ts';
import { mountErrors } from './error.ts';
import { flagRoutes } from './flags.ts';
import { gatewayRoutes } from './gateways.ts';
import { mountGuard } from './guard.ts';
import { healthRoutes } from './health.ts';
import { ledgerRoutes } from './ledger.ts';
import { mailboxRoutes } from './mailbox.ts';
import { noticeRoutes } from './notices.ts';
import { optOutRoutes } from './opt-out.ts';
import { orderRoutes } from './orders.ts';
import { peopleRoutes } from './people.ts';
import { sessionRoutes } from './session.ts';
import { siteRoutes } from './sites.ts';
import { syncRoutes } from './sync.ts';
import { vehicleRoutes } from './vehicles.ts';
import { wallRoutes } from './wall.ts';
import { weekRoutes } from './week.ts';

const RESOURCES = [
  healthRoutes,
  syncRoutes,
  sessionRoutes,
  peopleRoutes,
  siteRoutes,
  gatewayRoutes,
  deadLetterRoutes,
  alertRoutes,
  vehicleRoutes,
  flagRoutes,
  weekRoutes,
  ledgerRoutes,
  orderRoutes,
  customerRoutes,
  noticeRoutes,
  optOutRoutes,
  mailboxRoutes,
  wallRoutes,
];

/** Guards and errors for all routes of the server, then the API itself and its description at `/docs`. */
export async function mountApi(app: Api, ctx: Context): Promise<void> {
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  mountErrors(app);
  await app.register(fastifyCookie);
  await app.register(fastifyHelmet, {
    // Answers of the API are no pages: nothing in them may be run. Pages bring their own policy.
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    // Told by the proxy that speaks TLS; on a plain LAN address it would lock people out.
    strictTransportSecurity: ctx.publicUrl?.startsWith('https:') ? { maxAge: 15_552_000 } : false,
  });
  await app.register(fastifyRateLimit, {
    global: false,
    errorResponseBuilder: (_request, { after, ttl }) =>
      new LiftgateError('busy', `too many tries; wait ${after}`, { retryAfterMs: ttl }),
  });
  mountGuard(app, ctx);
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Liftgate cloud', version: '1', description: 'Times are milliseconds since 1970, UTC.' },
      components: {
        securitySchemes: {
          person: { type: 'apiKey', in: 'cookie', name: 'lg_session' },
          gateway: { type: 'http', scheme: 'bearer', description: 'Credential of a gateway (lg_gw_…)' },
          screen: { type: 'http', scheme: 'bearer', description: 'Token of a paired screen' },
        },
      },
    },
    transform: (document) => withSecurity(jsonSchemaTransform(document), document.route.config),
  });
  await app.register(async (docs) => {
    docs.addHook('onRoute', (route) => {
      route.config = { ...route.config, access: 'public' };
    });
    await docs.register(fastifySwaggerUi, { routePrefix: '/docs', staticCSP: true });
  });
  for (const routes of RESOURCES) routes(app, ctx);
}

type Transformed = ReturnType<typeof jsonSchemaTransform>;

/** Says in the description who may call a route. */
function withSecurity(transformed: Transformed, config: { access?: string } | undefined): Transformed {
  const access = config?.access;
  const security: Record<string, Record<string, string[]>[]> = {
    public: [],
    person: [{ person: [] }],
    manager: [{ person: [] }],
    gateway: [{ gateway: [] }],
    screen: [{ screen: [] }, { person: [] }],
  };
  if (access === undefined || !transformed.schema) return transformed;
  return { ...transformed, schema: { ...transformed.schema, security: security[access] ?? [] } };
}
