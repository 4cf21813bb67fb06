import type { Message } from '../../../protocols/obd/frame.ts';
import type { Ask, Steps } from '../../../protocols/obd/steps.ts';
import type { Reading } from '../../../protocols/reading.ts';

/**
 * What is asked of a car seldom, in the pauses of its live values: one question at a time, so that nothing waits for more
 * than one of them. Pure: time is handed in.
 */
export interface Errand {
  /** From one round to the next; Infinity: once in a drive. */
  readonly everyMs: number;
  /** May it be asked now, after it has been due for so long? */
  may(engine: EngineNow, waitedMs: number): boolean;
  /** Its questions; false: the car does not know them, and is left alone with them. */
  steps(): Steps<boolean>;
}

/** What the live values last said; null: nobody told. */
export interface EngineNow {
  readonly running: boolean | null;
  readonly coolant: number | null;
  readonly load: number | null;
  readonly speed: number | null;
}

interface Entry {
  readonly errand: Errand;
  due: number;
  /** The round that goes on, and its next question. */
  going: { readonly steps: Steps<boolean>; ask: Ask } | null;
}

interface ErrandOptions {
  /** How long a question keeps others waiting at least, however soon it is answered: the cap of requests. */
  readonly leastMs: number;
  /** From one question to the next, at least. */
  readonly spacingMs: number;
  /** A question that finds no pause for so long goes before the live values. */
  readonly patienceMs: number;
}

/** What takes longer is not asked again before the next drive. */
const TOO_LONG_MS = 3_000;
/** A question takes about so long before any was timed. */
const USUAL_MS = 150;

export class Errands {
  readonly #entries: readonly Entry[];
  readonly #leastMs: number;
  readonly #spacingMs: number;
  readonly #patienceMs: number;
  #engine: EngineNow = { running: null, coolant: null, load: null, speed: null };
  #usualMs = USUAL_MS;
  #free: number;
  /** Since when a question waits for a pause. */
  #waits: number | null = null;
  /** Whose question is on its way. */
  #asked: Entry | null = null;
  /** Nobody answered: nobody knows it, or nobody is there any more. The next live value tells. */
  #silence = false;

  constructor(errands: readonly Errand[], { leastMs, spacingMs, patienceMs }: ErrandOptions, at: number) {
    this.#entries = errands.map((errand) => ({ errand, due: at, going: null }));
    this.#leastMs = leastMs;
    this.#spacingMs = spacingMs;
    this.#patienceMs = patienceMs;
    this.#free = at;
  }

  /** The question to ask now, when nothing else is due for `gapMs`; null: none. Its answer is to be `heard`. */
  question(at: number, gapMs: number): Ask | null {
    if (this.#silence || at < this.#free) return null;
    for (;;) {
      const entry = this.#entries
        .filter((e) => e.due <= at && e.errand.may(this.#engine, at - e.due))
        .reduce<Entry | null>((first, e) => (first === null || e.due < first.due ? e : first), null);
      if (entry === null) {
        this.#waits = null;
        return null;
      }
      this.#waits ??= at;
      if (gapMs < Math.max(this.#leastMs, this.#usualMs) && at - this.#waits < this.#patienceMs) return null;
      if (entry.going === null && !this.#begin(entry, at)) continue;
      this.#asked = entry;
      return entry.going!.ask;
    }
  }

  /** What came for the last question: all messages, refusals too. */
  heard(messages: readonly Message[], at: number, tookMs: number): void {
    this.#usualMs += 0.3 * (tookMs - this.#usualMs);
    this.#free = at + this.#spacingMs;
    this.#waits = null;
    const entry = this.#asked;
    if (messages.length === 0) this.#silence = true;
    else this.#goOn(messages, at);
    if (entry === null || tookMs < TOO_LONG_MS) return;
    // A unit that works on its answer for so long (7F .. 78) holds up the live values.
    this.#silence = false;
    this.#asked = null;
    entry.going = null;
    entry.due = Infinity;
  }

  /** Live values have come: the car is there, and says how its engine is. */
  notice(readings: readonly Reading[], at: number): void {
    const of = (signal: Reading['signal']): number | null => {
      const told = readings.flatMap((r) => (r.signal === signal && typeof r.value === 'number' ? [r.value] : []));
      return told.length === 0 ? null : Math.max(...told);
    };
    const before = this.#engine;
    const rpm = of('obd.rpm');
    this.#engine = {
      running: rpm === null ? before.running : rpm >= RUNNING_RPM,
      coolant: of('obd.coolant') ?? before.coolant,
      load: of('obd.load') ?? before.load,
      speed: of('obd.speed') ?? before.speed,
    };
    // An engine that has started begins a drive.
    if (before.running === false && this.#engine.running === true) this.#drive(at);
    if (readings.length === 0 || !this.#silence) return;
    this.#silence = false;
    this.#goOn([], at);
  }

  #drive(at: number): void {
    for (const entry of this.#entries) if (entry.errand.everyMs === Infinity && entry.going === null) entry.due = at;
  }

  /** False: the round had no question. */
  #begin(entry: Entry, at: number): boolean {
    const steps = entry.errand.steps();
    return this.#step(entry, steps, steps.next(), at);
  }

  #goOn(messages: readonly Message[], at: number): void {
    const entry = this.#asked;
    this.#asked = null;
    const steps = entry?.going?.steps;
    if (entry && steps) this.#step(entry, steps, steps.next(messages), at);
  }

  #step(entry: Entry, steps: Steps<boolean>, { done, value }: IteratorResult<Ask, boolean>, at: number): boolean {
    entry.going = done ? null : { steps, ask: value as Ask };
    if (done) entry.due = value === false ? Infinity : at + entry.errand.everyMs;
    return !done;
  }
}

/** Faster than any starter turns an engine. */
const RUNNING_RPM = 400;
