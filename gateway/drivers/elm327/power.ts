/**
 * When a car may be asked, when only the adapter's voltmeter, and when the adapter is to sleep: polling drains parked
 * cars. Pure: time is handed in.
 *
 * - `poll`: the engine runs, or stopped a moment ago.
 * - `rest`: the bus is left alone; the voltmeter shows whether someone turns the key.
 * - `sleep`: the adapter itself is sent to sleep, and woken now and then for a look at its voltmeter.
 */
export type Mode = 'poll' | 'rest' | 'sleep';

/** After the engine has stopped, or somebody stirred. Ends well within the minute that a parked car is owed. */
const POLL_MS = 50_000;
/** Awake for so long, the voltmeter sees the next start of the engine, with its lowest voltage. */
const AWAKE_MS = 300_000;
/** A lead battery at rest that shows less is half empty. */
const LOW_V = 12.2;
const LOW_END_V = 12.35;
/** A starter pulls the voltage down for a second or two: that is no empty battery. */
const LOW_MS = 3_000;

export class Power {
  #since: number;
  #running = false;
  /** One look is owed to whoever has just come or stirred: else a car with a weak battery would never get its name. */
  #owed = true;
  #lowSince: number | null = null;

  constructor(at: number) {
    this.#since = at;
  }

  /** The car was asked: does its engine turn? Null: it did not tell. */
  engine(running: boolean | null, at: number): void {
    if (running === true || this.#running) this.#since = at;
    this.#running = running === true;
    this.#owed = false;
  }

  /** What the voltmeter shows; null: nothing, there is no car or no voltmeter. */
  volts(volts: number | null, at: number): void {
    if (volts === null || volts >= LOW_END_V) this.#lowSince = null;
    else if (volts < LOW_V) this.#lowSince ??= at;
  }

  /** Someone opened the car, turned the key, or plugged the adapter in. */
  stir(at: number): void {
    this.#since = at;
    this.#running = false;
    this.#owed = true;
    this.#lowSince = null;
  }

  mode(at: number): Mode {
    if (this.#running || this.#owed) return 'poll';
    const low = this.#lowSince !== null && at - this.#lowSince >= LOW_MS;
    const quiet = at - this.#since;
    if (quiet < POLL_MS) return low ? 'rest' : 'poll';
    return low || quiet >= AWAKE_MS ? 'sleep' : 'rest';
  }
}
