import { type ReadingValue, valueFault } from '../reading.ts';
import { type SignalName, signalSpec } from '../signal.ts';
import { parsePath, valueAt } from './path.ts';
import { patternFault } from './pattern.ts';
import { excerpt } from './payload.ts';
import { toUnitOf } from './unit.ts';

/** Where a value of another maker's device stands, and how it becomes a value of ours. */
export interface MapRow {
  readonly signal: SignalName;
  readonly topic?: string | undefined;
  /** Sparkplug: the name of the metric, in the place of a topic. */
  readonly metric?: string | undefined;
  /** Left out: the payload itself. */
  readonly path?: string | undefined;
  /** Unit of (value × scale + offset); left out: that of the signal. */
  readonly unit?: string | undefined;
  readonly scale?: number | undefined;
  readonly offset?: number | undefined;
  /** Flags: the other way round. */
  readonly invert?: boolean | undefined;
  /** Flags out of numbers: true from here on, after scale and offset. */
  readonly above?: number | undefined;
  /** What the texts stand for, whatever their letter case; null: the device does not know. */
  readonly texts?: Readonly<Record<string, boolean | number | null>> | undefined;
}

/** A mistake in a row: the option, and what is expected there. */
export interface RowFault {
  readonly option: keyof MapRow;
  readonly expected: string;
}

/** Texts that say yes or no in the trade, unless a row says otherwise. */
const FLAG_TEXTS: Readonly<Record<string, boolean>> = {
  on: true,
  off: false,
  true: true,
  false: false,
  yes: true,
  no: false,
  1: true,
  0: false,
  open: true,
  opened: true,
  close: false,
  closed: false,
  occupied: true,
  clear: false,
  detected: true,
  present: true,
  absent: false,
  active: true,
  inactive: false,
};
/** Texts by which devices say that they do not know. */
const NOT_KNOWN: readonly string[] = ['', 'nan', 'null', 'none', 'unknown', 'unavailable'];

/** What cannot be in a row, whatever the device sends; all of it. */
export function rowFaults(row: MapRow): RowFault[] {
  const faults: RowFault[] = [];
  const spec = signalSpec(row.signal);
  const flag = spec.value === 'flag';
  if ((row.topic === undefined) === (row.metric === undefined)) {
    faults.push({ option: 'topic', expected: 'either a topic or a metric, not both' });
  }
  const pattern = row.topic === undefined ? null : patternFault(row.topic);
  if (pattern !== null) faults.push({ option: 'topic', expected: pattern });
  if (row.path !== undefined && parsePath(row.path) === null) {
    faults.push({
      option: 'path',
      expected: "a path to one value such as $.ENERGY.Power or $.params['switch:0'].apower",
    });
  }
  if (row.unit !== undefined && toUnitOf(row.signal, 1, row.unit) === null) {
    const expected = spec.unit === null ? `no unit: ${row.signal} has none` : `a unit that can become ${spec.unit}`;
    faults.push({ option: 'unit', expected });
  }
  if (row.invert !== undefined && !flag)
    faults.push({ option: 'invert', expected: `no invert: ${row.signal} is a number` });
  if (row.above !== undefined && !flag)
    faults.push({ option: 'above', expected: `no above: ${row.signal} is a number` });
  const kinds = Object.values(row.texts ?? {}).filter((v) => v !== null);
  if (kinds.some((v) => typeof v !== (flag ? 'boolean' : 'number'))) {
    faults.push({ option: 'texts', expected: `${flag ? 'true or false' : 'a number'} for each text` });
  }
  return faults;
}

export type Mapped = { readonly value: ReadingValue } | { readonly fault: string } | null;

/** The value that a row finds in a payload; null where it has nothing to say of it. `json`: undefined when it is no JSON. */
export function mapPayload(row: MapRow, text: string, json: unknown): Mapped {
  if (row.path === undefined) return mapValue(row, json === undefined ? text.trim() : json);
  if (json === undefined)
    return { fault: `${row.signal} is looked for at ${row.path}, but the payload is no JSON: ${excerpt(text)}` };
  const found = valueAt(json, parsePath(row.path) ?? []);
  return found === undefined ? null : mapValue(row, found);
}

/** A value as a device gave it, in the unit and kind of the signal. */
export function mapValue(row: MapRow, found: unknown): Mapped {
  const { signal } = row;
  if (found === null) return { value: null };
  if (typeof found === 'object') return { fault: `${signal} takes one value, got ${excerpt(JSON.stringify(found))}` };
  const text = String(found).trim().toLowerCase();
  const named = Object.entries(row.texts ?? {}).find(([key]) => key.trim().toLowerCase() === text);
  const plain = named === undefined ? found : named[1];
  if (plain === null || (named === undefined && NOT_KNOWN.includes(text))) return { value: null };
  const value = signalSpec(signal).value === 'flag' ? flagOf(row, plain) : numberOf(row, plain);
  if (value === null) return { fault: `${signal} cannot be made of ${excerpt(String(found))}` };
  const wrong = valueFault(signal, value);
  return wrong === null ? { value } : { fault: wrong };
}

function flagOf(row: MapRow, plain: unknown): boolean | null {
  const flip = row.invert === true;
  if (row.above !== undefined) {
    const number = scaled(row, plain);
    return number === null ? null : number > row.above !== flip;
  }
  const text = String(plain).trim().toLowerCase();
  return Object.hasOwn(FLAG_TEXTS, text) ? FLAG_TEXTS[text]! !== flip : null;
}

function numberOf(row: MapRow, plain: unknown): number | null {
  const number = scaled(row, plain);
  return number === null || row.unit === undefined ? number : toUnitOf(row.signal, number, row.unit);
}

function scaled({ scale = 1, offset = 0 }: MapRow, plain: unknown): number | null {
  if (typeof plain === 'boolean') return null;
  const number = typeof plain === 'number' ? plain : Number(plain);
  return Number.isFinite(number) ? number * scale + offset : null;
}
