import type { DeviceOf } from '../../../config/schema/devices.ts';
import type { MapConfig } from '../../../config/schema/maps.ts';
import { sparkplugTopics } from '../../../protocols/sensor/sparkplug.ts';
import { matchesFilter, sensorFilter, sensorTopic } from '../../../protocols/sensor/topic.ts';
import { type Plan, planOf } from './plan.ts';

export type MqttDevice = DeviceOf<'sensor'> | DeviceOf<'wican'>;

/** What one device may do at the broker; everything else is refused. */
export interface Rights {
  /** Under these filters it may publish, and here Liftgate listens to it at a broker that is not ours. */
  readonly publish: readonly string[];
  /** These very topics it may subscribe to. */
  readonly subscribe: readonly string[];
}

/** A device with all that follows from its configuration. */
export interface Member {
  readonly device: MqttDevice;
  readonly rights: Rights;
  /** How it is read, where it speaks in another maker's manner. */
  readonly plan: Plan | null;
  /** Its name at the broker. */
  readonly user: string;
}

/** Under this name Liftgate is there for Sparkplug nodes, unless the configuration gives another. */
export const HOST = 'liftgate';

/** @throws LiftgateError `config` when a device's map cannot be */
export function memberOf(device: MqttDevice, maps: readonly MapConfig[] = [], host: string = HOST): Member {
  const plan = device.kind === 'sensor' ? planOf(device, maps) : null;
  const user = (device.kind === 'sensor' ? device.user : undefined) ?? device.id;
  return { device, rights: rightsOf(device, plan, host), plan, user };
}

/** A device publishes under its own topics alone and hears nothing but its own commands. */
function rightsOf(device: MqttDevice, plan: Plan | null, host: string): Rights {
  const own = sensorFilter(device.id);
  const command = sensorTopic(device.id, 'command');
  if (device.kind === 'wican') {
    const topic = wicanTopic(device);
    const base = topic.replace(/\/?#$/, '');
    return { publish: [topic, own], subscribe: [command, `${base}/can/tx`, `${base}/cmd`] };
  }
  const { sparkplug } = device;
  const spark = sparkplug ? sparkplugTopics(sparkplug.group, sparkplug.node, host) : { publish: [], subscribe: [] };
  const mapped = [...(plan?.rows ?? []).map((r) => r.pattern.filter), ...(plan?.online ?? []).map((o) => o.filter)];
  return {
    publish: [...new Set([own, ...mapped, ...spark.publish])],
    subscribe: [command, ...spark.subscribe],
  };
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
