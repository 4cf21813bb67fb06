import { once } from 'node:events';
import { createServer } from 'node:net';
import { LiftgateError } from '../../protocols/error.ts';
import { readPort } from '../simulate.ts';

/** Ports of a demo, counted from the one that it was given. */
export interface Ports {
  readonly wall: number;
  readonly cloud: number;
  readonly broker: number;
}

/** @throws LiftgateError `config` for what is no port */
export function readPorts(text: string): Ports {
  const wall = readPort('--port', text, 65_515);
  return { wall, cloud: wall + 10, broker: wall + 20 };
}

/** Makes sure, before anything is begun, that all of them are free. @throws LiftgateError `conflict`, naming the one that is not */
export async function needFree(ports: Ports): Promise<void> {
  for (const [part, port] of Object.entries(ports)) {
    const server = createServer().listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch (cause) {
      const text = `port ${port}, which the demo's ${part} needs, is taken: end the program that has it, or name another --port`;
      throw new LiftgateError('conflict', text, { about: '--port', cause });
    }
    server.close();
    await once(server, 'close');
  }
}
