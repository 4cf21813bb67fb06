import { gzipSync } from 'node:zlib';
import { toCloudEvent, type WorkshopEvent } from '../protocols/event.ts';
import type { SyncBatch, SyncReply } from '../protocols/sync.ts';
import { factOf } from './facts.ts';

/** A forked process that plays gateways which catch up: a batch is sent as soon as the one before it was answered. */
export interface IngestOrder {
  readonly url: string;
  readonly gateways: readonly { readonly site: string; readonly credential: string }[];
  readonly batch: number;
  readonly seconds: number;
  /** Each round has an epoch of its own. */
  readonly round: number;
}

export interface IngestResult {
  readonly accepted: number;
  readonly seconds: number;
}

/** Batches that are ready before the clock starts, a gateway: packing them is not what is measured. */
const READY_PER_SECOND = 15;

async function run({ url, gateways, batch, seconds, round }: IngestOrder): Promise<IngestResult> {
  const epoch = `bench${round}`;
  const bodies = gateways.map(({ site }) =>
    Array.from({ length: Math.ceil(seconds * READY_PER_SECOND) }, (_, n) => bodyOf(site, epoch, n * batch, batch)),
  );
  const started = performance.now();
  let accepted = 0;
  await Promise.all(
    gateways.map(async ({ credential }, g) => {
      for (const body of bodies[g]!) {
        if (performance.now() - started >= seconds * 1_000) return;
        const reply = await fetch(url, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${credential}`,
            'content-type': 'application/json',
            'content-encoding': 'gzip',
          },
          body,
        });
        const { verdicts } = (await reply.json()) as SyncReply;
        if (verdicts.some((v) => v.verdict !== 'accepted')) throw new Error(JSON.stringify(verdicts[0]));
        accepted += verdicts.length;
      }
    }),
  );
  return { accepted, seconds: (performance.now() - started) / 1_000 };
}

function bodyOf(site: string, epoch: string, after: number, count: number): Buffer<ArrayBuffer> {
  const now = Date.now();
  const events = Array.from({ length: count }, (_, n) => {
    const body = factOf(after + n, now - 60_000 + n);
    return toCloudEvent({ ...body, site, gateway: 'gw-1', epoch, seq: after + n + 1 } as WorkshopEvent);
  });
  const batch: SyncBatch = { epoch, sentAt: new Date(now).toISOString(), events, ages: {}, downCursor: '0' };
  return gzipSync(JSON.stringify(batch));
}

process.once('message', (order) => {
  run(order as IngestOrder).then(
    (result) => process.send?.(result, () => process.exit(0)),
    (e: Error) => {
      process.stderr.write(`ingest-load: ${e.message}\n`);
      process.exit(1);
    },
  );
});
