import { setTimeout as sleep } from 'node:timers/promises';
import pino, { type Logger } from 'pino';
import { databaseUrl } from '../config/load.ts';
import type { CloudConfig } from '../config/schema.ts';
import type { MailItem, Person } from '../protocols/api/console.ts';
import { isLiftgateError, LiftgateError } from '../protocols/error.ts';
import type { Clock } from '../protocols/time.ts';
import { buildCloudApp, SURROUNDINGS } from './app.ts';
import { followLogs } from './board/tail.ts';
import { mountCloudFeed } from './feed.ts';
import { createGateway } from './modules/access/gateway.ts';
import { createPerson, type NewAccount } from './modules/access/person.ts';
import { forgetOldSessions, makeSetUpToken } from './modules/access/session.ts';
import { expireNotices, noticesToSend } from './modules/crm/send.ts';
import { openMailer } from './modules/notify/mail.ts';
import { settleLost } from './modules/notify/outbox.ts';
import { runSender } from './modules/notify/sender.ts';
import { shareFleet } from './modules/service/fleet.ts';
import { settleTwins } from './modules/service/twin.ts';
import { forgetOldReadings } from './store/forget.ts';
import { startLocalPostgres } from './store/local.ts';
import { migrate } from './store/migrate.ts';
import { type Db, openPool } from './store/pool.ts';
import { sparing } from './trouble.ts';

export interface CloudOptions {
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** A local mailbox whose letters the console may show: the demo's. */
  readonly mailbox?: { list(): MailItem[] };
  /** Folder of the built pages, if not the usual one. */
  readonly pages?: string;
  /** Gateways that are registered before it listens; one that is there already keeps its credential. */
  readonly gateways?: readonly { readonly site: string; readonly gateway: string; readonly credential: string }[];
}

export interface Cloud {
  /** Base URL that it listens at. */
  readonly url: string;
  /** Link that makes the first manager, once; null when people can sign in already. */
  readonly setUpLink: string | null;
  /** Registers a gateway (and its site) and gives its credential. @throws LiftgateError `conflict` when it is there. */
  createGateway(site: string, gateway: string): Promise<string>;
  /** @throws LiftgateError `conflict` when the address is taken. */
  createPerson(account: Omit<NewAccount, 'sites'> & { sites?: readonly string[] | null }): Promise<Person>;
  stop(): Promise<void>;
}

const CHORES_MS = 15_000;
/** What cars of one kind have in common changes slowly; a kind that a site has not seen before is told by then. */
const SHARE_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** The log of the cloud; secrets are cut out wherever they might stand. */
export function cloudLogger(level = 'info'): Logger {
  const secrets = ['password', 'token', 'credential', 'authorization', 'cookie', '["set-cookie"]'];
  const paths = secrets.flatMap((s) => [s, s.startsWith('[') ? `*${s}` : `*.${s}`]);
  const headers = ['authorization', 'cookie'].map((h) => `req.headers.${h}`);
  return pino({ name: 'cloud', level, redact: { paths: [...paths, ...headers], censor: '(secret)' } });
}

/**
 * PostgreSQL, the HTTP server, the board feed and the sender of notices, until `stop`.
 * @throws LiftgateError `config`, `conflict` (a port is taken), `unreachable` (no database), after all is undone.
 */
export async function startCloud(config: CloudConfig, options: CloudOptions = {}): Promise<Cloud> {
  const clock = options.clock ?? Date.now;
  const logger = options.logger ?? cloudLogger();
  const onError = sparing(
    (err, times) => logger.error({ err, times }, 'trouble in the background; it goes on'),
    () => performance.now(),
  );
  // What was started is stopped in the opposite order, also when a later part fails to start.
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const end of undo.splice(0).reverse()) await end().catch(onError);
  };
  try {
    const db = await openDatabase(config, undo, onError);
    for (const { site, gateway, credential } of options.gateways ?? []) {
      await createGateway(db, site, gateway, clock(), credential).catch(unlessConflict);
    }
    const boards = followLogs({ db, clock, monotonic: () => performance.now(), onError });
    undo.push(() => boards.stop());
    const quiet = { from: config.notices.quietFrom, to: config.notices.quietTo };
    const app = await buildCloudApp({
      db,
      clock,
      logger,
      quiet,
      publicUrl: config.publicUrl ?? null,
      mailbox: options.mailbox ?? null,
      metricsToken: config.metrics.token,
      committed: (site) => boards.nudge(site),
      ...(options.pages === undefined ? {} : { pages: options.pages }),
    });
    undo.push(() => app.close());
    const feed = mountCloudFeed(app, { db, clock, boards, onError });
    undo.push(() => feed.close());
    let linkBase = config.publicUrl ?? null;
    const background = startBackground(config, db, clock, () => linkBase, onError);
    undo.push(background);
    const setUpToken = await makeSetUpToken(db, clock());
    const url = await listen(app, config);
    // Letters of the demo are read on this very machine.
    if (options.mailbox) linkBase ??= url;
    logger.info({ url }, 'the cloud listens');
    return {
      url,
      setUpLink: setUpToken === null ? null : `${config.publicUrl ?? url}/console/#token=${setUpToken}`,
      createGateway: async (site, gateway) => (await createGateway(db, site, gateway, clock())).credential,
      createPerson: (account) => createPerson(db, { sites: null, ...account }, clock()),
      stop,
    };
  } catch (e) {
    await stop();
    throw e;
  }
}

function unlessConflict(e: unknown): void {
  if (!isLiftgateError(e) || e.code !== 'conflict') throw e;
}

async function openDatabase(
  { database }: CloudConfig,
  undo: (() => Promise<unknown>)[],
  onError: (e: unknown) => void,
): Promise<Db> {
  let url = database.url ?? databaseUrl();
  if (url === undefined) {
    const local = await startLocalPostgres(database.folder, { onTrouble: onError });
    undo.push(() => local.stop());
    url = local.url;
  }
  const db = await openPool(url, onError);
  undo.push(() => db.end());
  await migrate(db);
  return db;
}

/** The sender, where there is an SMTP server, and what must be looked after now and then. */
function startBackground(
  config: CloudConfig,
  db: Db,
  clock: Clock,
  linkBase: () => string | null,
  onError: (e: unknown) => void,
): () => Promise<void> {
  const ended = new AbortController();
  const quiet = { from: config.notices.quietFrom, to: config.notices.quietTo };
  const content = noticesToSend(SURROUNDINGS, quiet, linkBase);
  const mailer = config.smtp ? openMailer(config.smtp) : null;
  const sender = mailer ? runSender({ db, clock, mailer, content, onError }, ended.signal) : Promise.resolve();
  const chores = (async () => {
    let sharedAt = Number.NEGATIVE_INFINITY;
    while (!ended.signal.aborted) {
      try {
        await expireNotices(db, clock());
        await settleLost(db, content, clock());
        await forgetOldSessions(db, clock());
        await settleTwins(db, clock());
        await forgetOldReadings(db, clock() - config.database.keepReadingsDays * DAY_MS, ended.signal);
        if (clock() - sharedAt >= SHARE_MS) {
          await shareFleet(db, clock());
          sharedAt = clock();
        }
      } catch (e) {
        onError(e);
      }
      await sleep(CHORES_MS, undefined, { signal: ended.signal }).catch(() => {});
    }
  })();
  return async () => {
    ended.abort();
    await Promise.all([sender, chores]);
  };
}

async function listen(app: Awaited<ReturnType<typeof buildCloudApp>>, { http }: CloudConfig): Promise<string> {
  try {
    await app.listen({ host: http.host, port: http.port });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw cause;
    const why = code === 'EADDRINUSE' ? 'is taken by another program' : 'is not for us to use';
    throw new LiftgateError('conflict', `http.port: ${http.host}:${http.port} ${why}; choose another port`, {
      about: 'http.port',
      cause,
    });
  }
  const { port } = app.server.address() as { port: number };
  const host = http.host === '0.0.0.0' || http.host === '::' ? '127.0.0.1' : http.host;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
