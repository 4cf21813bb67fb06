import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ZodTypeProvider } from '@fastify/type-provider-zod';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import { z } from 'zod';
import type { MailItem } from '../../protocols/api/console.ts';
import type { Clock } from '../../protocols/time.ts';
import type { Surroundings } from '../modules/crm/notice.ts';
import type { Quiet } from '../modules/crm/rules.ts';
import type { Projection } from '../store/ingest.ts';
import type { Db } from '../store/pool.ts';
import type { Holds } from './hold.ts';
import type { Metrics } from './metrics.ts';

/** A server whose routes take their types from zod schemas. */
export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** What the routes work with. */
export interface Context {
  readonly db: Db;
  readonly clock: Clock;
  /** What follows from events, in this order. */
  readonly projections: readonly Projection[];
  /** Called after something was added to a site's log. */
  readonly committed: (site: string) => void;
  /** URL under which people reach the cloud; null: as they came. */
  readonly publicUrl: string | null;
  readonly quiet: Quiet;
  /** What the CRM module asks of the service and access modules. */
  readonly around: Surroundings;
  /** The demo's local mailbox; null where mail goes to a real server. */
  readonly mailbox: { list(): MailItem[] } | null;
  readonly metrics: Metrics;
  /** Opens the numbers of each gateway; null: nobody may see them. */
  readonly metricsToken: string | null;
  /** Requests of gateways that wait for something to come down. */
  readonly holds: Holds;
}

/** Query of every list. */
export const PageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(300).optional(),
};

/** A truth value in a query: `true` or `false`, as text. */
export const Truth = z.enum(['true', 'false']).transform((v) => v === 'true');

export const listOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), next: z.string().nullable() });
