import type { Clock } from '../../protocols/time.ts';

/**
 * What goes on in a car, as far as OBD-II can see it: engine, coolant, battery. Every quantity is a closed formula of the
 * time since the last change, so that nothing needs to tick.
 */

export const VEHICLE_FAULTS = [
  'weak-battery',
  'thermostat-open',
  'vacuum-leak',
  'misfire',
  'aged-catalyst',
  'lazy-sensor',
  'loaded-filter',
] as const;
export type VehicleFault = (typeof VEHICLE_FAULTS)[number];

type EngineState = 'off' | 'ignition' | 'cranking' | 'running';

export interface EngineOptions {
  readonly faults: readonly VehicleFault[];
  readonly seed: number;
  readonly clock: Clock;
  /** Air temperature in °C. */
  readonly ambient: number;
  /** Coolant temperature at the beginning, in °C. */
  readonly coolant: number;
  /** How long the starter turns, in ms. */
  readonly crankMs: number;
}

export interface EngineReadings {
  readonly state: EngineState;
  readonly rpm: number;
  readonly speed: number;
  readonly coolant: number;
  readonly intakeAir: number;
  readonly ambient: number;
  readonly load: number;
  readonly throttle: number;
  readonly maf: number;
  readonly shortTrim: number;
  readonly longTrim: number;
  readonly runTime: number;
  /** At pin 16, in V. */
  readonly voltage: number;
}

export interface Engine {
  ignition(on: boolean): void;
  start(): void;
  stop(): void;
  drive(kmh: number): void;
  now(): EngineReadings;
}

export function createEngine(options: EngineOptions): Engine {
  const { clock, ambient, crankMs } = options;
  const has = (fault: VehicleFault) => options.faults.includes(fault);
  const battery = has('weak-battery')
    ? { rest: 12.15, crank: 8.6, charge: 13.9 }
    : { rest: 12.6, crank: 10.3, charge: 14.2 };

  let asked: 'off' | 'ignition' | 'running' = 'off';
  let since = clock();
  let speed = 0;
  /** Coolant and surface charge when the present phase began. */
  let coolantThen = options.coolant;
  let chargedThen = 0;

  const state = (at: number): EngineState =>
    asked === 'running' ? (at - since < crankMs ? 'cranking' : 'running') : asked;
  const seconds = (at: number) => Math.max(0, at - since) / 1000;
  const noise = (at: number, channel: number) => hash(options.seed, channel, Math.floor(at / 200)) * 2 - 1;

  function coolant(at: number): number {
    if (asked !== 'running') return toward(coolantThen, ambient, seconds(at), 7_200);
    // Without a thermostat that closes, the radiator cools from the first minute and the engine never gets hot.
    const target = has('thermostat-open') ? (speed > 0 ? 60 : 66) : 112;
    return Math.min(91, toward(coolantThen, target, seconds(at), speed > 0 ? 200 : 300));
  }

  function voltage(at: number): number {
    const t = seconds(at);
    const rest = battery.rest + toward(chargedThen, 0, t, 120);
    switch (state(at)) {
      case 'off':
        return rest;
      case 'ignition':
        return rest - 0.25;
      case 'cranking': {
        // The deepest point while the starter breaks loose, then a slow rise.
        const share = (at - since) / crankMs;
        return battery.crank + (share < 0.4 ? 0 : (share - 0.4) * 1.5) + 0.05 * Math.abs(noise(at, 9));
      }
      case 'running':
        return battery.charge + 0.05 * noise(at, 9);
    }
  }

  /** Begins a new phase from what is true now. */
  function change(to: typeof asked, kmh: number): void {
    const at = clock();
    const running = state(at) === 'running';
    coolantThen = coolant(at);
    chargedThen = running ? 0.5 : toward(chargedThen, 0, seconds(at), 120);
    since = at;
    asked = to;
    speed = kmh;
  }

  let startedAt = since;
  return {
    ignition: (on) => change(on ? 'ignition' : 'off', 0),
    start: () => {
      if (asked === 'running') return;
      change('running', 0);
      startedAt = since;
    },
    stop: () => change('off', 0),
    drive: (kmh) => {
      if (state(clock()) !== 'running') return;
      change('running', kmh);
      // The starter does not turn again.
      since -= crankMs;
    },
    now: () => {
      const at = clock();
      const is = state(at);
      const running = is === 'running';
      const warm = coolant(at);
      const idle = 750 + Math.max(0, 60 - warm) * 8;
      const rough = has('misfire') ? 70 : 12;
      const rpm = running ? idle + speed * 22 + rough * noise(at, 1) : is === 'cranking' ? 220 + 20 * noise(at, 1) : 0;
      const load = running ? 22 + speed * 0.35 + 2 * noise(at, 2) : 0;
      // Air past the meter matters most at idle, where little air passes the throttle.
      const leak = has('vacuum-leak') ? 18 / (1 + speed / 30) : 0;
      return {
        state: is,
        rpm,
        speed: running ? speed : 0,
        coolant: warm,
        intakeAir: ambient + (running ? 8 : 3),
        ambient,
        load,
        throttle: running ? 14 + speed * 0.2 : 0,
        maf: running ? (rpm * load) / 6_000 : 0,
        shortTrim: running ? 0.25 * leak + 1.5 * noise(at, 3) : 0,
        longTrim: leak + 1.6,
        runTime: running ? Math.floor((at - startedAt - crankMs) / 1000) : 0,
        voltage: voltage(at),
      };
    },
  };
}

/** First-order approach from one value to another. */
function toward(from: number, to: number, seconds: number, constant: number): number {
  return to + (from - to) * Math.exp(-seconds / constant);
}

/** A number in [0, 1) that depends on nothing but its arguments (integer mixing after Murmur3's finaliser). */
function hash(...parts: readonly number[]): number {
  let h = 0x9e3779b9;
  for (const part of parts) {
    h = Math.imul(h ^ (part | 0), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    h ^= h >>> 16;
  }
  return (h >>> 0) / 4_294_967_296;
}
