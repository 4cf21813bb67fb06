import type { Clock } from '../../protocols/time.ts';
import { type Bus, type EcuAnswer, isCan } from './bus.ts';
import { classicEcu, type Ecu, type EcuParts, engineParts, otherParts } from './ecu.ts';
import { createEngine, type EngineReadings, type VehicleFault } from './engine.ts';
import { liveOf } from './live.ts';
import { type Powertrain, selfTests } from './self-tests.ts';
import { bilingualEcu, modernEcu } from './uds.ts';

export type { VehicleFault } from './engine.ts';

export interface VehicleOptions {
  readonly vin: string;
  readonly clock: Clock;
  readonly faults?: readonly VehicleFault[];
  readonly seed?: number;
  readonly bus?: Bus;
  /** `j1979-2`: services 01 to 0A are not known; two units if left out. */
  readonly dialect?: 'j1979' | 'j1979-2';
  /** Units of the classic dialect speak ISO 14229 too, to who asks one alone. */
  readonly uds?: boolean;
  /** A request (hexadecimal) that the first unit works on for so long: until then it says `7F ss 78` (ISO 14229-1). */
  readonly slow?: { readonly request: string; readonly ms: number };
  /** Requests (hexadecimal) that the first unit refuses, with the reason (ISO 14229-1, annex A.1). */
  readonly refuses?: Readonly<Record<string, number>>;
  /** What units say to requests of their maker, addressed alone: `ecu/request` to message, both in hexadecimal. */
  readonly maker?: Readonly<Record<string, string>>;
  /** Number of control units, the engine's included; 2 if left out. */
  readonly ecus?: number;
  /** °C; 20 if left out. */
  readonly ambient?: number;
  /** Coolant at the beginning, °C; as warm as the air if left out. */
  readonly coolant?: number;
  /** How long the starter turns, in ms of the clock; 1,200 if left out. */
  readonly crankMs?: number;
  readonly odometerKm?: number;
  /** Which parameters and monitors it has; petrol if left out. */
  readonly powertrain?: Powertrain;
  /** Percent. */
  readonly fuel?: number;
}

export interface Vehicle {
  readonly vin: string;
  readonly bus: Bus;
  readonly dialect: 'j1979' | 'j1979-2';
  /** Ignition on without the engine, or all off. */
  ignition(on: boolean): void;
  startEngine(): void;
  stopEngine(): void;
  /** A steady speed in km/h; needs a running engine. */
  drive(kmh: number): void;
  setCodes(stored: readonly string[], pending?: readonly string[], permanent?: readonly string[]): void;
  /** What is true now, for whoever keeps the score. */
  now(): EngineReadings;
  /** What control units say: every one to a functional request, one to its own address; nothing while the car sleeps. */
  answer(request: readonly number[], ecu?: number | null): EcuAnswer[];
}

const OTHERS = ['TCM', 'BCM', 'ABS', 'HVC', 'GWM', 'EPS', 'DCM'] as const;
/** What a freeze frame keeps: load, coolant, trims, rpm, speed. */
const FROZEN = [4, 5, 6, 7, 12, 13] as const;

/** A car with its control units. The starter does not put them to sleep. */
export function createVehicle(options: VehicleOptions): Vehicle {
  const { vin, clock, faults = [], seed = 1, bus = 'can-11', ambient = 20, dialect = 'j1979' } = options;
  const { powertrain = 'petrol', coolant = ambient, crankMs = 1_200, odometerKm = 48_210, fuel = 61 } = options;
  const engine = createEngine({ faults, seed, clock, ambient, coolant, crankMs });
  const codes = { stored: [] as string[], pending: [] as string[], permanent: [] as string[] };
  const none = { stored: [], pending: [], permanent: [] };
  let frozen: { readonly code: string; readonly values: ReadonlyMap<number, readonly number[]> } | null = null;
  let ready = true;
  const now = () => engine.now();
  const first: EcuParts = engineParts({
    vin,
    can: isCan(bus),
    codes,
    live: liveOf({ powertrain, faults, stored: () => codes.stored, odometerKm, fuel, now, ready: () => ready }),
    tests: selfTests({ powertrain, faults, seed, now, stored: () => codes.stored, ready: () => ready }),
    frozen: () => frozen,
    // Permanent codes stay until their monitor has passed.
    clear: () => {
      // ISO 15031-5: service 04 is for a car whose engine does not run.
      if (now().rpm > 0) return false;
      codes.stored = [];
      codes.pending = [];
      frozen = null;
      ready = false;
      return true;
    },
  });
  const others = OTHERS.slice(0, Math.max(0, (options.ecus ?? 2) - 1)).map((name) =>
    otherParts({ can: isCan(bus), name, codes: none, now }),
  );
  const classic = options.uds ? (ecu: EcuParts) => bilingualEcu(ecu, clock) : classicEcu;
  const speak = dialect === 'j1979' ? classic : (ecu: EcuParts) => modernEcu(ecu, clock);
  let slowSince: number | null = null;
  /** Why the first unit says no to this: 0x78 while it works on it, which begins when it is asked. Null: it does not. */
  function refusal(request: readonly number[]): number | null {
    const { slow, refuses = {} } = options;
    const digits = digitsOf(request);
    if (slow === undefined || digits !== slow.request) return refuses[digits] ?? null;
    slowSince ??= clock();
    if (clock() - slowSince < slow.ms) return 0x78;
    slowSince = null;
    return null;
  }
  const ecus: readonly Ecu[] = [first, ...others].map(speak);
  return {
    vin,
    bus,
    dialect,
    ignition: (on) => engine.ignition(on),
    startEngine: () => engine.start(),
    stopEngine: () => engine.stop(),
    drive: (kmh) => engine.drive(kmh),
    setCodes: (stored, pending = [], permanent = []) => {
      codes.stored = [...stored];
      codes.pending = [...pending];
      codes.permanent = [...permanent];
      const code = stored[0];
      const keep = () => new Map(FROZEN.flatMap((pid) => (first.live[pid] ? [[pid, first.live[pid]()] as const] : [])));
      frozen = code === undefined ? null : { code, values: keep() };
    },
    now,
    answer: (request, one = null) => {
      if (engine.now().state === 'off') return [];
      return ecus.flatMap((ecu, i) => {
        if (one !== null && one !== i) return [];
        const own = one === null ? undefined : options.maker?.[`${i}/${digitsOf(request)}`];
        if (own !== undefined) return [{ ecu: i, messages: [[...Buffer.from(own, 'hex')]] }];
        const reason = i === 0 ? refusal(request) : null;
        const messages = reason === null ? ecu(request, one !== null) : [[0x7f, request[0] ?? 0, reason]];
        return messages.length === 0 ? [] : [{ ecu: i, messages }];
      });
    },
  };
}

function digitsOf(request: readonly number[]): string {
  return Buffer.from(request).toString('hex').toUpperCase();
}
