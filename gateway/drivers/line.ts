import { stat } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { SerialPort } from 'serialport';
import { LiftgateError, messageOf } from '../../protocols/error.ts';

/** A duplex line of bytes to one device: a serial port or a TCP connection. */
export interface Line {
  /** Resolves when the bytes are handed to the system; rejects with `unreachable` when the line is gone. */
  write(bytes: Uint8Array | string): Promise<void>;
  /** Hears every chunk from now on; returns the way to stop. */
  onData(listener: (bytes: Uint8Array) => void): () => void;
  /** Resolves once, when the line is gone: with the error when it was lost, with null when it was closed here. */
  readonly closed: Promise<LiftgateError | null>;
  /** Changes the bits per second; left out on lines that have none. */
  setBaud?(baud: number): Promise<void>;
  close(): Promise<void>;
}

export interface LineOptions {
  /** A serial path, or `tcp://HOST:PORT`. */
  readonly port: string;
  /** Bits per second of a serial line; a TCP line has none. */
  readonly baud: number;
}

/** A Wi-Fi adapter that has not taken the call after this time is not there. */
const CONNECT_MS = 2_500;
const WATCH_MS = 500;

/**
 * Opens the line; a serial port is locked, so that no other program can talk into the conversation.
 *
 * @throws LiftgateError `unreachable` (no such port, nobody listens), `busy` (another program holds it), `denied` (no
 *   right to open it), each saying what to do. When `signal` is aborted meanwhile: `unreachable`.
 */
export async function openLine(options: LineOptions, signal: AbortSignal): Promise<Line> {
  const { port } = options;
  if (owners.has(port)) {
    throw new LiftgateError('busy', `${port} is in use by another device of this gateway; give each its own port`, {
      about: port,
    });
  }
  const owner = Symbol(port);
  const release = () => {
    if (owners.get(port) === owner) owners.delete(port);
  };
  owners.set(port, owner);
  try {
    const tcp = /^tcp:\/\/([^/:\s]+):(\d{1,5})$/.exec(port);
    const line = await (tcp ? openTcp(port, tcp[1]!, Number(tcp[2]), signal) : openSerial(options, signal));
    void line.closed.then(release);
    return {
      ...line,
      close: async () => {
        await line.close();
        release();
      },
    };
  } catch (e) {
    release();
    throw e;
  }
}

/** Who holds which port here: two conversations on one line have lit warning lamps in cars. */
const owners = new Map<string, symbol>();

async function openSerial({ port: path, baud }: LineOptions, signal: AbortSignal): Promise<Line> {
  const port = new SerialPort({ path, baudRate: baud, lock: true, autoOpen: false });
  const lost = lostPromise();
  port.on('close', (e: Error | null) => lost.resolve(e ? lineLost(path, e) : null));
  port.on('error', (e) => lost.resolve(lineLost(path, e)));
  // Only a port that is being read notices that it is gone.
  port.on('data', ignore);
  await new Promise<void>((resolve, reject) => {
    port.open((e) => (e ? reject(serialFault(path, e)) : resolve()));
  });
  const close = () =>
    new Promise<void>((resolve) => {
      if (!port.isOpen) return resolve();
      port.close(() => resolve());
    });
  const unwatch = await watchNode(path, () => {
    lost.resolve(lineLost(path, new Error('the port has gone')));
    void close();
  });
  void lost.promise.then(unwatch);
  if (signal.aborted) {
    await close();
    throw aborted(path);
  }
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        if (!port.isOpen) return reject(lineLost(path, null));
        port.write(toBuffer(bytes), (e) => (e ? reject(lineLost(path, e)) : resolve()));
      }),
    onData: (listener) => {
      port.on('data', listener);
      return () => port.off('data', listener);
    },
    closed: lost.promise,
    setBaud: (rate) =>
      new Promise((resolve, reject) => {
        if (!port.isOpen) return reject(lineLost(path, null));
        port.update({ baudRate: rate }, (e) => (e ? reject(lineLost(path, e)) : resolve()));
      }),
    close,
  };
}

/**
 * Tells when a device file goes away. A serial read that meets a hang-up gets nothing instead of an error, and the
 * library reads on for ever; but the file of an unplugged adapter vanishes, or comes back as another.
 */
async function watchNode(path: string, onGone: () => void): Promise<() => void> {
  const nodeOf = () =>
    stat(path).then(
      (s) => s.ino,
      () => null,
    );
  const first = await nodeOf();
  // Windows has no such file; its reads do fail.
  if (first === null) return () => {};
  const timer = setInterval(() => {
    void nodeOf().then((now) => {
      if (now !== first) onGone();
    });
  }, WATCH_MS);
  return () => clearInterval(timer);
}

async function openTcp(url: string, host: string, tcpPort: number, signal: AbortSignal): Promise<Line> {
  const socket = connect({ host, port: tcpPort, noDelay: true, keepAlive: true, keepAliveInitialDelay: 10_000 });
  const lost = lostPromise();
  let closing = false;
  let cause: Error | null = null;
  socket.on('error', (e) => {
    cause = e;
  });
  socket.on('data', ignore);
  socket.on('close', () => lost.resolve(closing ? null : lineLost(url, cause)));
  await connected(socket, url, signal);
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        if (!socket.writable) return reject(lineLost(url, cause));
        socket.write(toBuffer(bytes), (e) => (e ? reject(lineLost(url, e)) : resolve()));
      }),
    onData: (listener) => {
      socket.on('data', listener);
      return () => socket.off('data', listener);
    },
    closed: lost.promise,
    close: async () => {
      closing = true;
      socket.destroy();
      await lost.promise;
    },
  };
}

function connected(socket: Socket, url: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error: LiftgateError | null) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      if (error === null) return resolve();
      socket.destroy();
      reject(error);
    };
    const onAbort = () => done(aborted(url));
    const timer = setTimeout(() => done(tcpFault(url, `no answer within ${CONNECT_MS / 1000} s`)), CONNECT_MS);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) return onAbort();
    socket.once('connect', () => done(null));
    socket.once('error', (e) => done(tcpFault(url, messageOf(e), e)));
    // A peer that takes the call and hangs up at once.
    socket.once('close', () => done(tcpFault(url, 'the connection was closed')));
  });
}

function ignore(): void {}

function lostPromise(): PromiseWithResolvers<LiftgateError | null> {
  return Promise.withResolvers<LiftgateError | null>();
}

function toBuffer(bytes: Uint8Array | string): Buffer {
  return typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : Buffer.from(bytes);
}

function serialFault(path: string, cause: Error): LiftgateError {
  const text = cause.message;
  if (/lock|busy|Resource temporarily unavailable/i.test(text)) {
    return new LiftgateError('busy', `${path} is held by another program (${text}); close it or choose another port`, {
      about: path,
      cause,
    });
  }
  if (/permission|access denied|EACCES/i.test(text)) {
    return new LiftgateError(
      'denied',
      `no right to open ${path} (${text}); add this user to the group that owns it, mostly dialout, and sign in again`,
      { about: path, cause },
    );
  }
  if (/No such file|ENOENT|File not found|No such device/i.test(text)) {
    return new LiftgateError('unreachable', `there is no port ${path}; plug the device in, or correct "port"`, {
      about: path,
      cause,
    });
  }
  return new LiftgateError('unreachable', `cannot open ${path}: ${text}`, { about: path, cause });
}

function tcpFault(url: string, why: string, cause?: Error): LiftgateError {
  return new LiftgateError(
    'unreachable',
    `${url} does not take the call (${why}); is the device switched on and in this network?`,
    { about: url, cause },
  );
}

function lineLost(port: string, cause: Error | null): LiftgateError {
  const why = cause ? ` (${cause.message})` : '';
  return new LiftgateError('unreachable', `the line ${port} was lost${why}; check cable, power or Wi-Fi`, {
    about: port,
    cause: cause ?? undefined,
  });
}

function aborted(port: string): LiftgateError {
  return new LiftgateError('unreachable', `stopped while opening ${port}`, { about: port });
}

/** A serial port of this machine, with what its USB plug tells of itself; null where it tells nothing. */
export interface FoundPort {
  readonly path: string;
  /** USB vendor and product, four hex digits each. */
  readonly vendorId: string | null;
  readonly productId: string | null;
  readonly manufacturer: string | null;
  readonly serialNumber: string | null;
}

/** Lists the serial ports. @throws LiftgateError `unreachable` when the system does not tell. */
export async function listPorts(): Promise<FoundPort[]> {
  try {
    const ports = await SerialPort.list();
    return ports.map((p) => ({
      path: p.path,
      vendorId: p.vendorId?.toLowerCase() ?? null,
      productId: p.productId?.toLowerCase() ?? null,
      manufacturer: p.manufacturer ?? null,
      serialNumber: p.serialNumber ?? null,
    }));
  } catch (e) {
    throw new LiftgateError('unreachable', `expected a list of serial ports from the system, got ${messageOf(e)}`);
  }
}
