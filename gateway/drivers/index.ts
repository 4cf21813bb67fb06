import type { DeviceConfig } from '../../config/schema/devices.ts';
import type { MapConfig } from '../../config/schema/maps.ts';
import { MqttConfig } from '../../config/schema/mqtt.ts';
import { LiftgateError } from '../../protocols/error.ts';
import { type CameraDeps, createCamera } from './camera/driver.ts';
import { createElm327 } from './elm327/driver.ts';
import { BROKER, createMqtt, type MqttDeps } from './mqtt/driver.ts';
import type { MqttDevice } from './mqtt/rights.ts';
import { createScanner } from './scanner.ts';
import type { Line } from './supervisor.ts';
import { createWedge, isWedge } from './wedge.ts';

/** The part of the gateway's configuration that the drivers are made of. */
export interface DriversConfig {
  readonly devices: readonly DeviceConfig[];
  /** Left out: the built-in broker with its defaults, if there is an MQTT device at all. */
  readonly mqtt?: MqttConfig | undefined;
  readonly maps?: readonly MapConfig[];
}

/**
 * The table of kinds: one line for each device that has a line of its own, and one for all MQTT devices together, under
 * the id `mqtt`. Nothing is opened yet.
 *
 * @throws LiftgateError `config` when a device takes the id of the broker.
 */
export function createDrivers(
  { devices, mqtt, maps = [] }: DriversConfig,
  deps: MqttDeps & Pick<CameraDeps, 'onViewer'>,
): Line[] {
  const lines: Line[] = [];
  const atBroker: MqttDevice[] = [];
  for (const device of devices) {
    const own = { id: device.id, feeds: [device.id] };
    switch (device.kind) {
      case 'elm327':
        lines.push({ ...own, kind: device.kind, driver: createElm327(device, deps) });
        break;
      case 'scanner':
        lines.push({
          ...own,
          kind: device.kind,
          driver: (isWedge(device) ? createWedge : createScanner)(device, deps),
        });
        break;
      case 'camera':
        lines.push({ ...own, kind: device.kind, driver: createCamera(device, deps) });
        break;
      case 'sensor':
      case 'wican':
        atBroker.push(device);
        break;
    }
  }
  if (mqtt === undefined && atBroker.length === 0) return lines;
  if (devices.some((d) => d.id === BROKER)) {
    const what = `a device may not have the id ${BROKER}: the MQTT broker has it; choose another`;
    throw new LiftgateError('config', what, { about: `device ${BROKER}` });
  }
  const driver = createMqtt(mqtt ?? MqttConfig.parse({ mode: 'embedded' }), atBroker, { ...deps, maps });
  lines.push({ id: BROKER, kind: 'broker', driver, feeds: [BROKER, ...atBroker.map((d) => d.id)] });
  return lines;
}
