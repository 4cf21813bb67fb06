import type { EngineReadings, VehicleFault } from './engine.ts';
import type { Powertrain } from './self-tests.ts';

/** Parameters by number, each with its data bytes. */
export type Parameters = Readonly<Record<number, () => readonly number[]>>;

interface LiveOptions {
  readonly powertrain: Powertrain;
  readonly faults: readonly VehicleFault[];
  readonly stored: () => readonly string[];
  readonly odometerKm: number;
  readonly fuel: number;
  readonly now: () => EngineReadings;
  /** Monitors have run since the memory was cleared. */
  readonly ready: () => boolean;
}

/** Monitors that the unit has, bytes B and C of parameter 01: spark or compression ignition (bit 3 of B). */
const MONITORS = { petrol: [0x07, 0xe5], hybrid: [0x07, 0xe5], diesel: [0x0f, 0xeb] } as const;
/** A petrol engine below this runs without its sensor. */
const CLOSED_LOOP_C = 45;
const FULL_BATTERY_AH = 21;

/** Parameters of service 01 that the engine's control unit tells (SAE J1979-DA). */
export function liveOf(options: LiveOptions): Parameters {
  const { powertrain, faults, stored, now, ready } = options;
  const common: Parameters = {
    1: () => {
      const [b, c] = MONITORS[powertrain];
      return [(stored().length > 0 ? 0x80 : 0) | Math.min(stored().length, 127), b, c, ready() ? 0x00 : c];
    },
    4: () => [scaled(now().load, 100 / 255)],
    5: () => [byte(now().coolant + 40)],
    12: () => word(now().rpm * 4),
    13: () => [byte(now().speed)],
    15: () => [byte(now().intakeAir + 40)],
    16: () => word(now().maf * 100),
    17: () => [scaled(now().throttle, 100 / 255)],
    // OBD as defined by EOBD, the value for cars sold in China and Europe.
    28: () => [0x06],
    31: () => word(now().runTime),
    33: () => word(stored().length > 0 ? 120 : 0),
    47: () => [scaled(options.fuel, 100 / 255)],
    48: () => [ready() ? 60 : 0],
    49: () => word(ready() ? 2_400 : 0),
    66: () => word((now().voltage - 0.1) * 1000),
    70: () => [byte(now().ambient + 40)],
    77: () => word(stored().length > 0 ? 150 : 0),
    78: () => word(ready() ? 3_100 : 0),
    // The oil follows the coolant.
    92: () => [byte(now().coolant - 4 + 40)],
    166: () => {
      const tenths = Math.round(options.odometerKm * 10);
      return [...word(Math.floor(tenths / 65_536)), ...word(tenths % 65_536)];
    },
  };
  if (powertrain === 'diesel') return { ...common, ...filter(faults.includes('loaded-filter'), now) };
  const petrol: Parameters = {
    ...common,
    // Fuel system 1: off, open loop while cold, closed loop; there is no second.
    3: () => [now().rpm === 0 ? 0x00 : now().coolant < CLOSED_LOOP_C ? 0x01 : 0x02, 0x00],
    6: () => [scaled(now().shortTrim + 100, 100 / 128)],
    7: () => [scaled(now().longTrim + 100, 100 / 128)],
    // One sensor before the catalyst, one behind it.
    19: () => [0x03],
  };
  return powertrain === 'hybrid' ? { ...petrol, ...pack(now) } : petrol;
}

/** Parameters 7A, 7C, 8B of a diesel: one filter. */
function filter(loaded: boolean, now: () => EngineReadings): Parameters {
  // Pressure rises with the flow; a loaded filter lets less through, and is burnt clean more often.
  const pressure = () => Math.round(now().maf * (loaded ? 30 : 12));
  return {
    122: () => [0x01, ...word(pressure()), 0, 0, 0, 0],
    124: () => [0x03, ...word((220 + 40) * 10), ...word((205 + 40) * 10), 0, 0, 0, 0],
    // Regeneration status, trigger, and means of time and distance between two.
    139: () => [0x73, 0x00, byte(loaded ? 240 : 90), ...word(loaded ? 160 : 520), ...word(loaded ? 180 : 610)],
  };
}

/** Parameters 5B, 9A and B2 of a hybrid: what is driven comes out of the pack. */
function pack(now: () => EngineReadings): Parameters {
  const amps = () => (now().speed > 0 ? 18 : -2);
  const charge = () => Math.min(100, Math.max(0, 70 - (amps() * now().runTime) / 36 / FULL_BATTERY_AH));
  const signed = (value: number) => word(value < 0 ? value + 65_536 : value);
  return {
    91: () => [scaled(charge(), 100 / 255)],
    154: () => [0x07, 0x00, ...word(288 * 64), ...signed(amps() * 10)],
    178: () => [scaled(92, 100 / 255)],
  };
}

export function byte(value: number): number {
  return Math.min(255, Math.max(0, Math.round(value)));
}

function scaled(value: number, step: number): number {
  return byte(value / step);
}

export function word(value: number): [number, number] {
  const whole = Math.min(65_535, Math.max(0, Math.round(value)));
  return [whole >> 8, whole & 0xff];
}
