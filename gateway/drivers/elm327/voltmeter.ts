import type { Clock } from '../../../protocols/time.ts';
import { now } from '../pause.ts';
import type { Adapter } from './adapter.ts';
import { CrankWatch } from './crank.ts';
import type { Exchange } from './exchange.ts';
import type { Power } from './power.ts';
import type { Voice } from './voice.ts';

/** `ATRV` asks the adapter alone and costs the car nothing; often enough to see the starter. */
export const SAMPLE_MS = 150;
/** No car has less; an adapter that is not plugged in measures noise. */
const LEAST_V = 6;
/** Someone opened the car or turned the key. */
const STEP_V = 0.19;
/** A voltmeter whose readings have never differed by so much may be none: clones and emulators say one number for ever. */
const MOVED_V = 0.15;
/** No battery rests so high: a charger holds it, and hides that the key was turned. */
const CHARGED_V = 13.3;

/** The adapter's voltmeter, and what it tells of a resting car: somebody stirs, an engine starts, the battery is low. */
export class Voltmeter {
  readonly #adapter: Adapter;
  readonly #exchange: Exchange;
  readonly #power: Power;
  readonly #voice: Voice;
  readonly #clock: Clock;
  readonly #crank = new CrankWatch();
  #least = Infinity;
  #most = -Infinity;
  #dipping = false;
  #wasGone = false;
  #ran = false;

  constructor(parts: {
    readonly adapter: Adapter;
    readonly exchange: Exchange;
    readonly power: Power;
    readonly voice: Voice;
    readonly clock: Clock;
  }) {
    this.#adapter = parts.adapter;
    this.#exchange = parts.exchange;
    this.#power = parts.power;
    this.#voice = parts.voice;
    this.#clock = parts.clock;
  }

  /** The voltage at rest, V; null after an engine has run, and while nothing is known. */
  get rest(): number | null {
    return this.#crank.rest;
  }

  /** It cannot show that the key was turned: there is none, it never moves, or a charger holds the battery up. */
  get blind(): boolean {
    const { rest } = this.#crank;
    if (rest === null) return true;
    return this.#most - this.#least < MOVED_V && (this.#ran || rest >= CHARGED_V);
  }

  /** One look while the engine rests. Below what any car has it is noise: there is no car. */
  async sample(): Promise<number | null> {
    const { volts } = await this.#exchange.hold(this.#adapter.voltage());
    return this.rests(volts);
  }

  /** Takes what was measured while the engine rests. */
  rests(measured: number | null): number | null {
    const volts = this.#known(measured);
    if (volts === null) this.#crank.forget();
    this.#dipping = volts !== null && this.#crank.voltage(volts, this.#clock());
    return volts;
  }

  /** One look while the engine runs: it tells of the alternator, not of the battery at rest. */
  async runs(): Promise<number | null> {
    const { volts } = await this.#exchange.hold(this.#adapter.voltage());
    this.#ran = true;
    return this.#known(volts);
  }

  /** Takes an engine speed; the lowest voltage of the start that has just succeeded, once. */
  started(rpm: number): number | null {
    return this.#crank.rpm(rpm, this.#clock());
  }

  /** Has the voltage stepped away from what it was at rest? */
  stepped(volts: number | null, before: number | null): boolean {
    return volts !== null && before !== null && Math.abs(volts - before) > STEP_V;
  }

  /**
   * Watches until `until`; a dip is followed to its end. True, and at once, when something has happened to the car.
   * Tells the voltage now and then.
   */
  async watch(until: number, everyMs = SAMPLE_MS): Promise<boolean> {
    let dipped = false;
    for (;;) {
      this.#voice.throwIfEnded();
      const before = this.rest;
      const volts = await this.sample();
      const came = before === null && volts !== null && this.#wasGone;
      this.#wasGone = volts === null;
      this.#voice.lives(volts);
      if (!this.#dipping && (dipped || came || this.stepped(volts, before))) {
        this.#power.stir(now());
        return true;
      }
      if (!this.#dipping && now() >= until) return false;
      dipped ||= this.#dipping;
      await this.#voice.pause(this.#dipping ? SAMPLE_MS : everyMs);
    }
  }

  /** Follows a starter that turns right now to the end, so that its lowest voltage is seen. */
  async follow(): Promise<void> {
    while (this.#dipping) {
      await this.#voice.pause(SAMPLE_MS);
      await this.sample();
    }
  }

  #known(measured: number | null): number | null {
    const volts = measured !== null && measured >= LEAST_V ? measured : null;
    if (volts !== null) {
      this.#least = Math.min(this.#least, volts);
      this.#most = Math.max(this.#most, volts);
    }
    this.#power.volts(volts, now());
    return volts;
  }
}
