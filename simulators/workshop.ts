import type { Clock } from '../protocols/time.ts';
import type { Car, Day, Step } from './day.ts';
import { type Draw, drawCar, seeded } from './fleet.ts';
import type { BayRig, Rigs } from './rig.ts';
import { sleep } from './sleep.ts';

/** One line of the truth: what really happened, whatever the devices say of it. */
export interface Truth {
  readonly at: number;
  readonly bay: string;
  readonly vin: string;
  readonly what: 'enter' | 'leave' | Step['verb'];
  readonly argument: string;
}

export interface WorkshopOptions {
  readonly day: Day;
  readonly rigs: Rigs;
  readonly clock: Clock;
  /** How much faster than real time the script goes; the devices themselves live in real time. */
  readonly speed: number;
  /** Each line of the truth, as it happens. */
  readonly onTruth: (line: Truth) => void;
  /** A car is on its way: time to write a work order. Called well before it arrives. */
  readonly onExpected?: (car: Car) => void;
}

/** Plays the day: drives all device simulators from one truth. Resolves at the end of the day, or when aborted. */
export async function runWorkshop(options: WorkshopOptions, signal: AbortSignal): Promise<void> {
  const { day, speed } = options;
  const draw = seeded(day.seed);
  for (let round = 0; !signal.aborted; round++) {
    const cars = round === 0 ? day.cars : day.cars.map((car) => drawCar(car, draw));
    for (const car of cars) options.onExpected?.(car);
    const visits = cars.map((car) => visit(car, options, draw, signal));
    await Promise.all([...visits, day.repeat === undefined ? null : sleep(day.repeat / speed, signal)]);
    if (day.repeat === undefined) return;
  }
}

async function visit(car: Car, options: WorkshopOptions, draw: Draw, signal: AbortSignal): Promise<void> {
  const { rigs, speed, clock } = options;
  if (!(await sleep(car.arrives / speed, signal))) return;
  const arrived = performance.now();
  let bay = rigs.bay(car.bay);
  const vehicle = rigs.vehicle(car, draw);
  const tell = (what: Truth['what'], argument = '') =>
    options.onTruth({ at: clock(), bay: bay.id, vin: car.vin, what, argument });

  // The clerk moves the car before, if another stands there still.
  await bay.free(signal);
  if (signal.aborted) return;
  bay.enter(vehicle);
  tell('enter');
  for (const step of car.steps) {
    const due = step.after / speed - (performance.now() - arrived);
    if (due > 0 && !(await sleep(due, signal))) break;
    if (step.verb === 'move') {
      const next = rigs.bay(step.argument);
      await next.free(signal);
      if (signal.aborted) break;
      tell('move', step.argument);
      bay.leave();
      bay = next;
      bay.enter(vehicle);
      tell('enter');
    } else {
      tell(step.verb, step.argument);
      await act(step, car, bay, speed, signal);
    }
  }
  await vehicle.close();
}

/** One step of a visit, on the devices of its bay. */
async function act(step: Step, car: Car, bay: BayRig, speed: number, signal: AbortSignal): Promise<void> {
  switch (step.verb) {
    case 'scan':
      return bay.scan(car.vin);
    case 'scan-bay':
      return bay.scan(`BAY:${bay.id}`);
    case 'hold':
      return bay.scan(`HOLD:${step.argument}`);
    case 'release':
      return bay.scan('HOLD:none');
    case 'plug':
      return bay.plug();
    case 'unplug':
      return bay.unplug();
    case 'start':
      return void bay.vehicle?.startEngine();
    case 'stop':
      return void bay.vehicle?.stopEngine();
    case 'codes':
      return void bay.vehicle?.setCodes(step.argument.split('+'));
    case 'lift':
      return bay.lift(step.argument === 'up' ? 1_750 : 0, speed);
    case 'work':
      return bay.work(step.argument, speed, signal);
    case 'leave':
      return bay.leave();
    case 'move':
      return;
  }
}
