import { rowFaults } from '../protocols/sensor/mapping.ts';
import { READY_MAPS } from '../protocols/sensor/maps.ts';
import { parsePath } from '../protocols/sensor/path.ts';
import { patternFault } from '../protocols/sensor/pattern.ts';
import type { Clash } from './check.ts';
import { type Path, shown, valueAt } from './explain.ts';
import { MapRowConfig } from './schema/maps.ts';

/** What does not go together in the maps of sensors: rows that cannot be, and names that are not there. */
export function mapClashes(raw: unknown): Clash[] {
  const names = listAt(raw, ['maps']).map((m) => valueAt(m, ['name']));
  const known = [...Object.keys(READY_MAPS), ...names.filter((n) => typeof n === 'string')];
  return [
    ...listAt(raw, ['maps']).flatMap((map, i) => [
      ...takenName(names, i),
      ...listAt(map, ['rows']).flatMap((row, j) => rowClashes(row, ['maps', i, 'rows', j], null)),
      ...listAt(map, ['online']).flatMap((row, j) => onlineClashes(row, ['maps', i, 'online', j])),
    ]),
    ...listAt(raw, ['devices']).flatMap((device, i) => [
      ...missingMap(device, i, known),
      ...listAt(device, ['rows']).flatMap((row, j) =>
        rowClashes(row, ['devices', i, 'rows', j], listAt(device, ['signals'])),
      ),
    ]),
  ];
}

function listAt(raw: unknown, path: Path): unknown[] {
  const list = valueAt(raw, path);
  return Array.isArray(list) ? list : [];
}

function takenName(names: readonly unknown[], i: number): Clash[] {
  const name = names[i];
  const ready = typeof name === 'string' && Object.hasOwn(READY_MAPS, name);
  if (!ready && names.indexOf(name) === i) return [];
  const got = `"${String(name)}", which ${ready ? 'is a ready map' : 'another map has'} already`;
  return [{ at: ['maps', i, 'name'], expected: 'a name of its own', got, todo: 'Give the map another name.' }];
}

function missingMap(device: unknown, i: number, known: readonly string[]): Clash[] {
  const map = valueAt(device, ['map']);
  if (typeof map !== 'string' || known.includes(map)) return [];
  const todo = 'Correct the name, or describe the map under maps.';
  return [{ at: ['devices', i, 'map'], expected: `one of ${known.join(', ')}`, got: `"${map}"`, todo }];
}

/** @param signals those that the device lists; null: rows of a map, of which a device uses what it lists */
function rowClashes(raw: unknown, at: Path, signals: readonly unknown[] | null): Clash[] {
  const row = MapRowConfig.safeParse(raw);
  // What is wrong with a single option is told by the schema.
  if (!row.success) return [];
  const faults: Clash[] = rowFaults(row.data).map(({ option, expected }) => ({
    at: [...at, option],
    expected,
    got: shown([...at, option], row.data[option]),
    todo: 'See docs/sensors.md, "Maps".',
  }));
  if (signals === null || signals.includes(row.data.signal)) return faults;
  const todo = `Add ${row.data.signal} to the signals of the device, or take the row out.`;
  const expected = 'one of the signals that the device lists';
  return [...faults, { at: [...at, 'signal'], expected, got: `"${row.data.signal}"`, todo }];
}

function onlineClashes(raw: unknown, at: Path): Clash[] {
  const [topic, path] = [valueAt(raw, ['topic']), valueAt(raw, ['path'])];
  const todo = 'See docs/sensors.md, "Maps".';
  const fault = typeof topic === 'string' ? patternFault(topic) : null;
  const clashes: Clash[] = [];
  if (fault !== null) clashes.push({ at: [...at, 'topic'], expected: fault, got: shown(at, topic), todo });
  if (typeof path === 'string' && parsePath(path) === null) {
    clashes.push({ at: [...at, 'path'], expected: 'a path to one value such as $.state', got: shown(at, path), todo });
  }
  return clashes;
}
