import type { BoardChange, BoardView } from './board.ts';
import type { SourceAges } from './sync.ts';

/**
 * The contract between a board and its screens, the same from the gateway and from the cloud (Socket.IO, WebSocket only,
 * namespace `/board`, handshake `auth: {token}`).
 *
 * The client says `hello` after every connect. The server answers with `snap`, or with the deltas that are missing.
 * One data frame is in flight per client: each `snap` and `delta` is acknowledged, and while the acknowledgement is out
 * the server only remembers the last revision it sent; a slow screen costs O(bays), never O(events).
 */
export const FEED_NAMESPACE = '/board';

/** Client → server. With a known stream and revision the server may answer by deltas. */
export interface Hello {
  readonly stream?: string;
  readonly rev?: number;
}

/** `stream` = who publishes and its start; revisions of two streams are never compared. */
export interface Snapshot {
  readonly stream: string;
  readonly rev: number;
  readonly view: BoardView;
}

/** Applies only where the client holds `prev` of the same stream; else the client says `hello` again. */
export interface Delta {
  readonly stream: string;
  readonly rev: number;
  readonly prev: number;
  readonly change: BoardChange;
}

/** Every second, volatile, not acknowledged: the only proof that the link lives. */
export interface Heartbeat {
  readonly stream: string;
  readonly rev: number;
  readonly from: 'gateway' | 'cloud';
  /** Wall clock of the server, ms; screens show this time, never their own. */
  readonly now: number;
  /** Age of each source in ms, by the server's monotonic clock. */
  readonly ages: SourceAges;
  /** Age of the last word from the workshop, in ms: 0 on the gateway, the age of the last sync in the cloud. */
  readonly behindMs: number;
  /** Gateway: is the cloud reached? Null where that is not known or no cloud is configured. */
  readonly cloudReached: boolean | null;
}

export interface ServerToScreen {
  snap: (s: Snapshot, ack: () => void) => void;
  delta: (d: Delta, ack: () => void) => void;
  hb: (h: Heartbeat) => void;
}

export interface ScreenToServer {
  hello: (h: Hello) => void;
}

/** What a server half needs to feed screens; the gateway and the cloud each give one. */
export interface BoardSource {
  readonly from: 'gateway' | 'cloud';
  readonly stream: string;
  /** The current view and its revision, at no cost. */
  current(): { rev: number; view: BoardView };
  /** Calls back after each new revision, until the returned function is called. */
  subscribe(onRevision: () => void): () => void;
  status(): Pick<Heartbeat, 'ages' | 'behindMs' | 'cloudReached' | 'now'>;
}

/** A revision older than this many is answered with a snapshot. */
export const DELTA_RING = 1_024;
