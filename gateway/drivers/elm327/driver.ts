import { setTimeout as pause } from 'node:timers/promises';
import type { DeviceOf } from '../../../config/schema.ts';
import { type Reading, reading } from '../../../protocols/reading.ts';
import type { SignalName } from '../../../protocols/signal.ts';
import type { Clock } from '../../../protocols/time.ts';
import type { Driver, Emit } from '../driver.ts';
import { openLine } from '../line.ts';
import { type Adapter, createAdapter } from './adapter.ts';
import { type Car, meetCar } from './car.ts';
import { CrankWatch } from './crank.ts';
import { createExchange } from './exchange.ts';

const CODES_MS = 30_000;
/** Pauses between two looks for a car: the first, and the longest. Every look wakes the bus of a parked car. */
const LOOK_MS = 3_000;
const LOOK_MAX_MS = 12_000;
/** While no car answers, the adapter's voltage is its sign of life. */
const VOLTAGE_MS = 3_000;
/** `ATRV` asks the adapter alone and costs the car nothing; often enough to see the starter. */
const SAMPLE_MS = 150;
/** Someone opened the car or turned the key. */
const STEP_V = 0.19;
/** No car has less; an adapter that is not plugged in measures noise. */
const LEAST_V = 6;

/**
 * Reads the car that an ELM327-compatible adapter is plugged into: identity, live values, trouble codes, battery.
 *
 * Emits `device.health` `ok` when a control unit has answered, `no-vehicle` while none does. Every reading names the
 * control unit and, once it was read, the VIN. Rejects with `unreachable` when the line is lost or the adapter is mute.
 */
export function createElm327(config: DeviceOf<'elm327'>, deps: { readonly clock: Clock }): Driver {
  return {
    run: async (emit, signal) => {
      if (signal.aborted) return;
      const stop = new AbortController();
      const onAbort = () => stop.abort();
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        const line = await openLine(config, signal);
        // A lost line ends the pauses between two rounds at once.
        const lost = line.closed.then((error) => {
          stop.abort();
          return error;
        });
        try {
          const adapter = createAdapter(createExchange(line, config.port));
          await converse({ config, clock: deps.clock, adapter, emit, signal: stop.signal });
        } catch (e) {
          throw stop.signal.aborted && !signal.aborted ? ((await lost) ?? e) : e;
        } finally {
          await line.close();
        }
      } catch (e) {
        if (!signal.aborted) throw e;
      } finally {
        signal.removeEventListener('abort', onAbort);
      }
    },
  };
}

interface Conversation {
  readonly config: DeviceOf<'elm327'>;
  readonly clock: Clock;
  readonly adapter: Adapter;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** The whole life of one connection: initialise, look for a car, read it until it falls silent, and again. */
async function converse({ config, clock, adapter, emit, signal }: Conversation): Promise<void> {
  const crank = new CrankWatch();
  let failure: unknown = null;
  let vin: string | null = null;

  const send = (readings: readonly Reading[]) => {
    if (failure !== null) throw failure;
    if (readings.length === 0) return;
    emit(readings).catch((e: unknown) => {
      failure = e ?? new Error('the store refused readings');
    });
  };
  const say = (name: SignalName, value: Reading['value']) => reading(config.id, name, value, clock(), { vin });

  /** One look at the voltmeter while the engine rests. Below what any car has it is noise: there is no car. */
  const sample = async () => {
    const volts = await adapter.voltage();
    if (volts === null || volts < LEAST_V) {
      crank.forget();
      return { volts: null, dipping: false };
    }
    return { volts, dipping: crank.voltage(volts, clock()) };
  };

  /** A parked car, or none: the adapter is there all the same. */
  const absent = (volts: number | null) =>
    volts === null ? [say('device.health', 'no-vehicle')] : [say('obd.voltage', volts)];

  /**
   * Watches the voltage until `until`; a dip is followed to its end. Of a parked car it also returns when something has
   * happened to it, and tells the voltage now and then.
   */
  const watch = async (until: number, parked: boolean) => {
    let dipped = false;
    let shown = clock();
    for (;;) {
      const before = crank.rest;
      const { volts, dipping } = await sample();
      const stepped = volts !== null && (before === null || Math.abs(volts - before) > STEP_V);
      const at = clock();
      if (parked && at - shown >= VOLTAGE_MS) {
        shown = at;
        send(absent(volts));
      }
      if (!dipping && (at >= until || dipped || (stepped && parked))) return;
      dipped = dipped || dipping;
      await pause(SAMPLE_MS, null, { signal });
    }
  };

  const notice = (round: readonly Reading[]): { readings: readonly Reading[]; running: boolean } => {
    const speeds = round.flatMap((r) => (r.signal === 'obd.rpm' && typeof r.value === 'number' ? [r.value] : []));
    const rpm = speeds.length === 0 ? null : Math.max(...speeds);
    const lowest = rpm === null ? null : crank.rpm(rpm, clock());
    const readings = lowest === null ? round : [...round, say('obd.crank-voltage', lowest)];
    return { readings, running: rpm === null || rpm > 0 };
  };

  /** Looks for a car until one answers; null when the adapter has lost its settings meanwhile. */
  const findCar = async (): Promise<Car | null> => {
    for (let look = 0, wait = LOOK_MS; ; look++, wait = Math.min(wait * 2, LOOK_MAX_MS)) {
      const reply = await adapter.connect(look % 2 === 1);
      if (reply.outcome === 'reset') return null;
      if (reply.outcome === 'answered') return meetCar(adapter, config.id, clock, reply);
      const { volts } = await sample();
      send([say('device.health', 'no-vehicle'), ...(volts === null ? [] : absent(volts))]);
      await watch(clock() + wait, true);
    }
  };

  /** Reads one car, round by round, until it falls silent or turns out to be another. */
  const readCar = async (car: Car): Promise<'silent' | 'reset'> => {
    let codesDue = clock();
    for (;;) {
      const began = clock();
      const live = await car.live();
      const { readings, running } = notice(live.readings);
      send(readings);
      if (live.outcome !== 'answered') return live.outcome === 'reset' ? 'reset' : 'silent';
      const volts = running ? await adapter.voltage() : (await sample()).volts;
      if (volts !== null && volts >= LEAST_V) send([say('obd.voltage', volts)]);
      if (clock() >= codesDue) {
        codesDue = clock() + CODES_MS;
        const codes = await car.codes();
        send(codes.readings);
        if (!codes.sameCar) return 'silent';
        if (codes.outcome === 'reset') return 'reset';
      }
      const next = began + config.interval * 1000;
      if (running) await pause(Math.max(0, next - clock()), null, { signal });
      else await watch(next, false);
    }
  };

  await adapter.initialise();
  while (!signal.aborted) {
    vin = null;
    const car = await findCar();
    if (car !== null) {
      vin = car.vin;
      const named = vin === null ? [] : [reading(config.id, 'obd.vin', vin, clock(), { part: car.source, vin })];
      send([say('device.health', 'ok'), ...named]);
      const end = await readCar(car);
      vin = null;
      if (end === 'silent') continue;
    }
    await adapter.initialise();
  }
}
