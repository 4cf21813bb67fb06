import type { MapConfig } from '../../../config/schema/maps.ts';
import type { MqttConfig } from '../../../config/schema/mqtt.ts';
import { reading } from '../../../protocols/reading.ts';
import type { Clock } from '../../../protocols/time.ts';
import type { Driver } from '../driver.ts';
import { serveBroker } from './broker.ts';
import { listenAtBroker } from './client.ts';
import { Intake } from './intake.ts';
import { Queue } from './queue.ts';
import { HOST, type MqttDevice, memberOf } from './rights.ts';

/** The id under which the broker itself stands among the devices. */
export const BROKER = 'mqtt';

/** Someone who tried to come in and is not listed, or gave a wrong password. */
export interface Stranger {
  /** The name that it gave, cut to 64 characters; not to be trusted. */
  readonly name: string;
  readonly via: 'mqtt';
}

export interface MqttDeps {
  readonly clock: Clock;
  readonly onStranger: (stranger: Stranger) => void;
  /** The embedded broker listens, on this port. */
  readonly onListening?: (port: number) => void;
  /** Manners of speaking that several devices share. */
  readonly maps?: readonly MapConfig[];
}

/**
 * One line to many devices: the embedded broker, or a client at a broker that is already there. It emits `device.health`
 * of the broker (id `mqtt`) when it listens or is connected, and of each device when it comes (`ok`), goes (`offline`)
 * or sends what cannot be understood (`bad-payload`).
 */
export function createMqtt(config: MqttConfig, devices: readonly MqttDevice[], deps: MqttDeps): Driver {
  const host = config.sparkplugHost ?? HOST;
  const members = devices.map((d) => memberOf(d, deps.maps, host));
  return {
    async run(emit, signal) {
      const queue = new Queue(emit);
      const embedded = config.mode === 'embedded';
      const intake = new Intake(members, queue, deps.clock, { believeStatus: !embedded });
      const ready = () => queue.add(BROKER, [reading(BROKER, 'device.health', 'ok', deps.clock())], () => {});
      try {
        if (embedded) {
          const onListening = (port: number) => {
            ready();
            deps.onListening?.(port);
          };
          const onStranger = (name: string) => deps.onStranger({ name: printable(name), via: 'mqtt' });
          await serveBroker(config, { members, intake, host, clock: deps.clock, onStranger, onListening }, signal);
        } else {
          await listenAtBroker(config, { members, intake, host, clock: deps.clock, onReady: ready }, signal);
        }
      } finally {
        intake.close();
        queue.close();
      }
    },
  };
}

function printable(name: string): string {
  return name.replace(/[\p{C}]/gu, '?').slice(0, 64);
}
