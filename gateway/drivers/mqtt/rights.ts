import type { DeviceOf } from '../../../config/schema.ts';
import { matchesFilter, sensorFilter, sensorTopic } from '../../../protocols/sensor/topic.ts';

export type MqttDevice = DeviceOf<'sensor'> | DeviceOf<'wican'>;

/** What one device may do at the broker; everything else is refused. */
export interface Rights {
  /** Under these filters it may publish, and here Liftgate listens to it at a broker that is not ours. */
  readonly publish: readonly string[];
  /** These very topics it may subscribe to. */
  readonly subscribe: readonly string[];
}

/** A device publishes under its own topics alone and hears nothing but its own commands. */
export function rightsOf(device: MqttDevice): Rights {
  const own = sensorFilter(device.id);
  const command = sensorTopic(device.id, 'command');
  if (device.kind === 'sensor') return { publish: [own], subscribe: [command] };
  const topic = wicanTopic(device);
  const base = topic.replace(/\/?#$/, '');
  return { publish: [topic, own], subscribe: [command, `${base}/can/tx`, `${base}/cmd`] };
}

/** Where the dongle publishes. */
function wicanTopic(device: DeviceOf<'wican'>): string {
  return device.topic ?? `wican/${device.id}/#`;
}

export function mayPublish(rights: Rights, topic: string): boolean {
  return rights.publish.some((filter) => matchesFilter(filter, topic));
}

/** Exact names only: a wildcard could reach a neighbour's topics. */
export function maySubscribe(rights: Rights, filter: string): boolean {
  return rights.subscribe.includes(filter);
}
