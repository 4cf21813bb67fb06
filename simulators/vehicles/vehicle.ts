import type { Draw } from '../fleet.ts';
import { vinOf } from '../fleet.ts';

/** Parts whose decay is simulated, and how it shows. */
export const FAULTS = [
  'battery',
  'alternator',
  'thermostat',
  'vacuum-leak',
  'air-meter',
  'fuel-delivery',
  'catalyst',
  'misfire',
  'oxygen-sensor',
  'particulate-filter',
] as const;
export type Fault = (typeof FAULTS)[number];

type Powertrain = 'petrol' | 'petrol-map' | 'diesel' | 'hybrid';

/** One part that wears out: from `onset` on, harm grows from 0 to 1 (the part has failed) and beyond, by a power law. */
export interface Decay {
  readonly fault: Fault;
  /** Days after the beginning of the log. */
  readonly onset: number;
  readonly daysToFailure: number;
  readonly power: number;
  /** The day of the repair; null: never within the log. */
  readonly repaired: number | null;
}

/** A car as it was drawn: what it is, how it is used, how it is read, and what will break. */
export interface Vehicle {
  readonly vin: string;
  readonly powertrain: Powertrain;
  readonly cylinders: number;
  readonly decays: readonly Decay[];
  readonly use: {
    readonly tripsPerDay: number;
    readonly minutes: number;
    /** Share of the time at high speed. */
    readonly highway: number;
    readonly odometer: number;
  };
  readonly climate: { readonly mean: number; readonly season: number; readonly day: number };
  readonly reading: {
    /** Trips that are logged: all of some days (a dongle that stays in the car) or what a visit shows. */
    readonly tripsPerWeek: number;
    readonly everySeconds: number;
    readonly missing: readonly string[];
    readonly noise: number;
    /** Days without any log, such as a dongle that lay in a drawer. */
    readonly gaps: readonly { readonly from: number; readonly to: number }[];
    /** The day on which the dongle was plugged into another car for some trips; null: never. */
    readonly swapped: number | null;
    /** Days on which somebody cleared the codes or took the battery off. */
    readonly clears: readonly number[];
  };
  readonly build: {
    readonly crank: number;
    readonly crankPerKelvin: number;
    readonly rest: number;
    readonly ageing: number;
    readonly charge: number;
    readonly smartCharging: boolean;
    readonly warmUpSeconds: number;
    readonly opens: number;
    readonly trim: number;
    readonly trimNoise: number;
    readonly catalyst: number;
    readonly oxygen: number;
    readonly misfires: number;
    readonly regeneration: number;
    readonly displacement: number;
  };
}

const between = (draw: Draw, low: number, high: number) => low + (high - low) * draw();
const pick = <T>(draw: Draw, from: readonly T[]): T => from[Math.floor(draw() * from.length)]!;
const chance = (draw: Draw, p: number) => draw() < p;

/** Which parts can break in which car. */
function canBreak(fault: Fault, powertrain: Powertrain): boolean {
  switch (fault) {
    case 'battery':
    case 'alternator':
      return powertrain !== 'hybrid';
    case 'thermostat':
      return true;
    case 'particulate-filter':
      return powertrain === 'diesel';
    case 'air-meter':
      return powertrain === 'petrol' || powertrain === 'hybrid';
    default:
      return powertrain !== 'diesel';
  }
}

/** Draws a car and its fate. The ranges are those of workshop books and public measurements, not of any detector. */
export function drawVehicle(draw: Draw, days: number): Vehicle {
  const powertrain = pick(draw, ['petrol', 'petrol', 'petrol', 'petrol-map', 'diesel', 'hybrid'] as const);
  const cylinders = pick(draw, [3, 4, 4, 4, 6]);
  const possible = FAULTS.filter((f) => canBreak(f, powertrain));
  const broken = chance(draw, 0.5) ? (chance(draw, 0.15) ? 2 : 1) : 0;
  const faults = [...possible].sort(() => draw() - 0.5).slice(0, broken);
  const stays = chance(draw, 0.6);
  const gaps = Array.from({ length: chance(draw, 0.4) ? 1 + Math.floor(draw() * 3) : 0 }, () => {
    const from = draw() * days;
    return { from, to: from + between(draw, 3, 30) };
  });
  return {
    vin: vinOf(draw),
    powertrain,
    cylinders,
    decays: faults.map((fault) => drawDecay(draw, fault, days)),
    use: {
      tripsPerDay: between(draw, 0.6, 4),
      minutes: Math.exp(between(draw, Math.log(7), Math.log(45))),
      highway: draw() * 0.7,
      odometer: between(draw, 500, 180_000),
    },
    climate: { mean: between(draw, 2, 24), season: between(draw, 3, 15), day: between(draw, 2, 7) },
    reading: {
      tripsPerWeek: stays ? between(draw, 1.5, 5) : between(draw, 0.5, 2),
      everySeconds: pick(draw, [5, 10, 15, 20, 30]),
      missing: [
        'obd.ambient-air',
        'obd.maf',
        'obd.odometer',
        'obd.closed-loop',
        'obd.module-voltage',
        'obd.run-time',
      ].filter(() => chance(draw, 0.12)),
      noise: between(draw, 0.6, 1.6),
      gaps,
      swapped: chance(draw, 0.04) ? draw() * days : null,
      clears: Array.from({ length: chance(draw, 0.3) ? 1 : 0 }, () => draw() * days),
    },
    build: {
      crank: between(draw, 10.4, 11.4),
      crankPerKelvin: between(draw, 0.006, 0.02),
      rest: between(draw, 12.45, 12.75),
      ageing: between(draw, 0, 0.25),
      charge: between(draw, 13.9, 14.6),
      smartCharging: chance(draw, 0.3),
      warmUpSeconds: between(draw, 220, 480),
      opens: between(draw, 82, 92),
      trim: between(draw, -4, 4),
      trimNoise: between(draw, 0.6, 2),
      catalyst: between(draw, 2.2, 6),
      oxygen: between(draw, 25, 55),
      misfires: between(draw, 0, 3),
      regeneration: between(draw, 450, 1_000),
      displacement: between(draw, 1, 3),
    },
  };
}

/** Days from the first harm to the failure, by part: some creep for half a year, some are gone within weeks. */
const COURSE: Readonly<Record<Fault, readonly [number, number]>> = {
  battery: [45, 220],
  alternator: [15, 90],
  thermostat: [10, 90],
  'vacuum-leak': [30, 150],
  'air-meter': [40, 240],
  'fuel-delivery': [40, 240],
  catalyst: [60, 300],
  misfire: [15, 120],
  'oxygen-sensor': [40, 240],
  'particulate-filter': [40, 200],
};

function drawDecay(draw: Draw, fault: Fault, days: number): Decay {
  const [quick, slow] = COURSE[fault];
  const onset = between(draw, 0.2, 0.7) * days;
  const daysToFailure = between(draw, quick, slow);
  const failed = onset + daysToFailure;
  const repaired = chance(draw, 0.7) ? failed + between(draw, 0, 25) : null;
  return {
    fault,
    onset,
    daysToFailure,
    power: between(draw, 0.8, 2.2),
    repaired: repaired !== null && repaired < days ? repaired : null,
  };
}

/** Harm at a day: 0 healthy, 1 failed, at most 1.4. */
export function harmOf(vehicle: Vehicle, fault: Fault, day: number): number {
  const decay = vehicle.decays.find((d) => d.fault === fault);
  if (!decay || day <= decay.onset || (decay.repaired !== null && day >= decay.repaired)) return 0;
  return Math.min(1.4, ((day - decay.onset) / decay.daysToFailure) ** decay.power);
}
