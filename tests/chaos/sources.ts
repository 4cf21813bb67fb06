import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt, { type MqttClient } from 'mqtt';
import type { Issue, Oracle } from './oracle.ts';

/** A device that hands ids to the gateway, one after the other, and notes which were confirmed to it. */
export interface Source {
  readonly device: string;
  pause(): void;
  resume(): void;
  /** Resolves when nothing of it is under way. */
  quiet(): Promise<void>;
  close(): Promise<void>;
}

const ACK = 0x06;
const CONFIRM_MS = 15_000;
/** Between two ids of one device. */
const STEP_MS = 40;

class Turnstile {
  #open = Promise.resolve();
  #let: (() => void) | null = null;
  closed = false;
  busy = false;

  async pass(): Promise<boolean> {
    await this.#open;
    return !this.closed;
  }

  shut(): void {
    if (this.#let) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#open = promise;
    this.#let = resolve;
  }

  open(): void {
    this.#let?.();
    this.#let = null;
  }

  async quiet(): Promise<void> {
    while (this.busy) await sleep(20);
  }
}

/** A barcode scanner behind a serial server: it waits for the host's ACK before it lets go of a label. */
export async function scannerSource(
  device: string,
  oracle: Oracle,
): Promise<Source & { readonly port: number; readonly labelOf: (issue: Issue) => string }> {
  let line: Socket | null = null;
  let heard: ((ok: boolean) => void) | null = null;
  const server: Server = createServer((socket) => {
    line?.destroy();
    line = socket;
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) => {
      if (bytes.includes(ACK)) heard?.(true);
    });
    socket.on('close', () => {
      if (line === socket) line = null;
      heard?.(false);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const gate = new Turnstile();
  const labelOf = (issue: Issue) => `${device}.${issue.n}`;

  async function run(): Promise<void> {
    while (await gate.pass()) {
      const to = line;
      if (to === null) {
        await sleep(STEP_MS);
        continue;
      }
      gate.busy = true;
      const issue = oracle.issue(device);
      const confirmed = await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(false), CONFIRM_MS);
        heard = (ok) => {
          clearTimeout(timer);
          resolve(ok);
        };
        to.write(`JOB:${labelOf(issue)}\r`, (e) => e && heard?.(false));
      });
      heard = null;
      issue.fate = confirmed ? 'acknowledged' : 'unsure';
      // A late ACK would be taken for that of the next label.
      if (!confirmed) to.destroy();
      gate.busy = false;
      await sleep(STEP_MS);
    }
  }
  const running = run();
  return {
    device,
    port: (server.address() as AddressInfo).port,
    labelOf,
    pause: () => gate.shut(),
    resume: () => gate.open(),
    quiet: () => gate.quiet(),
    async close() {
      gate.closed = true;
      gate.open();
      line?.destroy();
      await running;
      server.close();
    },
  };
}

/**
 * The height that stands for an id: each differs from the one before it in whether the lift is raised, so each makes one
 * event; and a height comes again only after 400 ids.
 */
export const heightOf = (n: number) => (n % 2 === 1 ? 1_000 : 0) + (Math.ceil(n / 2) % 200);

/** A height sensor that publishes with QoS 1 and sends again what was not confirmed (MQTT 3.1.1, 4.4). */
export function liftSource(device: string, broker: string, password: string, oracle: Oracle): Source {
  const client: MqttClient = mqtt.connect(broker, {
    clientId: device,
    username: device,
    password,
    reconnectPeriod: 400,
    connectTimeout: 5_000,
    reconnectOnConnackError: true,
  });
  client.on('error', () => {});
  const gate = new Turnstile();
  async function run(): Promise<void> {
    while (await gate.pass()) {
      if (!client.connected) {
        await sleep(STEP_MS);
        continue;
      }
      gate.busy = true;
      const issue = oracle.issue(device);
      try {
        await client.publishAsync(`liftgate/${device}/lift.height`, String(heightOf(issue.n)), { qos: 1 });
        issue.fate = 'acknowledged';
      } catch {
        issue.fate = 'unsure';
      }
      gate.busy = false;
      await sleep(STEP_MS);
    }
  }
  const running = run();
  return {
    device,
    pause: () => gate.shut(),
    resume: () => gate.open(),
    quiet: () => gate.quiet(),
    async close() {
      gate.closed = true;
      gate.open();
      await client.endAsync(true);
      await Promise.race([running, sleep(1_000)]);
    },
  };
}
