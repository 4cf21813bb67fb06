import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { runs } from '../../../gateway/store/run.ts';
import { type CloudEvent, fromCloudEvent } from '../../../protocols/event.ts';
import { SyncBatch, type SyncReply, type Verdict } from '../../../protocols/sync.ts';

type Mood = (req: IncomingMessage, res: ServerResponse, commit: () => SyncReply) => void;

interface Received {
  readonly at: number;
  readonly seqs: number[];
  readonly isHistory: boolean;
  readonly ages: SyncBatch['ages'];
  readonly downCursor: string;
  readonly epoch: string;
  readonly auth: string;
}

/** A real HTTP server that takes batches as the cloud does, and misbehaves as told. */
export interface MiniCloud {
  readonly url: string;
  /** What it has stored, in the order of arrival; a duplicate is not stored again. */
  readonly stored: number[];
  readonly batches: Received[];
  /** Those of them that had events. */
  readonly carried: Received[];
  duplicates: number;
  /** Moods of the next requests with events, one each; then well-behaved. */
  readonly moods: Mood[];
  /** The same for the polls, which have none. */
  readonly polls: Mood[];
  /** A mood for each request that holds one of these numbers. */
  readonly poison: Map<number, Mood>;
  /** What goes down, each to whoever has a lower cursor. */
  readonly down: SyncReply['down'][];
  /** An old backup was put back: all above is forgotten. */
  restore(upTo: number): void;
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
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (c: Buffer) => chunks.push(c));
    req.on('end', () => {
      const batch = SyncBatch.parse(JSON.parse(gunzipSync(Buffer.concat(chunks)).toString()));
      const seqs = batch.events.map((e) => fromCloudEvent(e).seq);
      const isHistory = batch.events.length > 0 && (batch.events as CloudEvent[]).every((e) => e.historical === true);
      const { ages, downCursor, epoch } = batch;
      const auth = req.headers.authorization ?? '';
      const received = { at: performance.now(), seqs, isHistory, ages, downCursor, epoch, auth };
      cloud.batches.push(received);
      if (seqs.length > 0) cloud.carried.push(received);
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
        const down = cloud.down.find((d) => Number(d.cursor) > Number(downCursor)) ?? {
          ...{ cursor: downCursor, events: [], more: false },
        };
        const ranges = batch.wantReceived ? { received: runs([...seen].sort((a, b) => a - b)) } : {};
        return { contiguousSeq: String(contiguous), verdicts, ...ranges, down, time: new Date().toISOString() };
      };
      const bad = seqs.find((seq) => cloud.poison.has(seq));
      const mood = bad === undefined ? (seqs.length > 0 ? cloud.moods : cloud.polls).shift() : cloud.poison.get(bad);
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
    carried: [],
    moods: [],
    polls: [],
    poison: new Map(),
    restore(upTo) {
      for (const seq of [...seen]) if (seq > upTo) seen.delete(seq);
      stored.splice(0, stored.length, ...stored.filter((seq) => seq <= upTo));
    },
    down: [],
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return cloud;
}
