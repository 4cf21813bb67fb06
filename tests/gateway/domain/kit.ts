import { createEngine } from '../../../gateway/domain/create.ts';
import type { Input } from '../../../gateway/domain/engine.ts';
import type { DeviceSetting, EngineSettings } from '../../../gateway/domain/settings.ts';
import type { EngineState } from '../../../gateway/domain/state.ts';
import { type DeviceState, type EventBody, type EventData, type EventType, event } from '../../../protocols/event.ts';
import { type ReadingValue, reading } from '../../../protocols/reading.ts';
import type { SignalName } from '../../../protocols/signal.ts';

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
/** Tuesday, 3 March 2026, 09:00 in Shanghai. */
export const NINE = Date.parse('2026-03-03T09:00:00+08:00');
/** Both have a right check digit. */
export const CAR_A = 'LSVAG2180E2100001';
export const CAR_B = '1HGCM82633A004352';

export const DEVICES: readonly DeviceSetting[] = [
  { id: 'cam', kind: 'camera', silence: 30, rules: ['1', '2', '3'].map((n) => ({ rule: `bay-${n}`, bay: n })) },
  { id: 'floor-1', kind: 'sensor', bay: '1', silence: 30 },
  { id: 'lift-1', kind: 'sensor', bay: '1', silence: 30 },
  { id: 'obd-1', kind: 'elm327', bay: '1', silence: 5 },
  { id: 'scan-1', kind: 'scanner', bay: '1' },
  { id: 'scan', kind: 'scanner' },
  { id: 'wican', kind: 'wican' },
  { id: 'scan-4', kind: 'scanner', bay: '4' },
  { id: 'obd-4', kind: 'elm327', bay: '4' },
];

export function settings(more: Partial<EngineSettings['rules']> = {}): EngineSettings {
  return {
    site: { timezone: 'Asia/Shanghai' },
    bays: ['1', '2', '3', '4'].map((id) => ({ id })),
    devices: DEVICES,
    rules: {
      minimumStay: 180,
      minimumGap: 60,
      overstay: 180,
      idleAfter: 10,
      whichCarAfter: 60,
      raisedAbove: 300,
      freeDistance: 1_500,
      offlineAfter: 60,
      pace: 1,
      ...more,
    },
    shift: { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat'], open: '08:00', close: '18:00', breaks: [] },
  };
}

/** A workshop that a test drives: devices speak, time passes, events are kept. */
export class Shop {
  readonly engine;
  state: EngineState;
  now: number;
  readonly events: EventBody[] = [];
  readonly inputs: Input[] = [];
  /** What the sensors keep saying, once a second. */
  readonly #steady = new Map<string, [string, SignalName, ReadingValue, string | null]>();

  constructor(given: EngineSettings = settings(), start = NINE) {
    this.engine = createEngine(given);
    this.state = this.engine.initial();
    this.now = start;
    this.feed({ kind: 'tick', at: start });
  }

  feed(input: Input): EventBody[] {
    const step = this.engine.step(this.state, input);
    this.state = step.state;
    this.inputs.push(input);
    this.events.push(...step.events);
    return [...step.events];
  }

  says(device: string, signal: SignalName, value: ReadingValue, more: Parameters<typeof reading>[4] = {}): EventBody[] {
    return this.feed({ kind: 'reading', reading: reading(device, signal, value, this.now, more) });
  }

  /** From now on the device says so every second; null as `signal` value is a value, too. */
  keeps(device: string, signal: SignalName, value: ReadingValue, part: string | null = null): void {
    this.#steady.set(`${device}/${signal}/${part}`, [device, signal, value, part]);
    this.says(device, signal, value, { part });
  }

  stops(device: string): void {
    for (const key of this.#steady.keys()) if (key.startsWith(`${device}/`)) this.#steady.delete(key);
  }

  camera(bay: string, occupied: boolean | null): void {
    this.keeps('cam', 'camera.occupied', occupied, `bay-${bay}`);
  }

  floor(present: boolean): void {
    this.keeps('floor-1', 'floor.presence', present);
  }

  device(device: string, state: DeviceState, life = 1, reason: string | null = null): EventBody[] {
    return this.feed({ kind: 'device', at: this.now, device, state, life, lastSeen: null, reason, detail: null });
  }

  order(order: Partial<EventData<'liftgate.order.v1'>> & { order: string }): EventBody[] {
    const data = {
      ...{ vin: null, plate: null, model: null, bay: null, state: 'checked-in' as const, hold: null },
      ...{ promisedAt: null, standardMinutes: null, job: null },
      ...order,
    };
    const key = { site: 's', gateway: 'cloud', epoch: 'c', seq: 1 };
    return this.feed({ kind: 'down', at: this.now, event: { ...event('liftgate.order.v1', this.now, data), ...key } });
  }

  /** Lets seconds pass; gives the events of that time. */
  wait(seconds: number): EventBody[] {
    const from = this.events.length;
    for (let i = 0; i < seconds; i++) {
      this.now += SECOND;
      for (const [device, signal, value, part] of this.#steady.values()) this.says(device, signal, value, { part });
      this.feed({ kind: 'tick', at: this.now });
    }
    return this.events.slice(from);
  }

  /** A hole: nobody ticks. */
  sleep(ms: number): EventBody[] {
    const from = this.events.length;
    this.now += ms;
    this.feed({ kind: 'tick', at: this.now });
    return this.events.slice(from);
  }

  of<T extends EventType>(type: T, events: readonly EventBody[] = this.events): EventData<T>[] {
    return events.filter((e) => e.type === type).map((e) => e.data as EventData<T>);
  }

  last<T extends EventType>(type: T, bay?: string): EventData<T> | undefined {
    return this.of(type).findLast((d) => bay === undefined || (d as { bay?: string | null }).bay === bay);
  }

  shown(bay = '1'): string | undefined {
    return this.last('liftgate.bay.occupancy.v1', bay)?.state;
  }

  /** A car stands in bay 1, seen by camera and floor. */
  park(): void {
    this.camera('1', false);
    this.floor(false);
    this.wait(60);
    this.camera('1', true);
    this.floor(true);
    this.wait(60);
  }
}

/** The sums of a bay's day, as a wall is told them. */
export const SUMS = ['working', 'waiting', 'idle', 'blocked', 'empty', 'unknown'] as const;
