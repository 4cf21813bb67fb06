import { type Draw, seeded } from '../fleet.ts';
import { drive, type LogSample, type Memory, newMemory } from './drive.ts';
import { type Decay, drawVehicle, FAULTS, type Fault, harmOf, type Vehicle } from './vehicle.ts';

export { FAULTS, type Fault, type LogSample };

const DAY_MS = 86_400_000;
const BEGIN = Date.UTC(2024, 0, 8);

export interface VehicleLife {
  readonly vehicle: Vehicle;
  /** ms of the first and of the last day. */
  readonly from: number;
  readonly until: number;
}

/** The truth of one fault. Times in ms. */
export interface FaultTruth {
  readonly fault: Fault;
  /** The first harm. */
  readonly onsetAt: number;
  /** The part has failed: the car does not start, or the maker's limit is passed. Null: not within the log. */
  readonly failedAt: number | null;
  readonly repairedAt: number | null;
}

/** Draws the n-th car of a fleet. The same seed and number are the same car, whatever the others are. */
export function lifeOf(fleet: string, index: number, days: number): VehicleLife {
  return { vehicle: drawVehicle(drawOf(fleet, index, 'car'), days), from: BEGIN, until: BEGIN + days * DAY_MS };
}

export function truthOf({ vehicle, from, until }: VehicleLife): FaultTruth[] {
  return vehicle.decays.map((d: Decay) => {
    const failed = from + (d.onset + d.daysToFailure) * DAY_MS;
    return {
      fault: d.fault,
      onsetAt: Math.round(from + d.onset * DAY_MS),
      failedAt: failed < until ? Math.round(failed) : null,
      repairedAt: d.repaired === null ? null : Math.round(from + d.repaired * DAY_MS),
    };
  });
}

/** Harm of a part on a day of the log, 0 to 1 (failed) and beyond: for plots of the truth. */
export function harmAt(life: VehicleLife, fault: Fault, at: number): number {
  return harmOf(life.vehicle, fault, (at - life.from) / DAY_MS);
}

/**
 * All that is logged of a car, drive by drive, in the order of time. Every trip is driven, since each one wears and warms;
 * only some are listened to. Days without log, cleared memories, a dongle that sat in another car: as with real logs.
 */
export function* drivesOf(fleet: string, index: number, life: VehicleLife): Generator<readonly LogSample[]> {
  const { vehicle: v } = life;
  const draw = drawOf(fleet, index, 'log');
  const memory = newMemory(v);
  const other = drawVehicle(drawOf(fleet, index, 'other'), 365);
  const otherMemory = newMemory(other);
  const days = (life.until - life.from) / DAY_MS;
  let lastEnd = life.from - 12 * 3_600_000;
  let coolant = v.climate.mean;
  let clears = [...v.reading.clears].sort((a, b) => a - b);
  for (let day = 0; day < days; day++) {
    const trips = count(v.use.tripsPerDay, draw);
    for (let i = 0; i < trips; i++) {
      const hour = 6 + (15 * (i + draw())) / Math.max(1, trips);
      const at = Math.max(lastEnd + 600_000, life.from + day * DAY_MS + hour * 3_600_000);
      const when = (at - life.from) / DAY_MS;
      const ambient = airAt(v, when, hour, draw);
      const hoursOff = (at - lastEnd) / 3_600_000;
      const cooled = ambient + (coolant - ambient) * Math.exp(-hoursOff / 2.5);
      const minutes = Math.min(180, Math.max(2, v.use.minutes * Math.exp(0.5 * (draw() + draw() + draw() - 1.5) * 2)));
      if (clears[0] !== undefined && when >= clears[0]) {
        clears = clears.slice(1);
        forget(memory, v);
      }
      if (v.decays.some((d) => d.repaired !== null && when >= d.repaired && when - d.repaired < 1)) forget(memory, v);
      const logged = isLogged(v, when, draw);
      const swapped = v.reading.swapped !== null && when >= v.reading.swapped && when < v.reading.swapped + 2;
      const trip = { at, day: when, minutes, ambient, coolant: cooled, hoursOff };
      const driven = drive(v, memory, trip, logged && !swapped, draw);
      coolant = driven.coolant;
      lastEnd = at + minutes * 60_000;
      const heard = swapped ? drive(other, otherMemory, trip, logged, draw).samples : driven.samples;
      if (heard.length > 0) yield heard;
    }
  }
}

function isLogged(v: Vehicle, day: number, draw: Draw): boolean {
  if (v.reading.gaps.some((g) => day >= g.from && day < g.to)) return false;
  return draw() < v.reading.tripsPerWeek / (7 * v.use.tripsPerDay);
}

function forget(memory: Memory, v: Vehicle) {
  memory.cleared = { km: 0, warmUps: 0, minutes: 0 };
  memory.trims = [v.build.trim / 2, v.build.trim / 2, v.build.trim / 2];
}

function airAt(v: Vehicle, day: number, hour: number, draw: Draw): number {
  const { mean, season, day: swing } = v.climate;
  const year = -season * Math.cos((2 * Math.PI * (day - 10)) / 365);
  return mean + year - swing * Math.cos((2 * Math.PI * (hour - 3)) / 24) + 6 * (draw() + draw() - 1);
}

function count(mean: number, draw: Draw): number {
  const base = Math.floor(mean);
  return base + (draw() < mean - base ? 1 : 0) + (draw() < 0.1 ? 1 : 0) - (draw() < 0.1 && base > 0 ? 1 : 0);
}

/** Streams of numbers that do not touch each other: what is drawn of the car does not hang on how it is driven. */
function drawOf(fleet: string, index: number, what: string): Draw {
  let hash = 2_166_136_261;
  for (const c of `${fleet}/${index}/${what}`) hash = Math.imul(hash ^ c.charCodeAt(0), 16_777_619);
  return seeded(hash >>> 0);
}
