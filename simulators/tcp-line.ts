import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type DeviceLine, toBytes } from './device-line.ts';

export interface TcpLine extends DeviceLine {
  /** Breaks the connection, as lost Wi-Fi does; the device goes on listening. */
  cut(): void;
}

/**
 * A device on TCP, as Wi-Fi adapters are: one caller at a time, the next is turned away.
 * Port 0 takes any free port; `path` tells which.
 */
export async function openTcpLine(options: { host?: string; port?: number } = {}): Promise<TcpLine> {
  const host = options.host ?? '127.0.0.1';
  const listeners = new Set<(bytes: Uint8Array) => void>();
  let caller: Socket | null = null;
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {});
    if (caller !== null) return void socket.destroy();
    caller = socket;
    socket.on('data', (bytes) => {
      for (const listen of listeners) listen(bytes);
    });
    socket.on('close', () => {
      if (caller === socket) caller = null;
    });
  });
  server.listen(options.port ?? 0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    path: `tcp://${host}:${port}`,
    onData: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    write: (bytes) => {
      if (caller?.writable) caller.write(toBytes(bytes));
    },
    cut: () => void caller?.destroy(),
    close: async () => {
      caller?.destroy();
      if (!server.listening) return;
      server.close();
      await once(server, 'close');
    },
  };
}
