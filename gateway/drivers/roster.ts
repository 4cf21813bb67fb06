import type { DeviceState } from '../../protocols/event.ts';
import type { Reading, ReadingValue } from '../../protocols/reading.ts';
import { signalSpec } from '../../protocols/signal.ts';
import type { SourceAges } from '../../protocols/sync.ts';
import type { Clock, Millis } from '../../protocols/time.ts';
import { type Condition, type Happening, type Now, next, type Trouble, unknown } from './condition.ts';

/** A change of a device, in the form in which the domain engine takes it. */
export interface DeviceInput {
  readonly kind: 'device';
  readonly at: Millis;
  readonly device: string;
  readonly state: DeviceState;
  readonly life: number;
  readonly lastSeen: Millis | null;
  readonly reason: string | null;
  readonly detail: string | null;
}

/** How a device is, for the site page. */
export interface DeviceStatus {
  readonly device: string;
  readonly state: DeviceState;
  readonly since: Millis;
  readonly reason: string | null;
  readonly detail: string | null;
  /** ms since it was last heard, by the monotonic clock; null: never since the start. */
  readonly ageMs: number | null;
  readonly life: number;
  /** Readings since the start. */
  readonly readings: number;
  /** Its last words, newest first. */
  readonly last: readonly { at: Millis; signal: string; value: ReadingValue; unit: string | null }[];
}

/** Values of `device.health` that say that all is well; an adapter without a car is. */
const WELL: ReadonlySet<unknown> = new Set(['ok', 'no-vehicle']);
/** Values that say that the device is not there, though others on its line may be; with the reason that is told. */
const AWAY: ReadonlyMap<unknown, string> = new Map([
  ['offline', 'line-lost'],
  ['wrong-password', 'wrong-password'],
  ['no-password', 'no-password'],
]);
const LAST_WORDS = 5;

interface Entry {
  condition: Condition;
  lastSeen: Millis | null;
  seenMono: number | null;
  readings: number;
  /** Its last words, newest last. */
  readonly last: Reading[];
}

export interface RosterDeps {
  readonly clock: Clock;
  /** Milliseconds by a clock that never jumps. */
  readonly mono: () => number;
  /** Longest normal silence per device in ms; null or left out: silence means nothing. */
  readonly silence: Readonly<Record<string, number | null>>;
  readonly onDevice: (change: DeviceInput) => void;
}

/** All devices with their condition; tells each change. */
export class Roster {
  readonly #deps: RosterDeps;
  readonly #entries = new Map<string, Entry>();

  constructor(devices: readonly string[], deps: RosterDeps) {
    this.#deps = deps;
    const condition = unknown(this.#now());
    for (const id of devices) {
      this.#entries.set(id, { condition, lastSeen: null, seenMono: null, readings: 0, last: [] });
    }
  }

  /** Tells the first condition of everyone. */
  announce(): void {
    for (const [id, entry] of this.#entries) this.#tell(id, entry);
  }

  /** Notes what a driver handed on, before it is stored: that a device lives does not hang on the store. */
  heard(readings: readonly Reading[]): void {
    const now = this.#now();
    for (const r of readings) {
      const entry = this.#entries.get(r.device);
      if (!entry) continue;
      remember(entry.last, r);
      entry.readings++;
      const happening = r.signal === 'device.health' ? healthOf(r) : HEARD;
      if (happening.kind !== 'lost') {
        entry.lastSeen = now.wall;
        entry.seenMono = now.mono;
      }
      // The one path that is walked for every reading: nothing to do while all is well.
      if (happening === HEARD && entry.condition.state === 'online') continue;
      this.#happen(r.device, entry, happening, now);
    }
  }

  lost(devices: readonly string[], why: Trouble): void {
    const now = this.#now();
    for (const id of devices) {
      const entry = this.#entries.get(id);
      if (entry) this.#happen(id, entry, { kind: 'lost', trouble: why }, now);
    }
  }

  /** Time has passed: who is silent, who is away for too long? */
  tick(): void {
    const now = this.#now();
    for (const [id, entry] of this.#entries) {
      const silentMs = entry.seenMono === null ? null : now.mono - entry.seenMono;
      this.#happen(id, entry, { kind: 'time', silentMs }, now);
    }
  }

  ageMs(id: string): number | null {
    const seen = this.#entries.get(id)?.seenMono ?? null;
    return seen === null ? null : Math.max(0, this.#deps.mono() - seen);
  }

  ages(): SourceAges {
    return Object.fromEntries([...this.#entries.keys()].map((id) => [id, this.ageMs(id)]));
  }

  status(): DeviceStatus[] {
    return [...this.#entries].map(([device, { condition, readings, last }]) => {
      const { state, since, reason, detail, life } = condition;
      const told = last
        .toReversed()
        .map(({ at, signal, value }) => ({ at, signal, value, unit: signalSpec(signal).unit }));
      return { device, state, since, reason, detail, life, readings, ageMs: this.ageMs(device), last: told };
    });
  }

  #now(): Now {
    return { wall: this.#deps.clock(), mono: this.#deps.mono() };
  }

  #happen(id: string, entry: Entry, happening: Happening, now: Now): void {
    const before = entry.condition;
    entry.condition = next(before, happening, now, this.#deps.silence[id] ?? null);
    if (entry.condition !== before) this.#tell(id, entry);
  }

  #tell(device: string, { condition, lastSeen }: Entry): void {
    const { state, life, reason, detail } = condition;
    this.#deps.onDevice({ kind: 'device', at: this.#deps.clock(), device, state, life, lastSeen, reason, detail });
  }
}

/** What a device says again and again stands there once, with its newest time: it leaves room for what it said else. */
function remember(last: Reading[], r: Reading): void {
  const again = last.findIndex((l) => l.signal === r.signal && l.value === r.value && l.part === r.part);
  if (again >= 0) last.splice(again, 1);
  else if (last.length === LAST_WORDS) last.shift();
  last.push(r);
}

const HEARD: Happening = { kind: 'heard' };

/** What a reading of `device.health` says; its part tells the detail. */
function healthOf({ value, part: detail }: Reading): Happening {
  if (WELL.has(value)) return { kind: 'well' };
  const away = AWAY.get(value);
  if (away !== undefined) return { kind: 'lost', trouble: { reason: away, detail } };
  return { kind: 'troubled', trouble: { reason: String(value).slice(0, 64), detail } };
}
