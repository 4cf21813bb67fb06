import { connect, type MqttClient } from 'mqtt';
import { sensorTopic } from '../protocols/sensor/topic.ts';
import type { SignalName } from '../protocols/signal.ts';
import type { Clock } from '../protocols/time.ts';

export interface SensorOptions {
  /** Broker, e.g. `mqtt://127.0.0.1:1883`. */
  readonly url: string;
  readonly device: string;
  readonly password: string;
  /** 1 (the default): a publish is done when the gateway has it on disk. */
  readonly qos?: 0 | 1;
  /** The sensor's own clock: with it every message carries its time. Left out, it has none, as most have. */
  readonly clock?: Clock;
}

interface SensorMore {
  /** Milliseconds, UTC; left out, the gateway takes the time of receipt. */
  readonly at?: number;
  readonly unit?: string;
  readonly vin?: string;
  readonly late?: boolean;
}

export interface SensorSimulator {
  /** Resolves when the broker has acknowledged it (QoS 1) or it was handed to the line (QoS 0). */
  publish(signal: SignalName, value: number | boolean | string | null, more?: SensorMore): Promise<void>;
  /** Says goodbye and disconnects. */
  close(): Promise<void>;
  /** Tears the line, as a power cut would: no goodbye, the broker sends the last will. It comes back by itself. */
  cut(): void;
}

/**
 * A workstation sensor on its real wire: MQTT with its own user name, birth and last will. It connects by itself and
 * comes back after a cut; what was not acknowledged with QoS 1 is sent again.
 */
export function createSensorSimulator({ url, device, password, qos = 1, clock }: SensorOptions): SensorSimulator {
  const client = connectDevice(url, device, password, sensorTopic(device, 'status'));
  return {
    async publish(signal, value, more) {
      const told = clock === undefined ? more : { at: clock(), ...more };
      const payload = JSON.stringify(told === undefined ? value : { value, ...told });
      await client.publishAsync(sensorTopic(device, signal), payload, { qos });
    },
    close: () => leave(client, sensorTopic(device, 'status')),
    cut: () => client.stream.destroy(),
  };
}

const GONE = JSON.stringify({ status: 'offline' });
const HERE = JSON.stringify({ status: 'online' });

/** What every MQTT device of the simulation does: come with a birth, go with a last will, come back. */
export function connectDevice(url: string, device: string, password: string, statusTopic: string): MqttClient {
  const client = connect(url, {
    clientId: device,
    username: device,
    password,
    keepalive: 15,
    reconnectPeriod: 500,
    reconnectOnConnackError: true,
    will: { topic: statusTopic, payload: Buffer.from(GONE), qos: 1, retain: true },
  });
  client.on('connect', () => client.publish(statusTopic, HERE, { qos: 1, retain: true }));
  // A refused or lost connection is tried again; what is published meanwhile waits.
  client.on('error', () => {});
  client.setMaxListeners(0);
  return client;
}

/** Says goodbye if someone is there to hear it, and ends in any case. */
export async function leave(client: MqttClient, statusTopic: string): Promise<void> {
  const lost = new Promise<void>((resolve) => client.once('close', () => resolve()));
  const goodbye = async () => {
    await client.publishAsync(statusTopic, GONE, { qos: 1, retain: true });
    await client.endAsync();
  };
  if (client.connected) await Promise.race([goodbye().catch(() => {}), lost]);
  await client.endAsync(true);
}
