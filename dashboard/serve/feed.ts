import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { type DefaultEventsMap, type Namespace, Server, type Socket } from 'socket.io';
import {
  type BoardSource,
  FEED_NAMESPACE,
  type Heartbeat,
  type Hello,
  type ScreenToServer,
  type ServerToScreen,
} from '../../protocols/feed.ts';
import { shareEncoding } from './frame.ts';
import { type Handshake, handshakeOf, helloOf, mayConnect } from './handshake.ts';
import { Publisher } from './publisher.ts';

/** A screen that has not acknowledged a frame after this time is closed, in ms. */
const ACK_MS = 5_000;
const HEARTBEAT_MS = 1_000;
/** Time for the last frames to leave before lines are cut at the end, ms. */
const GRACE_MS = 50;
/** A source that nobody watches is kept for this many heartbeats, so that screens which come back get deltas. */
const LINGER_BEATS = 60;

export interface FeedOptions {
  /** The board of a site; null where there is none. It may give another source later, e.g. after a restore. */
  readonly sources: (site: string | null) => BoardSource | null;
  readonly authorize: (handshake: Handshake) => boolean | Promise<boolean>;
  /** Pages of other origins that may connect, e.g. `http://192.168.1.10:8480`; true: all. Its own always may. */
  readonly origins: readonly string[] | true;
}

export interface Feed {
  /** Closes the lines of all screens; the HTTP server stays. */
  close(): Promise<void>;
  clients(): number;
  /** Closes the lines of the screens that fit (a revoked token); tells how many. Each is asked again when it returns. */
  disconnect(filter: (handshake: Handshake) => boolean): number;
}

/** One connected screen. Its state does not grow, however slow it is. */
interface Screen {
  readonly handshake: Handshake;
  audience: Audience | null;
  /** What the screen holds, as it said or acknowledged; null before its first hello. */
  known: Hello | null;
  /** Runs while a frame is not acknowledged. */
  inFlight: NodeJS.Timeout | null;
  /** It said hello, and is owed a data frame even if nothing is new. */
  owed: boolean;
}
interface Audience {
  readonly publisher: Publisher;
  readonly sockets: Set<ScreenSocket>;
  emptyBeats: number;
}
type Data = { screen: Screen };
type ScreenSocket = Socket<ScreenToServer, ServerToScreen, DefaultEventsMap, Data>;

/**
 * Feeds boards to screens on an HTTP server, by the contract of `protocols/feed.ts`. WebSocket alone. Socket.IO's own
 * state recovery stays off: it is best effort, and would let a revoked screen back in unchecked.
 */
export function mountFeed(server: HttpServer, options: FeedOptions): Feed {
  const audiences = new Map<BoardSource, Audience>();
  let closed = false;

  const io = new Server<ScreenToServer, ServerToScreen, DefaultEventsMap, Data>(server, {
    transports: ['websocket'],
    serveClient: false,
    maxHttpBufferSize: 8_192,
    pingInterval: 10_000,
    pingTimeout: 10_000,
    allowRequest: (request, answer) => answer(null, !closed && mayConnect(request, options.origins)),
  });
  shareEncoding(io);
  const lines = new Set<Duplex>();
  const onUpgrade = (_: IncomingMessage, line: Duplex) => {
    lines.add(line);
    line.once('close', () => lines.delete(line));
  };
  server.on('upgrade', onUpgrade);
  const board: Namespace<ScreenToServer, ServerToScreen, DefaultEventsMap, Data> = io.of(FEED_NAMESPACE);

  board.use((socket, next) => {
    const handshake = handshakeOf(socket.handshake.auth, socket.request);
    void refusalOf(handshake, options).then((refusal) => {
      socket.data.screen = { handshake, audience: null, known: null, inFlight: null, owed: false };
      if (refusal) next(new Error(refusal));
      else next();
    });
  });

  board.on('connection', (socket) => {
    const { screen } = socket.data;
    socket.on('hello', (hello: unknown) => {
      screen.known = helloOf(hello);
      screen.owed = true;
      send(socket);
    });
    socket.on('disconnect', () => {
      if (screen.inFlight) clearTimeout(screen.inFlight);
      screen.audience?.sockets.delete(socket);
    });
    const source = options.sources(screen.handshake.site);
    if (!source) return socket.disconnect(true);
    seat(socket, source);
    // Not volatile, this one: it would be dropped while the line is still busy with being opened.
    socket.emit('hb', heartbeatOf(screen.audience!.publisher));
  });

  function seat(socket: ScreenSocket, source: BoardSource): void {
    let audience = audiences.get(source);
    if (!audience) {
      const sockets = new Set<ScreenSocket>();
      const publisher = new Publisher(source, () => {
        for (const each of sockets) send(each);
      });
      audience = { publisher, sockets, emptyBeats: 0 };
      audiences.set(source, audience);
    }
    socket.data.screen.audience?.sockets.delete(socket);
    socket.data.screen.audience = audience;
    audience.sockets.add(socket);
  }

  const beat = setInterval(() => {
    for (const [source, audience] of audiences) {
      const heartbeat = heartbeatOf(audience.publisher);
      for (const socket of audience.sockets) {
        const now = options.sources(socket.data.screen.handshake.site);
        if (now === source) {
          socket.volatile.emit('hb', heartbeat);
        } else if (now) {
          seat(socket, now);
          send(socket);
        } else {
          socket.disconnect(true);
        }
      }
      audience.emptyBeats = audience.sockets.size > 0 ? 0 : audience.emptyBeats + 1;
      if (audience.emptyBeats > LINGER_BEATS) {
        audience.publisher.stop();
        audiences.delete(source);
      }
    }
  }, HEARTBEAT_MS);

  return {
    close: async () => {
      closed = true;
      clearInterval(beat);
      for (const { publisher } of audiences.values()) publisher.stop();
      audiences.clear();
      board.disconnectSockets(true);
      io.engine.close();
      server.off('upgrade', onUpgrade);
      // A screen whose cable is cut never answers the closing handshake, for which WebSocket waits half a minute.
      await pause(GRACE_MS);
      for (const line of lines) line.destroy();
    },
    clients: () => board.sockets.size,
    disconnect: (filter) => {
      const leaving = [...board.sockets.values()].filter((socket) => filter(socket.data.screen.handshake));
      for (const socket of leaving) socket.disconnect(true);
      return leaving.length;
    },
  };
}

/** Why a screen may not come in, as the code that it is told; null: it may. */
async function refusalOf(handshake: Handshake, { authorize, sources }: FeedOptions): Promise<string | null> {
  try {
    if (!(await authorize(handshake))) return 'denied';
    return sources(handshake.site) ? null : 'not-found';
  } catch {
    return 'internal';
  }
}

/** Brings a screen to the present, unless its last frame is still on the way: then the acknowledgement asks again. */
function send(socket: ScreenSocket): void {
  const { screen } = socket.data;
  const { audience, known } = screen;
  if (!audience || !known || screen.inFlight || !socket.connected) return;
  const { publisher } = audience;
  // Who asks gets the present; who merely listens gets it at the end of the interval, with the others.
  if (screen.owed) publisher.settle();
  if (!screen.owed && known.stream === publisher.source.stream && known.rev === publisher.rev) return;
  const { event, body } = publisher.frameFrom(known);
  screen.owed = false;
  screen.inFlight = setTimeout(() => socket.disconnect(true), ACK_MS);
  const acknowledged = () => {
    clearTimeout(screen.inFlight ?? undefined);
    screen.inFlight = null;
    // A hello that came meanwhile says better what the screen holds.
    if (!screen.owed) screen.known = { stream: body.stream, rev: body.rev };
    send(socket);
  };
  if (event === 'snap') socket.emit('snap', body, acknowledged);
  else socket.emit('delta', body, acknowledged);
}

function heartbeatOf({ source, rev }: Publisher): Heartbeat {
  return { stream: source.stream, rev, from: source.from, ...source.status() };
}
