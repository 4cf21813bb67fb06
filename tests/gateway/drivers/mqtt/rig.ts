import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { onTestFinished, vi } from 'vitest';
import type { MapConfig } from '../../../../config/schema/maps.ts';
import { createMqtt, type Stranger } from '../../../../gateway/drivers/mqtt/driver.ts';
import type { MqttDevice } from '../../../../gateway/drivers/mqtt/rights.ts';
import type { Reading } from '../../../../protocols/reading.ts';

/** The MQTT driver on a real port, with what it emitted and whom it refused. */
export interface Running {
  readonly url: string;
  readonly port: number;
  readonly readings: Reading[];
  readonly strangers: Stranger[];
  /** Readings of one signal. */
  of(signal: string, device?: string): Reading[];
  /** Holds back what emit promises, until released. */
  hold(): { release(): void };
  stop(): Promise<void>;
}

export const PASSWORD = 'torque-wrench-7';
export const lift = (id: string): MqttDevice => ({ kind: 'sensor', id, signals: ['lift.height'], password: PASSWORD });
export const dongle = (id: string): MqttDevice => ({ kind: 'wican', id, password: PASSWORD });

export async function runBroker(
  devices: readonly MqttDevice[],
  port = 0,
  maps: readonly MapConfig[] = [],
): Promise<Running> {
  const readings: Reading[] = [];
  const strangers: Stranger[] = [];
  let held: Promise<void> | null = null;
  const listening = Promise.withResolvers<number>();
  const driver = createMqtt({ mode: 'embedded', host: '127.0.0.1', port }, devices, {
    clock: Date.now,
    onStranger: (s) => strangers.push(s),
    onListening: listening.resolve,
    maps,
  });
  const stopper = new AbortController();
  const emit = async (batch: readonly Reading[]) => {
    readings.push(...batch);
    if (held) await held;
  };
  const run = driver.run(emit, stopper.signal);
  run.catch(listening.reject);
  const stop = async () => {
    stopper.abort();
    await run;
  };
  onTestFinished(stop);
  const bound = await listening.promise;
  return {
    url: `mqtt://127.0.0.1:${bound}`,
    port: bound,
    readings,
    strangers,
    of: (signal, device) => readings.filter((r) => r.signal === signal && (device ?? r.device) === r.device),
    hold() {
      const gate = Promise.withResolvers<void>();
      held = gate.promise;
      return {
        release() {
          held = null;
          gate.resolve();
        },
      };
    },
    stop,
  };
}

/** A client that is in. */
export async function join(url: string, username: string, more: IClientOptions = {}): Promise<MqttClient> {
  const client = knock(url, { username, password: PASSWORD, ...more });
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', reject);
  });
  return client;
}

/** A client that tries to come in, once. */
export function knock(url: string, options: IClientOptions): MqttClient {
  const client = connect(url, { reconnectPeriod: 0, ...options });
  client.on('error', () => {});
  onTestFinished(async () => {
    await client.endAsync(true);
  });
  return client;
}

/** The error with which a client is refused. */
export function refusal(client: MqttClient): Promise<Error> {
  return new Promise((resolve, reject) => {
    client.once('error', resolve);
    client.once('connect', () => reject(new Error('it was let in')));
  });
}

export const eventually = (check: () => void) => vi.waitFor(check, { timeout: 15_000, interval: 20 });
export const soon = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
