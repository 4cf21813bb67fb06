import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Cable {
  readonly url: string;
  /** While true nothing passes and nobody is told: neither end sees a closed connection. */
  cut: boolean;
  close(): Promise<void>;
}

/**
 * A network cable to a server on this machine, to be cut without a word as a switch or a radio would.
 * The target is asked for at each connection, so that the cable may be laid before the server stands.
 */
export async function cableTo(target: () => string): Promise<Cable> {
  const ends = new Set<Socket>();
  const server = createServer((near) => {
    const { hostname, port } = new URL(target());
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(from);
      from.on('data', (bytes) => {
        if (!cable.cut) to.write(bytes);
      });
      from.on('error', () => to.destroy());
      from.on('close', () => {
        ends.delete(from);
        if (!cable.cut) to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cable: Cable = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: false,
    close: async () => {
      for (const end of ends) end.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return cable;
}
