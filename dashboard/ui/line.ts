import { io, type Socket } from 'socket.io-client';
import {
  type Delta,
  FEED_NAMESPACE,
  type Heartbeat,
  type Hello,
  type ScreenToServer,
  type ServerToScreen,
  type Snapshot,
} from '../../protocols/feed.ts';

const RETRY_MS = 500;
const RETRY_MOST_MS = 2_000;
/** Pause before a refused screen asks again, ms. */
const REFUSED_MS = 5_000;

export interface LineEvents {
  open(line: Line): void;
  snap(line: Line, snapshot: Snapshot): void;
  delta(line: Line, delta: Delta): void;
  beat(line: Line, heartbeat: Heartbeat): void;
  refused(line: Line, code: string): void;
}

/** One connection to one feed; it comes back by itself until it is closed. Says nothing about the board. */
export class Line {
  readonly #socket: Socket<ServerToScreen, ScreenToServer>;
  #retry: ReturnType<typeof setTimeout> | undefined;
  /** An attempt failed at once, so that waiting for this one is of no use. */
  failed = false;

  constructor(url: string, auth: { token: string | null; site: string | null }, events: LineEvents) {
    const socket: Socket<ServerToScreen, ScreenToServer> = io(new URL(FEED_NAMESPACE, url).href, {
      transports: ['websocket'],
      forceNew: true,
      auth,
      reconnectionDelay: RETRY_MS,
      reconnectionDelayMax: RETRY_MOST_MS,
      timeout: 5_000,
    });
    this.#socket = socket;
    socket.on('connect', () => {
      this.failed = false;
      events.open(this);
    });
    socket.on('connect_error', (error) => {
      this.failed = true;
      // Socket.IO comes back by itself after a lost transport, and not after a refusal.
      if (socket.active) return;
      events.refused(this, error.message);
      this.#again(REFUSED_MS);
    });
    socket.on('disconnect', (reason) => {
      if (reason === 'io server disconnect') this.#again(RETRY_MS);
    });
    // Acknowledged on receipt: it tells the server that the line is free, before anything else is said on it.
    socket.on('snap', (snapshot, acknowledge) => {
      acknowledge();
      events.snap(this, snapshot);
    });
    socket.on('delta', (delta, acknowledge) => {
      acknowledge();
      events.delta(this, delta);
    });
    socket.on('hb', (heartbeat) => events.beat(this, heartbeat));
  }

  /** Not kept for later while the line is down: `open` says when it can be said. */
  hello(hello: Hello): void {
    if (this.#socket.connected) this.#socket.emit('hello', hello);
  }

  close(): void {
    clearTimeout(this.#retry);
    this.#socket.off();
    this.#socket.disconnect();
  }

  #again(ms: number): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#socket.connect(), ms);
  }
}
