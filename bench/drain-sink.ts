import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { runs } from '../gateway/store/run.ts';
import type { CloudEvent } from '../protocols/event.ts';
import type { SyncBatch, SyncReply } from '../protocols/sync.ts';

/** The least of a cloud: reads each batch, accepts it, and takes the time of what is new. */
export interface DrainSink {
  readonly url: string;
  /** From recording to arrival, ms, of events that are not history. */
  readonly live: number[];
  /** Events of the backlog that have arrived. */
  history(): number;
  close(): Promise<void>;
}

export async function startSink(): Promise<DrainSink> {
  const live: number[] = [];
  let history = 0;
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (c: Buffer) => chunks.push(c));
    req.on('end', () => {
      const batch = JSON.parse(gunzipSync(Buffer.concat(chunks)).toString()) as SyncBatch;
      const events = batch.events as CloudEvent[];
      const now = Date.now();
      for (const e of events) {
        if (e.historical) history++;
        else if (e.type === 'liftgate.bay.lift.v1') live.push(now - Date.parse(e.time));
      }
      const seqs = events.map((e) => e.id.slice(e.id.lastIndexOf('-') + 1));
      const reply: SyncReply = {
        contiguousSeq: '0',
        verdicts: seqs.map((seq) => ({ seq, verdict: 'accepted', reason: null })),
        ...(batch.wantReceived ? { received: runs([]) } : {}),
        down: { cursor: batch.downCursor, events: [], more: false },
        time: new Date(now).toISOString(),
      };
      res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    live,
    history: () => history,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
