import type { FastifyInstance } from 'fastify';
import {
  PairScreen,
  type ScreenItem,
  type SiteDeadLetter,
  SiteDeadReplay,
  SiteScan,
  type SiteScanReply,
  type SiteStatus,
} from '../../protocols/api/site.ts';
import { LiftgateError } from '../../protocols/error.ts';
import { type CameraDesk, cameraRoutes } from './camera.ts';
import { type FlagDesk, flagRoutes } from './flags.ts';
import { type LedgerDesk, ledgerRoutes } from './ledger.ts';
import type { Pairings } from './pairing.ts';
import { parse } from './parse.ts';
import { isSignedIn, type SitePeople } from './session.ts';

export interface SiteDeps {
  readonly people: SitePeople;
  readonly status: () => SiteStatus;
  /** Stores a label that was typed or wedged in, and tells what this gateway knows. */
  readonly scan: (text: string, bay: string | null) => Promise<SiteScanReply>;
  readonly screens: {
    isLetIn(token: string): boolean;
    pair(name: string): Promise<{ token: string }>;
    list(): ScreenItem[];
    revoke(screen: string): Promise<void>;
  };
  /** What the cloud refused. */
  readonly dead: {
    list(): SiteDeadLetter[];
    /** Sends one, or all, once more. @returns how many */
    replay(id: string | null): number;
  };
  readonly cameras: CameraDesk;
  readonly ledger: LedgerDesk;
  readonly flags: FlagDesk;
}

/** The site page's API behind the sign-in. */
export function siteRoutes(app: FastifyInstance, deps: SiteDeps, waiting: Pairings): void {
  const { people, status, scan, screens, dead, cameras, ledger, flags } = deps;
  app.addHook('onRequest', async (request, reply) => {
    // What is said to one who is signed in is for no cache.
    reply.header('cache-control', 'no-store');
    if (!isSignedIn(people, request)) throw new LiftgateError('denied', 'sign in first');
  });
  cameraRoutes(app, cameras);
  ledgerRoutes(app, ledger);
  flagRoutes(app, flags);

  app.get('/site/api/status', async () => status());

  app.get('/site/api/dead-letters', async () => ({ items: dead.list() }));

  app.post('/site/api/dead-letters/replay', async (request) => {
    const { id } = parse(SiteDeadReplay, request.body);
    return { queued: dead.replay(id ?? null) };
  });

  app.post('/site/api/scan', async (request) => {
    const { text, bay } = parse(SiteScan, request.body);
    return scan(text, bay ?? null);
  });

  app.get('/site/api/screens', async () => ({ items: screens.list() }));

  app.post('/site/api/screens', async (request, reply) => {
    const { code, name } = parse(PairScreen, request.body);
    await waiting.letIn(code, () => screens.pair(name));
    return reply.code(201).send({ items: screens.list() });
  });

  app.delete<{ Params: { screen: string } }>('/site/api/screens/:screen', async (request) => {
    await screens.revoke(request.params.screen);
    return { items: screens.list() };
  });
}
