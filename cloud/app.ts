import type { ZodTypeProvider } from '@fastify/type-provider-zod';
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify';
import { mountPages } from '../dashboard/serve/index.ts';
import type { MailItem } from '../protocols/api/console.ts';
import type { Clock } from '../protocols/time.ts';
import type { Api, Context } from './api/context.ts';
import { Holds } from './api/hold.ts';
import { mountApi } from './api/index.ts';
import { createMetrics } from './api/metrics.ts';
import { projectScreens } from './modules/access/screen.ts';
import { openingOf, projectSites, timezoneOf } from './modules/access/site.ts';
import { projectBays } from './modules/bay/interval.ts';
import type { Surroundings } from './modules/crm/notice.ts';
import { proposals } from './modules/crm/propose.ts';
import type { Quiet } from './modules/crm/rules.ts';
import { withdrawNotices } from './modules/crm/withdraw.ts';
import { waitingCount } from './modules/notify/outbox.ts';
import { expectedAt, suggest } from './modules/service/appointment.ts';
import { projectSettled, withoutSettled } from './modules/service/case.ts';
import { projectService } from './modules/service/project.ts';
import { carWords, withoutOldFlags } from './modules/service/vehicle.ts';
import { deadCount } from './store/dead.ts';
import type { Projection } from './store/ingest.ts';
import type { Db } from './store/pool.ts';

export interface CloudParts {
  readonly db: Db;
  readonly clock: Clock;
  readonly logger: FastifyBaseLogger;
  readonly quiet: Quiet;
  readonly publicUrl: string | null;
  readonly mailbox: { list(): MailItem[] } | null;
  /** Opens the numbers of each gateway at /metrics. */
  readonly metricsToken?: string | undefined;
  /** Called after something was added to a site's log. */
  readonly committed: (site: string) => void;
  /** Folder of the built pages, if not the usual one. */
  readonly pages?: string;
}

/** What the CRM module asks of its neighbours: here alone they meet. */
export const SURROUNDINGS: Surroundings = {
  cars: carWords,
  place: timezoneOf,
  offer: async (db, site, early, now) =>
    suggest(await openingOf(db, site), await expectedAt(db, site, now), early, now),
};

/** Notices follow from the newest word on each flag that nobody has settled, in whatever order the words arrive. */
const proposeNotices: Projection = async (tx, site, events, now) => {
  const news = await withoutSettled(tx, site, await withoutOldFlags(tx, site, events));
  await proposals(SURROUNDINGS)(tx, site, news, now);
  await projectSettled(tx, site, events, withdrawNotices);
};

/** The whole HTTP server of the cloud, which does not listen yet. */
export async function buildCloudApp(parts: CloudParts): Promise<Api> {
  const { db, clock, logger, quiet, publicUrl, mailbox, committed } = parts;
  const app: Api = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
  }).withTypeProvider<ZodTypeProvider>();
  const metrics = createMetrics(db, clock);
  metrics.watch('liftgate_outbox_waiting', 'Messages to customers that wait to be sent.', () => waitingCount(db));
  metrics.watch('liftgate_dead_letters', 'Events of gateways that were refused and wait for a person.', () =>
    deadCount(db),
  );
  const holds = new Holds(db, (err) => logger.warn({ err }, 'held requests could not be looked after'));
  // Before the server waits for its requests to end: these would wait with it.
  app.addHook('preClose', async () => holds.close());
  const ctx: Context = {
    db,
    clock,
    quiet,
    publicUrl,
    mailbox,
    committed(site) {
      committed(site);
      holds.ring(site);
    },
    metrics,
    metricsToken: parts.metricsToken ?? null,
    holds,
    around: SURROUNDINGS,
    // Service before CRM: a notice names the car as the same batch told it.
    projections: [projectSites, projectScreens, projectService, projectBays, proposeNotices],
  };
  await mountApi(app, ctx);
  await app.register(async (pages) => {
    pages.addHook('onRoute', (route) => {
      route.config = { ...route.config, access: 'public' };
    });
    await mountPages(pages, parts.pages === undefined ? {} : { folder: parts.pages });
    pages.get('/', { schema: { hide: true } as object }, (_request, reply) => reply.redirect('/console'));
  });
  return app;
}
