import { gzipSync } from 'node:zlib';
import pino from 'pino';
import type { Api } from '../../cloud/api/context.ts';
import { buildCloudApp } from '../../cloud/app.ts';
import { createGateway } from '../../cloud/modules/access/gateway.ts';
import { createPerson } from '../../cloud/modules/access/person.ts';
import { openSession } from '../../cloud/modules/access/session.ts';
import type { MailItem } from '../../protocols/api/console.ts';
import { type EventBody, toCloudEvent, type WorkshopEvent } from '../../protocols/event.ts';
import type { SyncBatch, SyncReply } from '../../protocols/sync.ts';
import { toRfc3339 } from '../../protocols/time.ts';
import { startTestDatabase, type TestDatabase } from './postgres.ts';

export const PASSWORD = 'correct horse battery';
export const METRICS_TOKEN = 'who-may-see-each-gateway';
export const VIN = 'LSVAA4182E2184847';
export const OTHER_VIN = 'WVWZZZ1JZXW000001';
/** 2026-03-02 10:00 in Shanghai, a Monday. */
export const MONDAY_10 = Date.parse('2026-03-02T02:00:00Z');

/** The cloud's app on a real database, with a clock that the test moves. */
export interface TestCloud {
  readonly database: TestDatabase;
  readonly app: Api;
  /** Now, ms; set it to move the clock. */
  now: number;
  readonly committed: string[];
  gateway(site: string, gateway?: string): Promise<TestGateway>;
  /** Makes a person and signs in. */
  person(email: string, more?: { role?: 'manager' | 'advisor'; sites?: string[] | null }): Promise<TestPerson>;
  stop(): Promise<void>;
}

export async function startTestCloud(options: { mailbox?: { list(): MailItem[] } } = {}): Promise<TestCloud> {
  const database = await startTestDatabase();
  const committed: string[] = [];
  const cloud: TestCloud = {
    database,
    now: MONDAY_10,
    committed,
    app: await buildCloudApp({
      db: database.db,
      clock: () => cloud.now,
      logger: pino({ level: 'silent' }),
      quiet: { from: '21:00', to: '08:00' },
      publicUrl: null,
      mailbox: options.mailbox ?? null,
      metricsToken: METRICS_TOKEN,
      committed: (site) => committed.push(site),
    }),
    async gateway(site, gateway = 'gw-1') {
      const { credential } = await createGateway(database.db, site, gateway, cloud.now);
      return new TestGateway(cloud, site, gateway, credential);
    },
    async person(email, { role = 'advisor', sites = null } = {}) {
      const account = { name: email.split('@')[0]!, email, password: PASSWORD, role, locale: 'en', sites } as const;
      const { id } = await createPerson(database.db, account, cloud.now);
      return await new TestPerson(cloud, id, '').signInAgain();
    },
    async stop() {
      await cloud.app.close();
      await database.stop();
    },
  };
  return cloud;
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads into answers as it likes
type Json = any;

export interface Answer<T = Json> {
  readonly status: number;
  readonly body: T;
}

export class TestPerson {
  readonly cloud: TestCloud;
  readonly id: string;
  readonly cookie: string;
  constructor(cloud: TestCloud, id: string, cookie: string) {
    this.cloud = cloud;
    this.id = id;
    this.cookie = cookie;
  }
  /** Opens a session as of now, without the limit that stands before passwords. */
  async signInAgain(): Promise<TestPerson> {
    const { cloud, id } = this;
    return new TestPerson(cloud, id, await openSession(cloud.database.db, id, cloud.now));
  }
  async call<T = Json>(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object): Promise<Answer<T>> {
    const reply = await this.cloud.app.inject({
      method,
      url,
      cookies: { lg_session: this.cookie },
      ...(payload ? { payload } : {}),
    });
    return { status: reply.statusCode, body: reply.body === '' ? undefined : JSON.parse(reply.body) };
  }
}

/** A gateway as the cloud sees it: numbers its events and sends batches over HTTP. */
export class TestGateway {
  readonly cloud: TestCloud;
  readonly site: string;
  readonly gateway: string;
  readonly credential: string;
  epoch = 'e1';
  seq = 0;
  down = '0';
  constructor(cloud: TestCloud, site: string, gateway: string, credential: string) {
    this.cloud = cloud;
    this.site = site;
    this.gateway = gateway;
    this.credential = credential;
  }

  /** Gives events their keys. */
  number(...bodies: EventBody[]): WorkshopEvent[] {
    const { site, gateway, epoch } = this;
    return bodies.map((body) => ({ ...body, site, gateway, epoch, seq: ++this.seq }) as WorkshopEvent);
  }

  batch(events: readonly unknown[], more: Partial<SyncBatch> = {}): SyncBatch {
    const sentAt = toRfc3339(this.cloud.now);
    return { epoch: this.epoch, sentAt, events: [...events], ages: {}, downCursor: this.down, ...more };
  }

  async post(batch: unknown, headers: Record<string, string> = {}): Promise<Answer<SyncReply>> {
    const reply = await this.cloud.app.inject({
      method: 'POST',
      url: '/v1/sync',
      payload: gzipSync(JSON.stringify(batch)),
      headers: {
        'content-type': 'application/json',
        'content-encoding': 'gzip',
        authorization: `Bearer ${this.credential}`,
        ...headers,
      },
    });
    return { status: reply.statusCode, body: JSON.parse(reply.body) };
  }

  /** Sends new events and moves the downlink cursor. */
  async send(...bodies: EventBody[]): Promise<SyncReply> {
    const { status, body } = await this.post(this.batch(this.number(...bodies).map(toCloudEvent)));
    if (status !== 200) throw new Error(`sync answered ${status}: ${JSON.stringify(body)}`);
    this.down = body.down.cursor;
    return body;
  }
}
