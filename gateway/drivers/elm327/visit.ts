import type { DeviceOf } from '../../../config/schema/devices.ts';
import { LiftgateError } from '../../../protocols/error.ts';
import type { Clock } from '../../../protocols/time.ts';
import type { Emit } from '../driver.ts';
import { now } from '../pause.ts';
import type { Adapter } from './adapter.ts';
import type { Depth } from './bus.ts';
import { newNotes } from './chores.ts';
import type { Exchange } from './exchange.ts';
import { Power } from './power.ts';
import { Rest } from './rest.ts';
import { type Left, Stay } from './stay.ts';
import { Voice } from './voice.ts';
import { Voltmeter } from './voltmeter.ts';

export interface Visit {
  readonly config: DeviceOf<'elm327'>;
  readonly clock: Clock;
  readonly adapter: Adapter;
  readonly exchange: Exchange;
  readonly bauds: readonly number[];
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Pauses between two looks for a car: the first, and the longest. Every look wakes the bus of a parked car. */
const LOOK_MS = 700;
const LOOK_MAX_MS = 12_000;
/** The look before which an adapter that was reset gently is reset the hard way. */
const COLD_LOOK = 2;

/** The whole life of one connection: set the adapter up, look for a car, read it until it falls silent, and again. */
export async function visit(v: Visit): Promise<void> {
  const { config, clock, adapter, exchange, emit, signal } = v;
  const power = new Power(now());
  const voice = new Voice({ device: config.id, clock, emit, signal });
  const voltmeter = new Voltmeter({ adapter, exchange, power, voice, clock });
  const attach = (cold = false) => attachTo(v, cold);
  const notes = { car: newNotes(null) };
  const parts = { adapter, exchange, voltmeter, power, voice, attach };
  const rest = new Rest({ ...parts, radio: /^tcp:|rfcomm/.test(config.port) });
  const stay = new Stay({ ...parts, notes, intervalMs: config.interval * 1000 });

  /** Looks until a control unit answers (null), the adapter loses its settings, or the car is to be left alone. */
  async function findCar(): Promise<Left | null> {
    for (let look = 0, wait = LOOK_MS; ; look++, wait = Math.min(wait * 2, LOOK_MAX_MS)) {
      // What a gentle reset has left in the adapter may be what stands in the way.
      if (look === COLD_LOOK && adapter.facts?.warm) await attach(true);
      const search = await voice.alive(exchange.hold(adapter.connect(depthOf(look, adapter.knowsProtocol))));
      if (search.outcome === 'reset') return 'reset';
      if (search.outcome === 'found') return null;
      const volts = await voltmeter.sample();
      power.engine(null, now());
      voice.absent();
      voice.voltage(volts);
      if (power.mode(now()) !== 'poll') return 'rest';
      await voltmeter.watch(now() + wait);
    }
  }

  await attach();
  while (!signal.aborted) {
    const left = (await findCar()) ?? (await stay.run());
    voice.vin = null;
    if (left === 'reset') await attach();
    else if (left === 'rest') await rest.untilStirred();
  }
}

async function attachTo({ adapter, exchange, bauds, config }: Visit, cold: boolean): Promise<void> {
  const attached = await exchange.hold(adapter.attach(bauds, cold));
  if (attached.outcome === 'attached') return;
  const { heard, tried } = attached;
  throw new LiftgateError(
    'unreachable',
    `no prompt from an adapter on ${config.port} (said ${tried}; heard ${heard}); is it an ELM327, has it power, and is "baud" right?`,
    { about: config.port },
  );
}

/** A search may take a quarter of a minute: where a protocol is known, most looks try that alone, the first ones too. */
function depthOf(look: number, known: boolean): Depth {
  if (!known) return look === 0 ? 'walk' : 'search';
  return look % 4 === 2 ? 'search' : 'last';
}
