import type { DeviceOf } from '../../../config/schema.ts';
import { LiftgateError } from '../../../protocols/error.ts';
import { type Reading, type ReadingValue, reading } from '../../../protocols/reading.ts';
import type { SignalName } from '../../../protocols/signal.ts';
import type { Clock } from '../../../protocols/time.ts';
import type { Emit } from '../driver.ts';
import type { Adapter } from './adapter.ts';
import type { Depth } from './bus.ts';
import { type Identity, readCodes, readIdentity, readLive, readWanted, sayOf } from './car.ts';
import { CrankWatch } from './crank.ts';
import type { Exchange } from './exchange.ts';
import { Power } from './power.ts';
import { CAP, Schedule, type Want } from './schedule.ts';

export interface Visit {
  readonly config: DeviceOf<'elm327'>;
  readonly clock: Clock;
  readonly adapter: Adapter;
  readonly exchange: Exchange;
  readonly bauds: readonly number[];
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

const CODES_MS = 30_000;
/** A car that fell silent in the middle of being met gets this long before the next look. */
const SETTLE_MS = 500;
/** A dongle moves from car to car; whose values these are is asked again this often. */
const WHO_MS = 10_000;
/** Pauses between two looks for a car: the first, and the longest. Every look wakes the bus of a parked car. */
const LOOK_MS = 3_000;
const LOOK_MAX_MS = 12_000;
/** Without a voltmeter nothing tells that the key was turned; then looks go on, seldom. */
const BLIND_MS = 30_000;
/** While no car answers, the adapter's voltage is its sign of life; so is the time that a search takes. */
const ALIVE_MS = 3_000;
/** `ATRV` asks the adapter alone and costs the car nothing; often enough to see the starter. */
const SAMPLE_MS = 150;
/** An adapter that cannot sleep is asked this often while the car is left alone. */
const DROWSY_MS = 1_000;
/** A sleeping adapter is woken this often: the ignition is to be seen within five seconds. */
const NAP_MS = 3_500;
/** Someone opened the car or turned the key. */
const STEP_V = 0.19;
/** No car has less; an adapter that is not plugged in measures noise. */
const LEAST_V = 6;
/** Parameters that change slowly are asked for at a tenth of the pace. */
const SLOW: ReadonlySet<number> = new Set([0x0f, 0x2f, 0x46, 0xa6]);
const SLOW_TIMES = 10;
const RPM = 0x0c;
/** Faster than any starter turns an engine. */
const RUNNING_RPM = 400;

type Left = 'silent' | 'reset' | 'rest';

/** The whole life of one connection: set the adapter up, look for a car, read it until it falls silent, and again. */
export async function visit(v: Visit): Promise<void> {
  await new Visitor(v).run();
}

class Visitor {
  readonly #v: Visit;
  readonly #crank = new CrankWatch();
  readonly #power: Power;
  #failure: unknown = null;
  #vin: string | null = null;
  #canSleep: boolean;
  /** When the voltage was last told, on the monotonic clock. */
  #shown = -Infinity;

  constructor(v: Visit) {
    this.#v = v;
    this.#power = new Power(now());
    // A radio goes to sleep with its adapter, and the line with it.
    this.#canSleep = !/^tcp:|rfcomm/.test(v.config.port);
  }

  async run(): Promise<void> {
    const { signal } = this.#v;
    await this.#attach();
    while (!signal.aborted) {
      const left = await this.#once();
      this.#vin = null;
      if (left === 'reset') await this.#attach();
      else if (left === 'rest') await this.#rest();
    }
  }

  async #once(): Promise<Left> {
    const found = await this.#findCar();
    return found === null ? this.#readCar() : found;
  }

  async #attach(): Promise<void> {
    const { adapter, exchange, bauds, config } = this.#v;
    const attached = await exchange.hold(adapter.attach(bauds));
    if (attached.outcome === 'attached') return;
    const { heard, tried } = attached;
    throw new LiftgateError(
      'unreachable',
      `no prompt from an adapter on ${config.port} (said ${tried}; heard ${heard}); is it an ELM327, has it power, and is "baud" right?`,
      { about: config.port },
    );
  }

  /** Looks until a control unit answers (null), the adapter loses its settings, or the car is to be left alone. */
  async #findCar(): Promise<Left | null> {
    const { adapter, exchange } = this.#v;
    for (let look = 0, wait = LOOK_MS; ; look++, wait = Math.min(wait * 2, LOOK_MAX_MS)) {
      const search = await this.#alive(exchange.hold(adapter.connect(depthOf(look, adapter.knowsProtocol))));
      if (search.outcome === 'reset') return 'reset';
      if (search.outcome === 'found') return null;
      const volts = await this.#sample();
      this.#power.engine(null, now());
      this.#send([this.#say('device.health', 'no-vehicle', null), ...this.#voltage(volts)]);
      if (this.#power.mode(now()) !== 'poll') return 'rest';
      await this.#watch(now() + wait);
    }
  }

  /** Reads who the car is, and its values, until it falls silent, turns out to be another, or is to be left alone. */
  async #readCar(): Promise<Left> {
    const { adapter, exchange, config, clock } = this.#v;
    const named = await exchange.hold(readIdentity(adapter));
    if (named.outcome === 'reset') return 'reset';
    this.#vin = named.identity?.vin ?? null;
    this.#greet(named.identity);
    const wanted = await exchange.hold(readWanted(adapter));
    if ('lost' in wanted) {
      if (wanted.lost !== 'silent') return 'reset';
      await this.#pause(SETTLE_MS);
      return 'silent';
    }
    const intervalMs = config.interval * 1000;
    const wants = wanted.pids.map((pid) => wantOf(pid, intervalMs));
    const can = adapter.bus!.format.bus.startsWith('can');
    const batch = can ? (adapter.bus!.dialect.name === 'j1979' ? 6 : 3) : 1;
    const schedule = new Schedule(wants, { cap: CAP, batch }, now());
    const say = sayOf(config.id, this.#vin, clock);
    let codesDue = now();
    let whoDue = now() + WHO_MS;
    let sampleDue = now();
    let running: boolean | null = null;

    for (let begun = false; ; ) {
      this.#throwIfEnded();
      const at = now();
      if (at >= sampleDue) {
        const known = this.#crank.rest;
        const volts = running === true ? await this.#runningVolts() : await this.#sample();
        if (volts === null && known !== null && running !== true) return 'silent';
        if (now() - this.#shown >= intervalMs) this.#send(this.#voltage(volts));
        sampleDue = at + (running === true ? Math.max(1_000, intervalMs) : SAMPLE_MS);
      }
      // What was owed is given when every parameter was asked for once.
      if (begun && this.#power.mode(now()) !== 'poll') return 'rest';
      const plan = schedule.next(now());
      if (plan.kind === 'ask') {
        schedule.asked(now());
        const round = await exchange.hold(readLive(adapter, plan.pids, say));
        if (round.outcome === 'reset') return 'reset';
        if (round.outcome === 'too-long') schedule.limit(plan.pids.length / 2);
        if (round.outcome !== 'answered' && round.outcome !== 'refused' && round.outcome !== 'too-long') {
          // One silent parameter is a whim; is anyone there at all?
          if (!(await this.#answers())) return 'silent';
          if (plan.pids.length > 1) schedule.limit(1);
        }
        if (round.outcome !== 'too-long') schedule.heard(plan.pids, round.heard, now());
        if (plan.pids.includes(RPM)) running = this.#notice(round.readings, begun);
        else this.#send(round.readings);
        continue;
      }
      if (!begun && schedule.begun) {
        begun = true;
        this.#power.engine(running, now());
      }
      if (begun && now() >= codesDue) {
        codesDue = now() + CODES_MS;
        const codes = await exchange.hold(readCodes(adapter, say));
        this.#send(codes.readings);
        if (codes.outcome === 'reset') return 'reset';
        continue;
      }
      if (now() >= whoDue) {
        whoDue = now() + WHO_MS;
        const who = await exchange.hold(readIdentity(adapter));
        if (who.outcome === 'reset') return 'reset';
        if (who.outcome === 'silent' && !(await this.#answers())) return 'silent';
        // A VIN that comes late makes it another car too: one that is known now.
        if (who.identity !== null && who.identity.vin !== this.#vin) return 'silent';
        continue;
      }
      await this.#pause(Math.min(plan.until, sampleDue) - now());
    }
  }

  /** Is any control unit there? */
  async #answers(): Promise<boolean> {
    const { adapter, exchange } = this.#v;
    return (await exchange.hold(adapter.ask(adapter.bus!.dialect.hello))).outcome === 'answered';
  }

  #greet(identity: Identity | null): void {
    const { config, clock } = this.#v;
    const say = sayOf(config.id, this.#vin, clock);
    const named = identity === null ? [] : [say('obd.vin', identity.vin, identity.source)];
    this.#send([say('device.health', 'ok', null), ...named]);
  }

  /** Takes a round with the engine speed in it; sends it on, with the lowest voltage when an engine has just started. */
  #notice(round: readonly Reading[], begun: boolean): boolean | null {
    const speeds = round.flatMap((r) => (r.signal === 'obd.rpm' && typeof r.value === 'number' ? [r.value] : []));
    const rpm = speeds.length === 0 ? null : Math.max(...speeds);
    const lowest = rpm === null ? null : this.#crank.rpm(rpm, this.#v.clock());
    const sum = lowest === null ? [] : [this.#say('obd.crank-voltage', lowest, null)];
    this.#send([...round, ...sum]);
    if (begun || rpm !== 0) this.#power.engine(rpm === null ? null : rpm > 0, now());
    return rpm === null ? null : rpm >= RUNNING_RPM;
  }

  /** Leaves the car alone until someone stirs; sleeps where that saves something. */
  async #rest(): Promise<void> {
    const blindUntil = now() + BLIND_MS;
    for (;;) {
      this.#throwIfEnded();
      const mode = this.#power.mode(now());
      if (mode === 'poll') return;
      const before = this.#crank.rest;
      if (mode === 'sleep' && this.#canSleep && before !== null) {
        if (await this.#nap(before)) return;
        continue;
      }
      const stirred = await this.#watch(now() + ALIVE_MS, mode === 'sleep' ? DROWSY_MS : SAMPLE_MS);
      if (stirred || (this.#crank.rest === null && now() >= blindUntil)) {
        this.#power.stir(now());
        return;
      }
    }
  }

  /** Sends the adapter to sleep and wakes it for its voltmeter; true when someone has stirred meanwhile. */
  async #nap(before: number): Promise<boolean> {
    const { adapter, exchange } = this.#v;
    if (!(await exchange.hold(adapter.sleep()))) {
      this.#canSleep = false;
      return false;
    }
    await this.#pause(NAP_MS);
    const volts = await exchange.hold(adapter.nap());
    const known = volts !== null && volts >= LEAST_V;
    if (known) this.#crank.voltage(volts, this.#v.clock());
    this.#power.volts(known ? volts : null, now());
    this.#send(this.#voltage(known ? volts : null));
    const stirred = !known || Math.abs(volts - before) > STEP_V;
    if (stirred) {
      this.#power.stir(now());
      await this.#attach();
    }
    return stirred;
  }

  /**
   * Watches the voltage until `until`; a dip is followed to its end. True, and at once, when something has happened to
   * the car. Tells the voltage now and then.
   */
  async #watch(until: number, everyMs = SAMPLE_MS): Promise<boolean> {
    let dipped = false;
    for (;;) {
      this.#throwIfEnded();
      const before = this.#crank.rest;
      const volts = await this.#sample();
      const dipping = this.#dipping;
      const came = before === null && volts !== null && this.#wasGone;
      this.#wasGone = volts === null;
      const stepped = came || (volts !== null && before !== null && Math.abs(volts - before) > STEP_V);
      if (now() - this.#shown >= ALIVE_MS) this.#send(this.#lives(volts));
      if (!dipping && (dipped || stepped)) {
        this.#power.stir(now());
        return true;
      }
      if (!dipping && now() >= until) return false;
      dipped = dipped || dipping;
      await this.#pause(everyMs);
    }
  }
  #dipping = false;
  #wasGone = false;

  /** One look at the voltmeter while the engine rests. Below what any car has it is noise: there is no car. */
  async #sample(): Promise<number | null> {
    const { adapter, exchange, clock } = this.#v;
    const { volts } = await exchange.hold(adapter.voltage());
    const known = volts !== null && volts >= LEAST_V ? volts : null;
    if (known === null) this.#crank.forget();
    this.#dipping = known !== null && this.#crank.voltage(known, clock());
    this.#power.volts(known, now());
    return known;
  }

  /** With a running engine the voltmeter tells of the alternator, not of the battery at rest. */
  async #runningVolts(): Promise<number | null> {
    const { volts } = await this.#v.exchange.hold(this.#v.adapter.voltage());
    const known = volts !== null && volts >= LEAST_V ? volts : null;
    this.#power.volts(known, now());
    return known;
  }

  /** A parked car, or none: the adapter is there all the same. */
  #lives(volts: number | null): Reading[] {
    return volts === null ? [this.#say('device.health', 'no-vehicle', null)] : this.#voltage(volts);
  }

  #voltage(volts: number | null): Reading[] {
    this.#shown = now();
    return volts === null ? [] : [this.#say('obd.voltage', volts, null)];
  }

  /** A search takes longer than a device may be silent; that it goes on is a sign of life. */
  async #alive<T>(work: Promise<T>): Promise<T> {
    const timer = setInterval(() => {
      if (this.#failure === null) this.#send([this.#say('device.health', 'no-vehicle', null)]);
    }, ALIVE_MS);
    try {
      return await work;
    } finally {
      clearInterval(timer);
    }
  }

  #say(signal: SignalName, value: ReadingValue, part: string | null): Reading {
    return reading(this.#v.config.id, signal, value, this.#v.clock(), { part, vin: this.#vin });
  }

  #send(readings: readonly Reading[]): void {
    if (readings.length === 0) return;
    this.#v.emit(readings).catch((e: unknown) => {
      this.#failure ??= e;
    });
  }

  #throwIfEnded(): void {
    if (this.#failure !== null) throw this.#failure;
    this.#v.signal.throwIfAborted();
  }

  async #pause(ms: number): Promise<void> {
    const { signal } = this.#v;
    await new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, Math.max(0, ms));
      signal.addEventListener('abort', end, { once: true });
      if (signal.aborted) end();
    });
    signal.throwIfAborted();
  }
}

/** A search may take a quarter of a minute: where a protocol is known, most looks try that alone. */
function depthOf(look: number, known: boolean): Depth {
  if (!known) return look === 0 ? 'walk' : 'search';
  return look % 3 === 0 ? 'search' : 'last';
}

function wantOf(pid: number, intervalMs: number): Want {
  return SLOW.has(pid)
    ? { pid, everyMs: intervalMs * SLOW_TIMES, priority: 'slow' }
    : { pid, everyMs: intervalMs, priority: 'live' };
}

/** A clock that only runs forward. */
function now(): number {
  return performance.now();
}
