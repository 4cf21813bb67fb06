import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { fromCloudEvent } from '../../../protocols/event.ts';
import { SyncBatch, type SyncReply, type Verdict } from '../../../protocols/sync.ts';

type Mood = (req: IncomingMessage, res: ServerResponse, commit: () => SyncReply) => void;

/** A real HTTP server that takes batches as the cloud does, and misbehaves as told. */
export interface MiniCloud {
  readonly url: string;
  /** What it has stored, in the order of arrival; a duplicate is not stored again. */
  readonly stored: number[];
  readonly batches: { at: number; seqs: number[]; ages: SyncBatch['ages']; downCursor: string; auth: string }[];
  duplicates: number;
  /** Moods of the next requests, one each; then well-behaved. */
  readonly moods: Mood[];
  /** What goes down with the next replies, one each. */
  readonly down: SyncReply['down'][];
  close(): Promise<void>;
}

export const failing =
  (status: number, headers: Record<string, string> = {}): Mood =>
  (_req, res) => {
    res.writeHead(status, headers).end('not now');
  };

export async function startMiniCloud(): Promise<MiniCloud> {
  const stored: number[] = [];
  const seen = new Set<number>();
  let cursor = '0';
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (c: Buffer) => chunks.push(c));
    req.on('end', () => {
      const batch = SyncBatch.parse(JSON.parse(gunzipSync(Buffer.concat(chunks)).toString()));
      const seqs = batch.events.map((e) => fromCloudEvent(e).seq);
      const { ages, downCursor } = batch;
      cloud.batches.push({ at: performance.now(), seqs, ages, downCursor, auth: req.headers.authorization ?? '' });
      const commit = (): SyncReply => {
        const verdicts = seqs.map((seq): Verdict => {
          const verdict = seen.has(seq) ? 'duplicate' : 'accepted';
          if (verdict === 'duplicate') cloud.duplicates++;
          else stored.push(seq);
          seen.add(seq);
          return { seq: String(seq), verdict, reason: null };
        });
        let contiguous = 0;
        while (seen.has(contiguous + 1)) contiguous++;
        const down = cloud.down.shift() ?? { cursor, events: [], more: false };
        cursor = down.cursor;
        return { contiguousSeq: String(contiguous), verdicts, down, time: new Date().toISOString() };
      };
      const mood = cloud.moods.shift();
      if (mood) mood(req, res, commit);
      else res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(commit()));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cloud: MiniCloud = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stored,
    batches: [],
    duplicates: 0,
    moods: [],
    down: [],
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return cloud;
}
