import { sensorTopic } from '../protocols/sensor/topic.ts';
import type { SignalName } from '../protocols/signal.ts';
import { connectDevice, leave, type SensorOptions } from './sensor.ts';

/** Parameters as the dongle's AutoPID names them: `{'0C-EngineRPM': 812, VIN: '…'}`; binary ones say `on` or `off`. */
type Parameters = Readonly<Record<string, number | string>>;

/** A frame on the car's bus. */
interface CanFrame {
  readonly id: number;
  readonly data: readonly number[];
  readonly extended?: boolean;
}

/** A record of the past that the dongle kept, e.g. one engine start. */
export interface KeptRecord {
  readonly signal: SignalName;
  readonly value: number;
  /** Milliseconds, UTC. */
  readonly at: number;
}

export interface WicanSimulator {
  /** One AutoPID message. */
  publish(parameters: Parameters): Promise<void>;
  /** One message of raw frames, as `can/rx` carries them. */
  frames(frames: readonly CanFrame[]): Promise<void>;
  /** Uploads kept records, oldest first, in batches. Resolves when the gateway has all of them on disk. */
  backlog(vin: string, records: readonly KeptRecord[]): Promise<void>;
  close(): Promise<void>;
  /** Tears the line without a goodbye; it comes back by itself. */
  cut(): void;
}

const RECORDS_PER_BATCH = 200;

/** A WiCAN dongle: publishes what its firmware does, on `wican/{id}/…`, and its kept records on Liftgate's batch topic. */
export function createWicanSimulator({ url, device, password, qos = 1 }: Omit<SensorOptions, 'clock'>): WicanSimulator {
  const base = `wican/${device}`;
  const client = connectDevice(url, device, password, `${base}/status`);
  const started = performance.now();
  const send = async (topic: string, body: unknown) => {
    await client.publishAsync(topic, JSON.stringify(body), { qos });
  };
  return {
    publish: (parameters) => send(`${base}/can/rx`, parameters),
    frames(frames) {
      // The firmware's counter of milliseconds starts anew every minute.
      const ts = Math.floor(performance.now() - started) % 60_000;
      const frame = frames.map(({ id, data, extended = false }) => ({
        id,
        dlc: data.length,
        rtr: false,
        extd: extended,
        data: [...data, 0, 0, 0, 0, 0, 0, 0, 0].slice(0, 8),
      }));
      return send(`${base}/can/rx`, { bus: '0', type: 'rx', ts, frame });
    },
    async backlog(vin, records) {
      const oldestFirst = records.toSorted((a, b) => a.at - b.at);
      for (let i = 0; i < oldestFirst.length; i += RECORDS_PER_BATCH) {
        const readings = oldestFirst.slice(i, i + RECORDS_PER_BATCH).map((r) => ({ ...r, vin, late: true }));
        await send(sensorTopic(device, 'batch'), { readings });
      }
    },
    close: () => leave(client, `${base}/status`),
    cut: () => client.stream.destroy(),
  };
}
