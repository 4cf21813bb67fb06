import { Agent, request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { toCloudEvent, type WorkshopEvent } from '../protocols/event.ts';
import type { SyncBatch, SyncReply } from '../protocols/sync.ts';
import { factOf } from './facts.ts';

/**
 * A forked process that plays gateways which catch up: a batch is sent as soon as the one before it was answered. It
 * lives through all rounds, as the bare loop's client does: what is measured is not how fast it warms up.
 */
export interface IngestOrder {
  readonly url: string;
  readonly gateways: readonly { readonly site: string; readonly credential: string }[];
  readonly batch: number;
  readonly seconds: number;
  /** Each round has an epoch of its own. */
  readonly round: number;
}

/** The batches are packed; it starts at the next message. */
export interface IngestReady {
  readonly round: number;
}

export interface IngestResult {
  readonly accepted: number;
  readonly seconds: number;
}

/** Batches that are ready before the clock starts, a gateway: packing them is not what is measured. */
const READY_PER_SECOND = 25;

const agent = new Agent({ keepAlive: true });

async function run({ url, gateways, batch, seconds, round }: IngestOrder): Promise<IngestResult> {
  const epoch = `bench${round}`;
  const bodies = gateways.map(({ site }) =>
    Array.from({ length: Math.ceil(seconds * READY_PER_SECOND) }, (_, n) => bodyOf(site, epoch, n * batch, batch)),
  );
  await new Promise((resolve) => {
    process.once('message', resolve);
    process.send?.({ round } satisfies IngestReady);
  });
  const started = performance.now();
  let accepted = 0;
  await Promise.all(
    gateways.map(async ({ credential }, g) => {
      for (const body of bodies[g]!) {
        if (performance.now() - started >= seconds * 1_000) return;
        const { verdicts } = JSON.parse(await post(url, credential, body)) as SyncReply;
        if (verdicts.some((v) => v.verdict !== 'accepted')) throw new Error(JSON.stringify(verdicts[0]));
        accepted += verdicts.length;
      }
    }),
  );
  return { accepted, seconds: (performance.now() - started) / 1_000 };
}

function post(url: string, credential: string, body: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${credential}`,
      'content-type': 'application/json',
      'content-encoding': 'gzip',
      'content-length': body.length,
    };
    const asked = request(url, { method: 'POST', headers, agent }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve(text)).on('error', reject);
    });
    asked.on('error', reject).end(body);
  });
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

process.once('disconnect', () => process.exit(0));
void (async () => {
  for (;;) {
    const order = await new Promise<IngestOrder>((resolve) =>
      process.once('message', (m) => resolve(m as IngestOrder)),
    );
    process.send?.(await run(order));
  }
})().catch((e: Error) => {
  process.stderr.write(`ingest-load: ${e.message}\n`);
  process.exit(1);
});
