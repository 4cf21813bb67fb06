import type { Manners } from '../../../protocols/obd/manner.ts';
import type { Ask } from '../../../protocols/obd/steps.ts';
import type { Reading } from '../../../protocols/reading.ts';
import { now } from '../pause.ts';
import type { Adapter } from './adapter.ts';
import { type Identity, readCodes, readIdentity, readLive, readWanted } from './car.ts';
import { type CarNotes, choresOf, newNotes } from './chores.ts';
import { Errands } from './errands.ts';
import type { Exchange } from './exchange.ts';
import { wantOf } from './pace.ts';
import type { Power } from './power.ts';
import { CAP, Schedule } from './schedule.ts';
import type { Voice } from './voice.ts';
import { SAMPLE_MS, type Voltmeter } from './voltmeter.ts';

export interface StayParts {
  readonly adapter: Adapter;
  readonly exchange: Exchange;
  readonly voltmeter: Voltmeter;
  readonly power: Power;
  readonly voice: Voice;
  /** What is known of the car that was read last; replaced by that of another. */
  readonly notes: { car: CarNotes };
  /** From one round of live values to the next. */
  readonly intervalMs: number;
}

/** Why a car is read no more: it fell silent, the adapter lost its settings, or the car is to be left alone. */
export type Left = 'silent' | 'reset' | 'rest';

/** A seldom question that finds no pause for so many rounds goes before the live values, once. */
const PATIENCE_ROUNDS = 5;
const CODES_MS = 30_000;
/** A car that fell silent in the middle of being met gets this long before the next look. */
const SETTLE_MS = 500;
/** A dongle moves from car to car; whose values these are is asked again this often. */
const WHO_MS = 10_000;
const RPM = 0x0c;
/** Faster than any starter turns an engine. */
const RUNNING_RPM = 400;

/** One car, from its name to its silence: values by their pace, codes, and now and then whether it is still the same. */
export class Stay {
  readonly #parts: StayParts;

  constructor(parts: StayParts) {
    this.#parts = parts;
  }

  async run(): Promise<Left> {
    const { adapter, exchange, voice, power, intervalMs } = this.#parts;
    const named = await exchange.hold(readIdentity(adapter));
    if (named.outcome === 'reset') return 'reset';
    this.#greet(named.identity);
    const wanted = await exchange.hold(readWanted(adapter));
    if ('lost' in wanted) {
      if (wanted.lost !== 'silent') return 'reset';
      await voice.pause(SETTLE_MS);
      return 'silent';
    }
    const wants = wanted.pids.map((pid) => wantOf(pid, intervalMs));
    const schedule = new Schedule(wants, { cap: CAP, batch: adapter.largestBatch }, now());
    const errands = this.#errands();
    let codesDue = now();
    let whoDue = now() + WHO_MS;
    let sampleDue = now();
    let running: boolean | null = null;

    for (let begun = false; ; ) {
      voice.throwIfEnded();
      const at = now();
      if (at >= sampleDue) {
        if (await this.#parted(running)) return 'silent';
        sampleDue = at + (running === true ? Math.max(1_000, intervalMs) : SAMPLE_MS);
      }
      // What was owed is given when every parameter was asked for once.
      if (begun && power.mode(now()) !== 'poll') return 'rest';
      const gap = begun ? schedule.gap(now()) : null;
      const seldom = gap === null ? null : errands.question(now(), gap);
      if (seldom !== null) {
        if (await this.#run(errands, schedule, seldom)) return 'reset';
        continue;
      }
      const plan = schedule.next(now());
      if (plan.kind === 'ask') {
        const round = await this.#ask(schedule, plan.pids, wanted.manners);
        if (typeof round === 'string') return round;
        errands.notice(round, now());
        if (plan.pids.includes(RPM)) running = this.#notice(round, begun);
        else voice.send(round);
        continue;
      }
      if (!begun && schedule.begun) {
        begun = true;
        power.engine(running, now());
      }
      if (begun && now() >= codesDue) {
        codesDue = now() + CODES_MS;
        const codes = await exchange.hold(readCodes(adapter, voice.say));
        voice.send(codes.readings);
        if (codes.outcome === 'reset') return 'reset';
        continue;
      }
      if (now() >= whoDue) {
        whoDue = now() + WHO_MS;
        const left = await this.#stillTheSame();
        if (left !== null) return left;
        continue;
      }
      await voice.pause(Math.min(plan.until, sampleDue) - now());
    }
  }

  /** One round of values; or why there will be no other. */
  async #ask(
    schedule: Schedule,
    pids: readonly number[],
    manners: Manners,
  ): Promise<readonly Reading[] | 'reset' | 'silent'> {
    const { adapter, exchange, voice } = this.#parts;
    schedule.asked(now());
    const round = await exchange.hold(readLive(adapter, pids, manners, voice.say));
    if (round.outcome === 'reset') return 'reset';
    if (round.outcome === 'too-long') {
      schedule.limit(pids.length / 2);
      return round.readings;
    }
    if (round.outcome !== 'answered' && round.outcome !== 'refused') {
      // One silent parameter is a whim; is anyone there at all?
      if (!(await this.#answers())) return 'silent';
      if (pids.length > 1) schedule.limit(1);
    }
    schedule.heard(pids, round.heard, now());
    return round.readings;
  }

  /** What this car is asked seldom, one question to half a round of live values. */
  #errands(): Errands {
    const { adapter, voice, notes, intervalMs } = this.#parts;
    const { format, dialect } = adapter.bus!;
    if (voice.vin === null || voice.vin !== notes.car.vin) notes.car = newNotes(voice.vin);
    const can = format.bus.startsWith('can');
    const send = (readings: readonly Reading[]) => voice.send(readings);
    const chores = choresOf({ dialect, can, notes: notes.car, say: voice.say, send, now });
    const options = { leastMs: 1_000 / CAP, spacingMs: intervalMs / 2, patienceMs: intervalMs * PATIENCE_ROUNDS };
    return new Errands(chores, options, now());
  }

  /** Asks one seldom question; true when the adapter has lost its settings. */
  async #run(errands: Errands, schedule: Schedule, { request, to }: Ask): Promise<boolean> {
    const { adapter, exchange } = this.#parts;
    const at = now();
    schedule.asked(at);
    const { outcome, messages } = await exchange.hold(adapter.ask(request, to));
    errands.heard(messages, now(), now() - at);
    return outcome === 'reset';
  }

  /** A look at the voltmeter; true when the adapter has been pulled out of the car. */
  async #parted(running: boolean | null): Promise<boolean> {
    const { voltmeter, voice, intervalMs } = this.#parts;
    const known = voltmeter.rest;
    const volts = running === true ? await voltmeter.runs() : await voltmeter.sample();
    if (volts === null && known !== null && running !== true) return true;
    voice.voltage(volts, intervalMs);
    return false;
  }

  /** Null: it is. A VIN that comes late makes it another car too: one that is known now. */
  async #stillTheSame(): Promise<Left | null> {
    const { adapter, exchange, voice } = this.#parts;
    const who = await exchange.hold(readIdentity(adapter));
    if (who.outcome === 'reset') return 'reset';
    if (who.outcome === 'silent' && !(await this.#answers())) return 'silent';
    return who.identity !== null && who.identity.vin !== voice.vin ? 'silent' : null;
  }

  /** Is any control unit there? */
  async #answers(): Promise<boolean> {
    const { adapter, exchange } = this.#parts;
    return (await exchange.hold(adapter.ask(adapter.bus!.dialect.hello))).outcome === 'answered';
  }

  #greet(identity: Identity | null): void {
    const { voice } = this.#parts;
    voice.vin = identity?.vin ?? null;
    const named = identity === null ? [] : [voice.say('obd.vin', identity.vin, identity.source)];
    voice.send([voice.say('device.health', 'ok', null), ...named]);
  }

  /** Takes a round with the engine speed in it; sends it on, with the lowest voltage when an engine has just started. */
  #notice(round: readonly Reading[], begun: boolean): boolean | null {
    const { voltmeter, power, voice } = this.#parts;
    const speeds = round.flatMap((r) => (r.signal === 'obd.rpm' && typeof r.value === 'number' ? [r.value] : []));
    const rpm = speeds.length === 0 ? null : Math.max(...speeds);
    const lowest = rpm === null ? null : voltmeter.started(rpm);
    const sum = lowest === null ? [] : [voice.say('obd.crank-voltage', lowest, null)];
    voice.send([...round, ...sum]);
    if (begun || rpm !== 0) power.engine(rpm === null ? null : rpm > 0, now());
    return rpm === null ? null : rpm >= RUNNING_RPM;
  }
}
