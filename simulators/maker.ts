import { connect, type MqttClient } from 'mqtt';

/** The manners in which devices of other makers speak, from the makers' own documents. */
export type Manner = 'zigbee2mqtt' | 'tasmota' | 'shelly-1' | 'shelly-2' | 'esphome';

export interface MakerOptions {
  readonly url: string;
  readonly manner: Manner;
  /** What the device is called in its topics. */
  readonly name: string;
  readonly user: string;
  readonly password: string;
}

/** What a device may tell; each maker has its own words for it, and tells what it can. */
interface Told {
  readonly power?: number;
  readonly on?: boolean;
  /** A contact: closed or not. */
  readonly closed?: boolean;
  readonly present?: boolean;
  /** Centimetres. */
  readonly distance?: number;
}

export interface MakerSimulator {
  tell(what: Told): Promise<void>;
  /** As the device, or the bridge before it, tells that it is there or not. */
  online(here: boolean): Promise<void>;
  raw(topic: string, payload: string, retain?: boolean): Promise<void>;
  close(): Promise<void>;
}

/** One device of another maker (or the bridge that speaks for it) on its real wire. */
export async function createMakerSimulator(options: MakerOptions): Promise<MakerSimulator> {
  const { url, manner, name, user, password } = options;
  const client: MqttClient = connect(url, { username: user, password, reconnectPeriod: 0 });
  client.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', reject);
  });
  const raw = async (topic: string, payload: string, retain = false) => {
    await client.publishAsync(topic, payload, { qos: 1, retain });
  };
  const state: Record<string, unknown> = {};
  return {
    raw,
    tell: async (what) => {
      for (const [topic, payload] of wordsOf(manner, name, what, state)) await raw(topic, payload);
    },
    online: (here) => raw(...onlineOf(manner, name, here), true),
    close: () => client.endAsync(true),
  };
}

function onlineOf(manner: Manner, name: string, here: boolean): [string, string] {
  switch (manner) {
    case 'zigbee2mqtt':
      return [`zigbee2mqtt/${name}/availability`, JSON.stringify({ state: here ? 'online' : 'offline' })];
    case 'tasmota':
      return [`tele/${name}/LWT`, here ? 'Online' : 'Offline'];
    case 'shelly-1':
      return [`shellies/${name}/online`, String(here)];
    case 'shelly-2':
      return [`${name}/online`, String(here)];
    case 'esphome':
      return [`${name}/status`, here ? 'online' : 'offline'];
  }
}

function wordsOf(manner: Manner, name: string, what: Told, state: Record<string, unknown>): [string, string][] {
  const { power, on, closed, present, distance } = what;
  const words: [string, unknown][] = [];
  const say = (topic: string, value: unknown, known: unknown = value) => {
    if (known !== undefined) words.push([topic, value]);
  };
  switch (manner) {
    case 'zigbee2mqtt':
      // The whole state each time, with what a maker adds.
      Object.assign(
        state,
        strip({ power, contact: closed, occupancy: present, state: on === undefined ? on : onOff(on) }),
      );
      say(`zigbee2mqtt/${name}`, { battery: 97, linkquality: 120, ...state });
      break;
    case 'tasmota':
      if (power !== undefined || distance !== undefined || closed !== undefined) {
        const ENERGY = power === undefined ? undefined : { Total: 3.185, Today: 0.041, Power: power, Voltage: 228 };
        const SR04 = distance === undefined ? undefined : { Distance: distance };
        const Switch1 = closed === undefined ? undefined : onOff(closed);
        say(`tele/${name}/SENSOR`, strip({ Time: '2026-11-22T15:01:00', Switch1, ENERGY, SR04 }));
      }
      if (on !== undefined) {
        say(`stat/${name}/POWER`, onOff(on));
        say(`tele/${name}/STATE`, { Time: '2026-11-22T15:01:00', Uptime: '0T00:10:11', POWER: onOff(on) });
      }
      break;
    case 'shelly-1':
      say(`shellies/${name}/relay/0/power`, power?.toFixed(2), power);
      say(`shellies/${name}/relay/0`, on ? 'on' : 'off', on);
      say(`shellies/${name}/input/0`, closed ? '1' : '0', closed);
      say(`shellies/${name}/status`, { motion: present, timestamp: 1_763_823_600, active: true, bat: 88 }, present);
      break;
    case 'shelly-2': {
      const component = strip({ id: 0, source: 'MQTT', output: on, apower: power, voltage: 228.4 });
      if (on !== undefined && power !== undefined) say(`${name}/status/switch:0`, component);
      else if (on !== undefined || power !== undefined) {
        const params = { ts: 1_763_823_600.04, 'switch:0': component };
        say(`${name}/events/rpc`, { src: name, dst: `${name}/events`, method: 'NotifyStatus', params });
      }
      say(`${name}/status/input:0`, { id: 0, state: closed }, closed);
      break;
    }
    case 'esphome':
      say(`${name}/sensor/tool_power/state`, power?.toFixed(1), power);
      say(`${name}/binary_sensor/floor_presence/state`, onOff(present === true), present);
      say(`${name}/sensor/floor_distance/state`, distance === undefined ? '' : String(distance * 10), distance);
      break;
  }
  return words.map(([topic, value]) => [topic, typeof value === 'string' ? value : JSON.stringify(value)]);
}

const onOff = (yes: boolean) => (yes ? 'ON' : 'OFF');

function strip(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
