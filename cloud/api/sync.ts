import { setTimeout as sleep } from 'node:timers/promises';
import { LiftgateError } from '../../protocols/error.ts';
import { toCloudEvent } from '../../protocols/event.ts';
import { MOST_RANGES, SYNC_LIMITS, SyncBatch, SyncReply } from '../../protocols/sync.ts';
import { toRfc3339 } from '../../protocols/time.ts';
import { sha256 } from '../modules/access/token.ts';
import { noteTwin } from '../modules/service/twin.ts';
import { receivedOf } from '../store/cursors.ts';
import { readDown } from '../store/events.ts';
import { ingest, TWIN } from '../store/ingest.ts';
import type { Sender } from '../store/letter.ts';
import { storeError } from '../store/pool.ts';
import type { Api, Context } from './context.ts';
import { readJson } from './inflate.ts';

/** Shortest time between two looks for one held request, ms. */
const LOOK_MS = 20;
/** Most facts for the workshop in one reply. */
const DOWN = 500;

/** The gateway's one call: events up, verdicts and facts for the workshop down. Site and gateway come from its credential. */
export function syncRoutes(app: Api, ctx: Context): void {
  // In a scope of its own: the parser is for this route alone. It does without the search of the text for `__proto__` that
  // Fastify's own parser makes: keys are taken by name alone, and one that no schema knows is refused.
  app.register(async (own: Api) => {
    own.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
      try {
        done(null, readJson(bytes, request.headers['content-encoding']));
      } catch (e) {
        done(e as Error);
      }
    });
    syncRoute(own, ctx);
  });
}

function syncRoute(app: Api, ctx: Context): void {
  const { db, clock, metrics } = ctx;
  app.post(
    '/v1/sync',
    {
      config: {
        access: 'gateway',
        // Far above what one gateway needs when it catches up; stops one that runs wild.
        rateLimit: {
          max: 6_000,
          timeWindow: '1 minute',
          keyGenerator: (r) => (r.headers.authorization ? sha256(r.headers.authorization).toString('hex') : r.ip),
        },
      },
      // Of what comes over the wire; what comes gzipped has a narrower one.
      bodyLimit: SYNC_LIMITS.inflatedBytes,
      schema: { body: SyncBatch, response: { 200: SyncReply }, tags: ['gateway'] },
      // Its type is checked where it is made; to check five hundred verdicts again costs as much as to make them.
      serializerCompiler: () => JSON.stringify,
    },
    async (request, response): Promise<SyncReply> => {
      const caller = request.caller;
      if (caller?.kind !== 'gateway') throw new LiftgateError('denied', 'only a gateway may sync');
      const { site } = caller.gateway;
      const batch = request.body;
      const gone = new AbortController();
      response.raw.once('close', () => gone.abort());
      const done = metrics.batches.startTimer();
      const { contiguousSeq, verdicts, stored, twin } = await ingest(
        db,
        caller.gateway,
        batch,
        clock(),
        ctx.projections,
      ).catch(async (e: unknown) => {
        // What it said is undone with its transaction; that it spoke is kept in one of its own.
        if (e instanceof LiftgateError && e.about === TWIN) await told(caller.gateway, false);
        throw e;
      });
      const tookMs = done() * 1_000;
      if (twin) await told(caller.gateway, true);
      metrics.delivered(caller.gateway, batch.waited ?? [], verdicts, tookMs);
      for (const [verdict, same] of Map.groupBy(verdicts, (v) => v.verdict))
        metrics.events.inc({ verdict }, same.length);
      ctx.committed(site);
      if (stored < verdicts.length) {
        const bad = verdicts.filter((v) => v.verdict === 'rejected' || v.verdict === 'conflict');
        if (bad.length > 0)
          request.log.warn({ ...caller.gateway, bad: bad.slice(0, 5), count: bad.length }, 'kept aside');
      }
      const received = batch.wantReceived
        ? { received: await receivedOf(db, caller.gateway, batch.epoch, MOST_RANGES) }
        : {};
      const waitMs = batch.events.length === 0 ? (batch.waitMs ?? 0) : 0;
      const down = await heldDown(site, batch.downCursor, waitMs, gone.signal);
      const time = toRfc3339(clock());
      return { contiguousSeq: String(contiguousSeq), verdicts: [...verdicts], ...received, down, time };
    },
  );

  async function told(gateway: Sender, isSure: boolean): Promise<void> {
    if (await noteTwin(db, gateway, isSure, clock())) ctx.committed(gateway.site);
  }

  /** An empty answer is held until there is something to say, or until the gateway wants it. */
  async function heldDown(site: string, cursor: string, waitMs: number, gone: AbortSignal): Promise<SyncReply['down']> {
    const until = performance.now() + waitMs;
    for (;;) {
      const down = await downOf(site, cursor);
      const left = until - performance.now();
      if (down.events.length > 0 || left <= 0 || gone.aborted) return down;
      await ctx.holds.wait(site, Number(cursor), left, gone);
      // Whoever writes much rings often: one look in this time is enough.
      await sleep(Math.min(LOOK_MS, Math.max(0, until - performance.now())));
    }
  }

  async function downOf(site: string, cursor: string): Promise<SyncReply['down']> {
    const after = Number(cursor);
    if (!Number.isSafeInteger(after))
      throw new LiftgateError('invalid', `downCursor: expected at most 2^53 − 1, got ${cursor}`, {
        about: 'downCursor',
      });
    const events = await readDown(db, site, after, DOWN + 1).catch((e: unknown) => {
      throw storeError(e);
    });
    const sent = events.slice(0, DOWN);
    return {
      cursor: String(sent.at(-1)?.id ?? after),
      events: sent.map(toCloudEvent),
      more: events.length > DOWN,
    };
  }
}
