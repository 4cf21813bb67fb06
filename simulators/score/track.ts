import type { EventBody } from '../../protocols/event.ts';
import type { Millis } from '../../protocols/time.ts';
import { jsonLines, timeOf, wrong } from './truth.ts';

/** What was told of one bay, in the order in which it was told. */
export interface Track {
  readonly tellings: readonly Telling[];
  readonly names: readonly Naming[];
}

export type Booked = 'empty' | 'occupied' | 'unknown';

export interface Telling {
  /** When it was told, and since when it was so. */
  readonly at: Millis;
  readonly since: Millis;
  /** What is booked from then on; null for a candidate (`entering`, `leaving`), which books nothing. */
  readonly booked: Booked | null;
  /** The probability that a car is there, as it was told; null: none was. */
  readonly present: number | null;
  readonly stay: string | null;
}

interface Naming {
  readonly at: Millis;
  readonly stay: string;
  readonly vin: string | null;
}

export type Tracks = ReadonlyMap<string, Track>;

interface Growing {
  readonly tellings: Telling[];
  readonly names: Naming[];
}

/** Collects tracks from events in the order in which they were told. */
export class TrackMaker {
  readonly tracks = new Map<string, Growing>();

  take(type: string, at: Millis, data: EventBody['data'] | Readonly<Record<string, unknown>>): void {
    const d = data as Readonly<Record<string, unknown>>;
    if (type === 'liftgate.bay.occupancy.v1') {
      const state = d.state as string;
      const confidence = (d.confidence ?? null) as number | null;
      const there = state === 'occupied' || state === 'entering';
      this.of(d.bay as string).tellings.push({
        at,
        since: d.since as Millis,
        booked: state === 'entering' || state === 'leaving' ? null : (state as Booked),
        present: confidence === null ? null : there ? confidence : 1 - confidence,
        stay: (d.stay ?? null) as string | null,
      });
    } else if (type === 'liftgate.bay.vehicle.v1') {
      this.of(d.bay as string).names.push({ at, stay: d.stay as string, vin: (d.vin ?? null) as string | null });
    }
  }

  private of(bay: string): Growing {
    const known = this.tracks.get(bay);
    if (known) return known;
    const fresh = { tellings: [], names: [] };
    this.tracks.set(bay, fresh);
    return fresh;
  }
}

const STATES = ['empty', 'entering', 'occupied', 'leaving', 'unknown'];

/**
 * Reads events: CloudEvents 1.0 JSON as lines or as one list, in any order; the same event twice counts once. Only
 * `liftgate.bay.occupancy.v1` and `liftgate.bay.vehicle.v1` are looked at, and of them only what is scored.
 * @throws LiftgateError `invalid`, naming the line at fault
 */
export function readEvents(text: string, name: string): Tracks {
  const seen = new Set<string>();
  const events: { at: Millis; seq: number; type: string; data: Readonly<Record<string, unknown>> }[] = [];
  for (const { n, json } of jsonLines(text, name)) {
    const where = `${name}:${n}`;
    const { type, data, id, source } = json;
    if (typeof type !== 'string') throw wrong(where, 'expected a CloudEvent with a "type"');
    if (type !== 'liftgate.bay.occupancy.v1' && type !== 'liftgate.bay.vehicle.v1') continue;
    if (typeof data !== 'object' || data === null) throw wrong(where, `${type} has no "data"`);
    const d = data as Readonly<Record<string, unknown>>;
    if (typeof d.bay !== 'string') throw wrong(where, `${type} names no "bay"`);
    if (type === 'liftgate.bay.occupancy.v1') {
      if (!STATES.includes(d.state as string)) throw wrong(where, `"state" takes ${STATES.join(', ')}, got ${d.state}`);
      if (d.confidence != null && !((d.confidence as number) >= 0 && (d.confidence as number) <= 1))
        throw wrong(where, `"confidence" takes 0 to 1, got ${JSON.stringify(d.confidence)}`);
    } else if (typeof d.stay !== 'string') throw wrong(where, `${type} names no "stay"`);
    if (typeof id === 'string') {
      const key = `${source} ${id}`;
      if (seen.has(key)) continue;
      seen.add(key);
    }
    const at = timeOf(json.time, where, 'time');
    const since = d.since === undefined ? at : timeOf(d.since, where, 'since');
    const seq = typeof id === 'string' ? Number(id.slice(id.lastIndexOf('-') + 1)) : Number.NaN;
    events.push({ at, seq: Number.isFinite(seq) ? seq : n, type, data: { ...d, since } });
  }
  events.sort((a, b) => a.at - b.at || a.seq - b.seq);
  const maker = new TrackMaker();
  for (const e of events) maker.take(e.type, e.at, e.data);
  return maker.tracks;
}
