import type { Clock } from '../../protocols/time.ts';
import { type Ecu, engineEcu, gearboxEcu } from './ecu.ts';
import { createEngine, type EngineReadings, type VehicleFault } from './engine.ts';

export type { VehicleFault } from './engine.ts';

/** The diagnostic bus of the car; numbers of the ELM327 protocol list beside it. */
export const BUSES = { 'can-11': '6', 'can-29': '7', kwp: '5', 'iso-9141': '3' } as const;
export type Bus = keyof typeof BUSES;

export interface VehicleOptions {
  readonly vin: string;
  readonly clock: Clock;
  readonly faults?: readonly VehicleFault[];
  readonly seed?: number;
  readonly bus?: Bus;
  /** °C; 20 if left out. */
  readonly ambient?: number;
  /** Coolant at the beginning, °C; as warm as the air if left out. */
  readonly coolant?: number;
  /** How long the starter turns, in ms of the clock; 1,200 if left out. */
  readonly crankMs?: number;
  readonly odometerKm?: number;
  /** Percent. */
  readonly fuel?: number;
}

export interface EcuAnswer {
  /** Number of the control unit: 0 the engine, 1 the gearbox. */
  readonly ecu: number;
  /** Service byte first. On the older buses an answer may take several messages of at most seven bytes. */
  readonly messages: readonly (readonly number[])[];
}

export interface Vehicle {
  readonly vin: string;
  readonly bus: Bus;
  /** Ignition on without the engine, or all off. */
  ignition(on: boolean): void;
  startEngine(): void;
  stopEngine(): void;
  /** A steady speed in km/h; needs a running engine. */
  drive(kmh: number): void;
  setCodes(stored: readonly string[], pending?: readonly string[], permanent?: readonly string[]): void;
  /** What is true now, for whoever keeps the score. */
  now(): EngineReadings;
  /** What every control unit says to a request that goes to all of them; nothing while the car sleeps. */
  answer(request: readonly number[]): EcuAnswer[];
}

/** A car with two control units. The starter does not put them to sleep. */
export function createVehicle(options: VehicleOptions): Vehicle {
  const { vin, clock, faults = [], seed = 1, bus = 'can-11', ambient = 20 } = options;
  const { coolant = ambient, crankMs = 1_200, odometerKm = 48_210, fuel = 61 } = options;
  const engine = createEngine({ faults, seed, clock, ambient, coolant, crankMs });
  const codes = { stored: [] as string[], pending: [] as string[], permanent: [] as string[] };
  const can = bus === 'can-11' || bus === 'can-29';
  const ecus: readonly Ecu[] = [
    engineEcu({ vin, can, codes, odometerKm, fuel, now: () => engine.now() }),
    gearboxEcu({ can, now: () => engine.now() }),
  ];
  return {
    vin,
    bus,
    ignition: (on) => engine.ignition(on),
    startEngine: () => engine.start(),
    stopEngine: () => engine.stop(),
    drive: (kmh) => engine.drive(kmh),
    setCodes: (stored, pending = [], permanent = []) => {
      codes.stored = [...stored];
      codes.pending = [...pending];
      codes.permanent = [...permanent];
    },
    now: () => engine.now(),
    answer: (request) => {
      if (engine.now().state === 'off') return [];
      return ecus.flatMap((ecu, i) => {
        const messages = ecu(request);
        return messages.length === 0 ? [] : [{ ecu: i, messages }];
      });
    },
  };
}
