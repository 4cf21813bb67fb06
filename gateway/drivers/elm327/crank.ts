/**
 * The lowest voltage of an engine start, from the adapter's own voltmeter: a dip of more than 0.8 V below the voltage at
 * rest, and then an engine that runs. A dip alone (a headlight, a pump) is no start. To be fed while the engine rests.
 */
export class CrankWatch {
  #rest: number | null = null;
  #lowest: number | null = null;
  #began = 0;
  #ended = 0;

  /** The voltage at rest, smoothed; null after an engine has run, and while nothing is known. */
  get rest(): number | null {
    return this.#rest;
  }

  /** Takes a sample in V; true while it lies in a dip. */
  voltage(volts: number, at: number): boolean {
    const low = this.#rest !== null && volts < this.#rest - DIP_V;
    if (!low) {
      this.#rest = this.#rest === null ? volts : this.#rest * 0.8 + volts * 0.2;
      return false;
    }
    if (this.#lowest === null || at - this.#ended > START_MS) {
      this.#lowest = volts;
      this.#began = at;
    }
    // No starter turns for so long: the battery has simply become emptier, or the charger was taken off.
    if (at - this.#began > LONGEST_DIP_MS) {
      this.forget();
      return false;
    }
    this.#lowest = Math.min(volts, this.#lowest);
    this.#ended = at;
    return true;
  }

  /** Takes an engine speed. Returns the lowest voltage of the start that has just succeeded, once; else null. */
  rpm(rpm: number, at: number): number | null {
    if (rpm <= RUNNING_RPM) return null;
    const lowest = at - this.#ended <= START_MS ? this.#lowest : null;
    this.forget();
    return lowest;
  }

  /** Another car, or none. */
  forget(): void {
    this.#rest = null;
    this.#lowest = null;
  }
}

const DIP_V = 0.8;
const LONGEST_DIP_MS = 10_000;
/** Faster than any starter turns an engine. */
const RUNNING_RPM = 400;
/** The engine must be seen running this soon after the dip: a new search for the protocol may lie between. */
const START_MS = 30_000;
