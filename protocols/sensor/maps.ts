import { SIGNAL_NAMES, type SignalName, signalSpec } from '../signal.ts';
import type { MapRow } from './mapping.ts';
import { wordOf } from './payload.ts';

/** Topics on which a device, or the bridge before it, says that it is there. */
export interface OnlineRow {
  readonly topic: string;
  /** Where the word stands in a JSON payload; a payload that is no JSON is the word itself. */
  readonly path?: string | undefined;
}

export interface SensorMap {
  readonly rows: readonly MapRow[];
  readonly online: readonly OnlineRow[];
}

const watts = (topic: string, path?: string): MapRow[] => [
  { signal: 'tool.power', topic, path, unit: 'W' },
  { signal: 'lift.power', topic, path, unit: 'W' },
];
const contact = (topic: string, path?: string): MapRow[] => [
  { signal: 'floor.presence', topic, path },
  { signal: 'door.open', topic, path },
  { signal: 'lift.raised', topic, path },
];

/** Zigbee2MQTT, "MQTT topics and messages": one JSON state a device; availability as `{"state": …}`, a bare word before 2.0. */
const ZIGBEE2MQTT: SensorMap = {
  rows: [
    { signal: 'floor.presence', topic: 'zigbee2mqtt/{device}', path: '$.occupancy' },
    { signal: 'floor.presence', topic: 'zigbee2mqtt/{device}', path: '$.presence' },
    { signal: 'technician.present', topic: 'zigbee2mqtt/{device}', path: '$.presence' },
    { signal: 'technician.present', topic: 'zigbee2mqtt/{device}', path: '$.occupancy' },
    // `contact` is true while the two halves touch: the door is shut.
    { signal: 'door.open', topic: 'zigbee2mqtt/{device}', path: '$.contact', invert: true },
    { signal: 'tool.active', topic: 'zigbee2mqtt/{device}', path: '$.vibration' },
    ...watts('zigbee2mqtt/{device}', '$.power'),
  ],
  online: [
    { topic: 'zigbee2mqtt/{device}/availability', path: '$.state' },
    { topic: 'zigbee2mqtt/bridge/state', path: '$.state' },
  ],
};

/** Tasmota, "MQTT" and the pages of its sensors: telemetry every TelePeriod, `stat` on change. Its `Time` names no zone. */
const TASMOTA: SensorMap = {
  rows: [
    ...watts('tele/{device}/SENSOR', '$.ENERGY.Power'),
    { signal: 'floor.distance', topic: 'tele/{device}/SENSOR', path: '$.SR04.Distance', unit: 'cm' },
    { signal: 'floor.distance', topic: 'tele/{device}/SENSOR', path: '$.VL53L0X.Distance', unit: 'mm' },
    ...contact('tele/{device}/SENSOR', '$.Switch1'),
    { signal: 'tool.active', topic: 'tele/{device}/STATE', path: '$.POWER' },
    { signal: 'tool.active', topic: 'stat/{device}/POWER' },
  ],
  online: [{ topic: 'tele/{device}/LWT' }],
};

/** Shelly, first generation ("Shelly Family Overview", MQTT): one bare value a topic. */
const SHELLY_1: SensorMap = {
  rows: [
    ...watts('shellies/{device}/relay/0/power'),
    ...watts('shellies/{device}/emeter/0/power'),
    ...contact('shellies/{device}/input/0'),
    // The third word says that it switched itself off.
    {
      signal: 'tool.active',
      topic: 'shellies/{device}/relay/0',
      texts: { on: true, off: false, overpower: false },
    },
    { signal: 'door.open', topic: 'shellies/{device}/sensor/state' },
    { signal: 'floor.presence', topic: 'shellies/{device}/status', path: '$.motion' },
    { signal: 'technician.present', topic: 'shellies/{device}/status', path: '$.motion' },
  ],
  online: [{ topic: 'shellies/{device}/online' }],
};

/** Shelly, second generation and later ("Mqtt" and "Notifications"): a status a component, or what changed as NotifyStatus. */
const SHELLY_2: SensorMap = {
  rows: [
    ...watts('{device}/status/switch:0', '$.apower'),
    ...watts('{device}/status/pm1:0', '$.apower'),
    ...watts('{device}/events/rpc', "$.params['switch:0'].apower"),
    ...watts('{device}/events/rpc', "$.params['pm1:0'].apower"),
    { signal: 'tool.active', topic: '{device}/status/switch:0', path: '$.output' },
    { signal: 'tool.active', topic: '{device}/events/rpc', path: "$.params['switch:0'].output" },
    ...contact('{device}/status/input:0', '$.state'),
    ...contact('{device}/events/rpc', "$.params['input:0'].state"),
  ],
  online: [{ topic: '{device}/online' }],
};

/** ESPHome, "MQTT Client Component": the object id is ours to choose: the signal with `_` for dots and dashes. */
const ESPHOME: SensorMap = {
  rows: SIGNAL_NAMES.map((signal): MapRow => {
    const component = signalSpec(signal).value === 'flag' ? 'binary_sensor' : 'sensor';
    return { signal, topic: `{device}/${component}/${objectId(signal)}/state` };
  }),
  online: [{ topic: '{device}/status' }],
};

function objectId(signal: SignalName): string {
  return signal.replace(/[.-]/g, '_');
}

/** Maps that need no further words. Topics were taken from the makers' documents and from recordings, November 2026; Tasmota SR04, VL53L0X
 * and Switch1, Shelly `status`, emeter and pm1, and the object ids of ESPHome from common use. */
export const READY_MAPS = {
  zigbee2mqtt: ZIGBEE2MQTT,
  tasmota: TASMOTA,
  'shelly-1': SHELLY_1,
  'shelly-2': SHELLY_2,
  esphome: ESPHOME,
} as const satisfies Record<string, SensorMap>;

/** Is it there, by the word on an availability topic? Null: no word that is known. */
export function onlineWord(word: unknown): boolean | null {
  switch (wordOf(word).trim().toLowerCase()) {
    case 'online':
    case 'true':
    case '1':
      return true;
    case 'offline':
    case 'false':
    case '0':
      return false;
    default:
      return null;
  }
}
