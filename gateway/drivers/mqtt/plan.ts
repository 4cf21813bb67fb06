import type { DeviceOf } from '../../../config/schema/devices.ts';
import type { MapConfig } from '../../../config/schema/maps.ts';
import { LiftgateError } from '../../../protocols/error.ts';
import { type MapRow, rowFaults } from '../../../protocols/sensor/mapping.ts';
import { type OnlineRow, READY_MAPS, type SensorMap } from '../../../protocols/sensor/maps.ts';
import { type JsonPath, parsePath } from '../../../protocols/sensor/path.ts';
import { fitPattern, type TopicPattern } from '../../../protocols/sensor/pattern.ts';

/** How one sensor of another maker is read: its rows, fitted to its name and bay. */
export interface Plan {
  readonly rows: readonly { readonly row: MapRow; readonly pattern: TopicPattern }[];
  readonly online: readonly { readonly filter: string; readonly path: JsonPath | null }[];
  /** Sparkplug: rows by the name of their metric. */
  readonly metrics: ReadonlyMap<string, MapRow>;
}

/** @throws LiftgateError `config` when the map is not there or a row cannot be */
export function planOf(device: DeviceOf<'sensor'>, maps: readonly MapConfig[]): Plan {
  const map = mapOf(device, maps);
  const speaks = new Set<string>(device.signals);
  const rows = [...(device.rows ?? []), ...map.rows.filter((r) => speaks.has(r.signal))];
  for (const row of rows) {
    const [fault] = rowFaults(row);
    if (!fault) continue;
    const what = `${device.id}: ${fault.option} of the row for ${row.signal}: expected ${fault.expected}`;
    throw new LiftgateError('config', `${what}; correct devices[].rows or its map`, { about: `device ${device.id}` });
  }
  const name = device.topicName ?? device.id;
  const online = map.online as readonly OnlineRow[];
  return {
    rows: rows.flatMap((row) =>
      row.topic === undefined ? [] : [{ row, pattern: fitPattern(row.topic, name, device.bay) }],
    ),
    online: online.map(({ topic, path }) => ({
      filter: fitPattern(topic, name, device.bay).filter,
      path: path === undefined ? null : parsePath(path),
    })),
    metrics: new Map(rows.flatMap((row) => (row.metric === undefined ? [] : [[row.metric, row]]))),
  };
}

const NO_MAP: SensorMap = { rows: [], online: [] };

function mapOf({ id, map }: DeviceOf<'sensor'>, maps: readonly MapConfig[]): SensorMap {
  if (map === undefined) return NO_MAP;
  const own = maps.find((m) => m.name === map);
  if (own) return own;
  if (Object.hasOwn(READY_MAPS, map)) return READY_MAPS[map as keyof typeof READY_MAPS];
  const known = [...Object.keys(READY_MAPS), ...maps.map((m) => m.name)].join(', ');
  const what = `${id}: expected a map that is there (${known}), got "${map}"; correct devices[].map`;
  throw new LiftgateError('config', what, { about: `device ${id}` });
}
