import { type Day, milliseconds } from './day.ts';
import { createSensorSimulator, type SensorSimulator } from './sensor.ts';
import { sleep } from './sleep.ts';

/** The sensors that stand in one bay: lift, floor and air, each an MQTT device of its own. */
export interface Station {
  readonly devices: readonly { id: string; kind: 'sensor'; signals: readonly string[] }[];
  present(yes: boolean): void;
  lift(height: number, speed: number): Promise<void>;
  work(duration: string, speed: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface StationOptions {
  readonly bay: Day['bays'][number];
  readonly broker: string;
  readonly password: string;
}

/** Each sensor says its values again this often, in ms. */
const REPEAT = 5_000;
/** mm/s of a two-post lift, and W that its motor draws on the way up. */
const LIFT_SPEED = 60;
const LIFT_POWER = 2_200;
const AIR_FLOW = 180;

export function createStation({ bay, broker, password }: StationOptions): Station {
  const state = { present: false, height: 0, power: 0, air: 0 };
  const sensors = new Map<string, SensorSimulator>();
  const devices: { id: string; kind: 'sensor'; signals: readonly string[] }[] = [];
  const add = (name: string, signals: readonly string[]) => {
    const id = `${name}-${bay.id}`;
    devices.push({ id, kind: 'sensor', signals });
    sensors.set(name, createSensorSimulator({ url: broker, device: id, password }));
  };
  if (bay.lift) add('lift', ['lift.height', 'lift.power']);
  if (bay.floor) add('floor', ['floor.presence']);
  if (bay.air) add('air', ['air.flow']);

  // A publish fails only when the sensor is closed while it waits for its broker.
  const sayLift = () =>
    void sensors
      .get('lift')
      ?.publish('lift.height', Math.round(state.height))
      .catch(() => {});
  const sayPower = () =>
    void sensors
      .get('lift')
      ?.publish('lift.power', state.power)
      .catch(() => {});
  const sayFloor = () =>
    void sensors
      .get('floor')
      ?.publish('floor.presence', state.present)
      .catch(() => {});
  const sayAir = () =>
    void sensors
      .get('air')
      ?.publish('air.flow', state.air)
      .catch(() => {});
  const sayAll = () => {
    sayLift();
    sayPower();
    sayFloor();
    sayAir();
  };
  sayAll();
  const repeat = setInterval(sayAll, REPEAT);
  const closed = new AbortController();

  return {
    devices,
    present: (yes) => {
      state.present = yes;
      sayFloor();
    },
    lift: async (height, speed) => {
      const way = height - state.height;
      state.power = way > 0 ? LIFT_POWER : 90;
      sayPower();
      const from = state.height;
      const steps = Math.max(1, Math.ceil(Math.abs(way) / LIFT_SPEED / 0.5));
      for (let i = 1; i <= steps; i++) {
        if (!(await sleep(500 / speed, closed.signal))) return;
        state.height = from + (way * i) / steps;
        sayLift();
      }
      state.power = 0;
      sayPower();
    },
    work: async (duration, speed, signal) => {
      const until = performance.now() + milliseconds(duration) / speed;
      const stop = AbortSignal.any([signal, closed.signal]);
      while (performance.now() < until && !stop.aborted) {
        state.air = state.air === 0 ? AIR_FLOW : 0;
        sayAir();
        await sleep(4_000 / speed, stop);
      }
      state.air = 0;
      sayAir();
    },
    close: async () => {
      clearInterval(repeat);
      closed.abort();
      await Promise.all([...sensors.values()].map((s) => s.close()));
    },
  };
}
