import type { SignalName } from '../../protocols/signal.ts';
import type { Draw } from '../fleet.ts';
import { type Fault, harmOf, type Vehicle } from './vehicle.ts';

/** One value of a log, as a dongle or a visit gives it. */
export interface LogSample {
  /** ms since 1970. */
  readonly at: number;
  readonly signal: SignalName;
  readonly value: number | boolean | readonly string[];
  readonly part: string | null;
}

const CODES: Readonly<Record<Fault, string>> = {
  battery: 'P0562',
  alternator: 'P0622',
  thermostat: 'P0128',
  'vacuum-leak': 'P0171',
  'air-meter': 'P0171',
  'fuel-delivery': 'P0171',
  catalyst: 'P0420',
  misfire: 'P0301',
  'oxygen-sensor': 'P0133',
  'particulate-filter': 'P2463',
};

/** What the car itself has learned and counted; it changes from drive to drive. */
export interface Memory {
  odometer: number;
  /** Distance, warm-ups and engine minutes since codes were cleared. */
  cleared: { km: number; warmUps: number; minutes: number };
  /** Learned long-term trim, from low to high air flow. */
  trims: [number, number, number];
  soot: number;
  sinceRegeneration: number;
}

export function newMemory(vehicle: Vehicle): Memory {
  return {
    odometer: vehicle.use.odometer,
    cleared: { km: 5_000, warmUps: 255, minutes: 9_000 },
    trims: [vehicle.build.trim, vehicle.build.trim, vehicle.build.trim],
    soot: 0.3,
    sinceRegeneration: 200,
  };
}

/**
 * Drives once and gives what was logged of it. The car is a few differential equations: the coolant takes up heat with the
 * fuel that is burnt and loses it to the radiator as the thermostat opens; the fuel system learns what its oxygen sensor
 * shows; the battery's voltage falls with its inner resistance, the cold and its age.
 *
 * @param at ms when the key turns; `day` the same in days after the log began
 * @param logged whether anybody listens: the car itself changes either way
 */
export function drive(
  v: Vehicle,
  memory: Memory,
  trip: { at: number; day: number; minutes: number; ambient: number; coolant: number; hoursOff: number },
  logged: boolean,
  draw: Draw,
): { samples: LogSample[]; coolant: number } {
  const samples: LogSample[] = [];
  const harm = (fault: Fault) => harmOf(v, fault, trip.day);
  const n = () => (draw() + draw() + draw() + draw() - 2) * 1.73 * v.reading.noise;
  const hears = (signal: SignalName) => logged && !v.reading.missing.includes(signal);
  const say = (at: number, signal: SignalName, value: LogSample['value'], part: string | null = null) => {
    if (hears(signal)) samples.push({ at: Math.round(at), signal, value, part });
  };
  start(v, memory, trip, harm, n, say, draw);

  const engine = v.powertrain === 'hybrid' ? 0.6 : 1;
  let coolant = trip.coolant;
  let speed = 0;
  let target = 0;
  let km = 0;
  const step = v.reading.everySeconds;
  const seconds = trip.minutes * 60;
  const hasTrims = v.powertrain !== 'diesel';
  const peak = Math.min(1, 0.4 + v.use.highway);
  for (let t = step; t < seconds; t += step) {
    if (draw() < step / 40) target = draw() < 0.25 ? 0 : draw() < v.use.highway ? 80 + 45 * draw() : 15 + 50 * draw();
    speed += (target - speed) * Math.min(1, step / 12);
    const runs = v.powertrain !== 'hybrid' || speed > 30 || coolant < 60;
    const rpm = runs ? Math.max(speed < 3 ? 750 : 1_100, 650 + 21 * speed + 250 * (draw() - 0.4) * peak) : 0;
    const load = runs ? Math.min(98, 18 + 0.35 * speed + 25 * Math.max(0, (target - speed) / 40) + 3 * n()) : 0;
    const fill = (rpm / 1_000) * v.build.displacement * 8.4;
    const flow = fill * airOf(v, load / 100);
    coolant = warm(v, coolant, fill * heatOf(v, load / 100), speed, trip.ambient, harm('thermostat'), step);
    km += (speed * step) / 3_600;
    if (!logged) continue;
    const at = trip.at + t * 1_000 + (draw() - 0.5) * 400;
    say(at, 'obd.rpm', Math.max(0, Math.round((rpm + 8 * n()) * 4) / 4));
    say(at, 'obd.speed', Math.round(speed));
    say(at, 'obd.coolant', Math.round(coolant + 0.4 * n()));
    if (draw() < 0.3) say(at, 'obd.intake-air', Math.round(trip.ambient + 6 + 14 / (1 + speed / 15) + n()));
    if (draw() < 0.1) say(at, 'obd.ambient-air', Math.round(trip.ambient + 0.7 * n()));
    if (draw() < 0.2) say(at, 'obd.run-time', Math.round(t));
    if (runs) {
      say(at, 'obd.load', clamp(load, 0, 100));
      const meter = 1 - 0.22 * harm('air-meter');
      if (v.powertrain !== 'petrol-map') say(at, 'obd.maf', clamp(flow * meter + 0.1 * n(), 0, 655));
      // Behind a throttle some of the air's pressure; without one all of it, and the charger's on top.
      const manifold = v.powertrain === 'diesel' ? 99 + 0.9 * load : 28 + 0.72 * load;
      if (v.powertrain === 'petrol-map' || draw() < 0.3) say(at, 'obd.map', clamp(manifold + n(), 5, 255));
    }
    if (hasTrims && runs) trims(v, memory, { flow, load, coolant, at }, harm, n, say, draw);
    charging(v, { at, t, speed, target }, harm, n, say, draw);
  }
  if (seconds > 480) {
    memory.cleared.warmUps = Math.min(255, memory.cleared.warmUps + (trip.coolant < 50 ? 1 : 0));
  }
  memory.odometer += km;
  memory.cleared.km = Math.min(65_535, memory.cleared.km + km);
  memory.cleared.minutes = Math.min(65_535, memory.cleared.minutes + (seconds * engine) / 60);
  filter(v, memory, km, harm, draw);
  if (logged) end(v, memory, { at: trip.at + seconds * 1_000, seconds, coolant }, harm, n, say, draw);
  return { samples, coolant };
}

type Harm = (fault: Fault) => number;
type Noise = () => number;
type Say = (at: number, signal: SignalName, value: LogSample['value'], part?: string | null) => void;

const clamp = (x: number, low: number, high: number) => Math.round(100 * Math.max(low, Math.min(high, x))) / 100;

/** Key on, crank: rest voltage and the deepest dip. Hybrids start their engine from the traction battery. */
function start(
  v: Vehicle,
  memory: Memory,
  trip: { at: number; day: number; ambient: number; coolant: number; hoursOff: number },
  harm: Harm,
  n: Noise,
  say: Say,
  draw: Draw,
) {
  const worn = harm('battery');
  const age = v.build.ageing * (trip.day / 365);
  // A drained battery rests lower, a long stand drains it, a failing alternator leaves it half full.
  const drained = 0.25 * harm('alternator') + 0.12 * Math.min(1, trip.hoursOff / 240) * (1 + worn);
  const rest = v.build.rest - drained - 0.25 * worn - 0.15 * age + 0.02 * n();
  if (draw() < 0.8) say(trip.at - 4_000, 'obd.voltage', clamp(rest, 0, 20));
  if (v.powertrain !== 'hybrid') {
    const air = Math.max(trip.ambient, Math.min(trip.coolant, trip.ambient + 40));
    const cold = v.build.crankPerKelvin * (20 - air) * (1 + 0.8 * worn);
    const dip = v.build.crank - cold - 0.35 * age - 1.9 * worn - 1.2 * drained + 0.06 * n();
    say(trip.at, 'obd.crank-voltage', clamp(dip, 4, 15));
  }
  if (draw() < 0.7) say(trip.at + 3_000, 'obd.ambient-air', Math.round(trip.ambient + 0.5 * n()));
  say(trip.at + 3_500, 'obd.intake-air', Math.round(Math.max(trip.ambient, trip.coolant * 0.4) + 0.7 * n()));
  say(trip.at + 4_000, 'obd.coolant', Math.round(trip.coolant + 0.3 * n()));
  if (draw() < 0.8) say(trip.at + 4_500, 'obd.odometer', Math.round(memory.odometer * 10) / 10);
}

/**
 * How full the cylinders are, of what they take in at full load without a charger. Petrol engines are throttled: air goes
 * with the load. Diesels are not: air goes with the revolutions, less what is led back of the exhaust, more when charged.
 */
const airOf = (v: Vehicle, load: number) => (v.powertrain === 'diesel' ? 0.55 + 1.2 * load : load);

/** Heat goes with the fuel, so with the load; a diesel needs about a fifth less fuel energy for the same work. */
const heatOf = (v: Vehicle, load: number) => (v.powertrain === 'diesel' ? 0.8 * load : load);

/**
 * The coolant after a step: heat in with what is burnt (in g/s of air of a petrol engine), out through the engine's walls,
 * the heater and the radiator. A radiator is made to hold full load (49 g/s of air a litre) at top speed, some 190 km/h, with
 * 57 K between coolant and air: 0.0045 a litre, kelvin and km/h. On a motorway that is three times what is needed, so that an
 * engine whose thermostat stays open gets cold there and warmer when the car stands.
 */
function warm(
  v: Vehicle,
  coolant: number,
  burnt: number,
  speed: number,
  ambient: number,
  stuck: number,
  step: number,
): number {
  const opens = v.build.opens;
  const gate = Math.max(0, Math.min(1, (coolant - opens) / 10));
  // A thermostat that does not close lets the radiator cool from the start.
  const open = Math.max(gate, 0.55 * Math.min(1, stuck));
  // Calibrated so that this car warms up from 20 to 75 degrees in its own time at some 12 g/s.
  const gain = 55 / (v.build.warmUpSeconds * (12 + 4));
  const heat = gain * (burnt + 4);
  const radiator = v.build.displacement * (0.08 + 0.0045 * speed);
  const loss = gain * (coolant - ambient) * (0.05 + open * radiator);
  let next = coolant;
  const parts = Math.max(1, Math.ceil(step / 5));
  for (let i = 0; i < parts; i++) next += ((heat - loss) * step) / parts;
  return Math.min(next, opens + 14);
}

/** Fuel trims: what the oxygen sensor must correct now, and what of that is learned for this range of air flow. */
function trims(
  v: Vehicle,
  memory: Memory,
  now: { flow: number; load: number; coolant: number; at: number },
  harm: Harm,
  n: Noise,
  say: Say,
  draw: Draw,
) {
  const { flow } = now;
  const cell = flow < 6 ? 0 : flow < 20 ? 1 : 2;
  const leak = (25 * harm('vacuum-leak') * 3.2) / (3.2 + Math.max(0, flow - 2.5));
  const meter = 25 * harm('air-meter') * (0.85 + 0.15 * Math.min(1, flow / 30));
  const delivery = 25 * harm('fuel-delivery') * (0.3 + 0.7 * Math.min(1, flow / 35));
  const wanted = v.build.trim + leak + meter + delivery;
  const learned = memory.trims[cell];
  const closed = now.coolant > 45 && now.load < 90;
  if (closed) memory.trims[cell] = Math.max(-25, Math.min(25, learned + 0.04 * (wanted - learned)));
  if (draw() < 0.3) say(now.at, 'obd.closed-loop', closed);
  if (draw() < 0.05) say(now.at, 'obd.purge', clamp(draw() < 0.7 ? 0 : 60 * draw(), 0, 100));
  const short = closed ? wanted - learned + v.build.trimNoise * n() : 0;
  const bits = (x: number) => Math.round((Math.max(-30, Math.min(30, x)) * 128) / 100) / 1.28;
  say(now.at, 'obd.stft-1', bits(short));
  say(now.at, 'obd.ltft-1', bits(memory.trims[cell]));
  if (v.cylinders === 6) {
    // Of both banks only the leak may sit at one of them.
    const other = memory.trims[cell] - leak * 0.8;
    say(now.at, 'obd.stft-2', bits(closed ? v.build.trimNoise * n() : 0));
    say(now.at, 'obd.ltft-2', bits(other));
  }
}

/** What the alternator makes of it; smart charging lets go while nothing is to be gained, and charges on the overrun. */
function charging(
  v: Vehicle,
  now: { at: number; t: number; speed: number; target: number },
  harm: Harm,
  n: Noise,
  say: Say,
  draw: Draw,
) {
  if (draw() > 0.4) return;
  const lets = v.build.smartCharging && now.t > 180 && now.target >= now.speed - 5;
  const made = lets ? 12.7 + 0.3 * draw() : v.build.charge - 0.15 * Math.min(1, now.t / 900);
  const worn = harm('alternator');
  const volts = made - Math.max(0, made - 12.1) * Math.min(1, worn) * (0.75 + 0.35 * draw());
  const say2 = clamp(volts + 0.04 * n() * (1 + 2 * worn), 0, 20);
  say(now.at, draw() < 0.5 ? 'obd.voltage' : 'obd.module-voltage', say2);
}

/** Soot comes with the distance and goes with a regeneration; a filter full of ash fills ever sooner. */
function filter(v: Vehicle, memory: Memory, km: number, harm: Harm, draw: Draw) {
  if (v.powertrain !== 'diesel') return;
  const interval = v.build.regeneration * (1 - 0.75 * Math.min(1, harm('particulate-filter')));
  memory.soot += (km / interval) * (0.85 + 0.3 * draw());
  memory.sinceRegeneration += km;
  if (memory.soot >= 1 && km > 12) {
    memory.soot = 0.08;
    memory.sinceRegeneration = 0;
  }
}

/** What is asked once at the end of a drive: service 06, counters, codes. */
function end(
  v: Vehicle,
  memory: Memory,
  now: { at: number; seconds: number; coolant: number },
  harm: Harm,
  n: Noise,
  say: Say,
  draw: Draw,
) {
  const { at } = now;
  const ran = now.coolant > 70 && now.seconds > 600;
  if (v.powertrain !== 'diesel') {
    if (ran && draw() < 0.6) {
      const left = v.build.catalyst - (v.build.catalyst - 1) * harm('catalyst');
      test(say, at, '21/80', clamp(Math.max(0.2, left + 0.12 * n()), 0, 64), 1, 64);
      const slow = v.build.oxygen + (100 - v.build.oxygen) * harm('oxygen-sensor');
      test(say, at, '01/85', clamp(Math.max(8, slow * (1 + 0.05 * n())), 0, 655), 0, 100);
    }
    const rate = now.seconds / 1_200;
    for (let c = 1; c <= v.cylinders; c++) {
      const bad = c === 1 + (v.vin.charCodeAt(16) % v.cylinders) ? 260 * harm('misfire') ** 1.5 : 0;
      const mean = rate * (v.build.misfires + bad);
      say(at, 'obd.misfires', Math.max(0, Math.round(mean + Math.sqrt(mean + 0.2) * n())), String(c));
    }
  } else if (draw() < 0.8) {
    const interval = v.build.regeneration * (1 - 0.75 * Math.min(1, harm('particulate-filter')));
    say(at, 'obd.dpf-regeneration-distance', Math.round(interval * (1 + 0.06 * n())));
    say(at, 'obd.dpf-trigger', clamp(100 * Math.min(1, memory.soot), 0, 100));
  }
  const { km, warmUps, minutes } = memory.cleared;
  say(at, 'obd.distance-since-clear', Math.round(km));
  say(at, 'obd.warm-ups-since-clear', warmUps);
  say(at, 'obd.minutes-since-clear', Math.round(minutes));
  say(at, 'obd.monitors-incomplete', warmUps < 4 ? 4 - warmUps : 0);
  const stored = v.decays
    .map((d) => d.fault)
    .filter((f) => harm(f) >= 1)
    .map((f) => CODES[f]);
  say(at, 'obd.codes.stored', stored);
}

function test(say: Say, at: number, part: string, value: number, min: number, max: number) {
  say(at, 'obd.test-value', value, part);
  say(at, 'obd.test-min', min, part);
  say(at, 'obd.test-max', max, part);
}
