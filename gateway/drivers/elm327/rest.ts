import { now } from '../pause.ts';
import type { Adapter } from './adapter.ts';
import { engineSpeed } from './car.ts';
import type { Exchange } from './exchange.ts';
import type { Power } from './power.ts';
import type { Voice } from './voice.ts';
import { SAMPLE_MS, type Voltmeter } from './voltmeter.ts';

export interface RestParts {
  readonly adapter: Adapter;
  readonly exchange: Exchange;
  readonly voltmeter: Voltmeter;
  readonly power: Power;
  readonly voice: Voice;
  /** The line is a radio, which sleeps with its adapter. */
  readonly radio: boolean;
  /** Sets the adapter up again. */
  attach(): Promise<void>;
}

/** An adapter that is awake beside a sleeping car is asked for its voltage this often. */
const DROWSY_MS = 1_000;
/** And looked at for so long before anything else is considered. */
const WATCH_MS = 5_000;
/** A sleeping adapter is woken this often: the ignition is to be seen within five seconds. */
const NAP_MS = 2_500;
/** Where no voltmeter shows the key, the bus is asked one question this often. */
const PROBE_MS = 3_000;
/** A frame that someone acknowledges without answering may keep that someone awake: after so long it is sent seldom. */
const ACKNOWLEDGED_MS = 1_800_000;
const SELDOM_MS = 15_000;

/** A car that is left alone until someone stirs: by voltmeter, by sleep and short naps, or by one cheap question. */
export class Rest {
  readonly #parts: RestParts;
  #canSleep = true;

  constructor(parts: RestParts) {
    this.#parts = parts;
  }

  /** Resolves when someone has stirred. */
  async untilStirred(): Promise<void> {
    const { voltmeter, power, voice } = this.#parts;
    const probe = new Probe(this.#parts);
    for (;;) {
      voice.throwIfEnded();
      const mode = power.mode(now());
      if (mode === 'poll') return;
      if (mode === 'sleep' && this.#maySleep && !voltmeter.blind) {
        if (await this.#nap()) return;
        continue;
      }
      if (
        await voltmeter.watch(
          now() + (voltmeter.blind ? DROWSY_MS : WATCH_MS),
          mode === 'sleep' ? DROWSY_MS : SAMPLE_MS,
        )
      )
        return;
      if (voltmeter.blind && (await probe.stirred())) {
        power.stir(now());
        return;
      }
    }
  }

  /** Over a radio only an adapter that wakes itself: no byte would reach it. */
  get #maySleep(): boolean {
    return this.#canSleep && (!this.#parts.radio || this.#parts.adapter.facts?.wakesItself === true);
  }

  /** Sends the adapter to sleep and wakes it for its voltmeter; true when someone has stirred meanwhile. */
  async #nap(): Promise<boolean> {
    const { adapter, exchange, voltmeter, power, voice, attach } = this.#parts;
    const before = voltmeter.rest;
    if (!(await exchange.hold(adapter.sleep()))) {
      this.#canSleep = false;
      return false;
    }
    const woke = await exchange.hold(adapter.slumber(NAP_MS));
    voice.throwIfEnded();
    const volts = voltmeter.rests(await exchange.hold(woke ? adapter.look() : adapter.nap()));
    voice.voltage(volts);
    if (!woke && volts !== null && !voltmeter.stepped(volts, before)) return false;
    await voltmeter.follow();
    power.stir(now());
    await attach();
    return true;
  }
}

/** One question to a bus that nobody watches otherwise: has the ignition come on, or the engine started? */
class Probe {
  readonly #parts: RestParts;
  readonly #began = now();
  #due = now() + PROBE_MS;
  /** A car that answers all the time has its ignition on; that alone is no news. */
  #silent = false;

  constructor(parts: RestParts) {
    this.#parts = parts;
  }

  async stirred(): Promise<boolean> {
    if (now() < this.#due) return false;
    const { adapter, exchange, voice, attach } = this.#parts;
    const search = await voice.alive(exchange.hold(adapter.connect('last')));
    if (search.outcome === 'reset') await attach();
    const found = search.outcome === 'found';
    const acknowledged = search.outcome === 'none' && search.acknowledged;
    const seldom = acknowledged && now() - this.#began > ACKNOWLEDGED_MS;
    this.#due = now() + (seldom ? SELDOM_MS : PROBE_MS);
    const news = found && (this.#silent || ((await exchange.hold(engineSpeed(adapter))) ?? 0) > 0);
    this.#silent = !found;
    return news;
  }
}
