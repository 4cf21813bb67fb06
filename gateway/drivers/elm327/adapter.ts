import type { Dialect } from '../../../protocols/obd/dialect.ts';
import type { Message } from '../../../protocols/obd/frame.ts';
import type { AdapterFacts, Attached } from './attach.ts';
import { attach, isAbsent, readVoltage } from './attach.ts';
import { type Bus, type BusSearch, type Depth, findBus } from './bus.ts';
import { type CarReply, DIGIT, Habits, inquire } from './inquiry.ts';
import { command, type Talk } from './talk.ts';

/** What stays known of an adapter and its car while the line comes and goes; it only saves time, and proves nothing. */
export interface Memory {
  baud: number | null;
  last: { readonly protocol: string; readonly dialect: Dialect } | null;
  /** Requests after which the adapter had to be reset. */
  readonly freezes: Map<string, number>;
}

export function createMemory(): Memory {
  return { baud: null, last: null, freezes: new Map() };
}

/** An adapter on its line: the conversations that it can be held to. All state is what was learned from its answers. */
export class Adapter {
  readonly #memory: Memory;
  readonly #dialects: readonly Dialect[];
  #facts: AdapterFacts | null = null;
  #bus: Bus | null = null;
  #habits: Habits;

  constructor(memory: Memory, dialects: readonly Dialect[]) {
    this.#memory = memory;
    this.#dialects = dialects;
    this.#habits = new Habits(memory.freezes);
  }

  get facts(): AdapterFacts | null {
    return this.#facts;
  }

  /** The bus that a control unit has answered on; null while there is none. */
  get bus(): Bus | null {
    return this.#bus;
  }

  /** Has a car been found on this line before? */
  get knowsProtocol(): boolean {
    return this.#memory.last !== null;
  }

  /** Parameters that one request may name: up to six in services 01 on CAN, fewer where each is two bytes (J1979-2). */
  get largestBatch(): number {
    const { format, dialect } = this.#bus!;
    if (!format.bus.startsWith('can')) return 1;
    return dialect.name === 'j1979' ? 6 : 3;
  }

  /** Messages that answered nothing that was asked. */
  get strays(): number {
    return this.#habits.strays;
  }

  /** Finds the adapter at one of the rates, resets it as gently as it allows (or the hard way), learns what it can. */
  *attach(bauds: readonly number[], cold = false): Talk<Attached> {
    this.#forgetBus();
    const { baud, last } = this.#memory;
    const first = baud === null ? bauds : [baud, ...bauds.filter((b) => b !== baud)];
    const attached = yield* attach({
      bauds: bauds.length === 0 ? [] : first,
      reset: cold ? 'cold' : last !== null ? 'warm' : 'either',
    });
    if (attached.outcome === 'attached') {
      this.#facts = attached.facts;
      this.#memory.baud = attached.facts.baud;
    }
    return attached;
  }

  /** Looks for a control unit; found means that it gave a positive answer. */
  *connect(depth: Depth): Talk<BusSearch> {
    this.#forgetBus();
    const facts = this.#facts!;
    const known = facts.protocol === null ? null : { protocol: facts.protocol, dialect: this.#dialects[0]! };
    const search = yield* findBus({
      dialects: this.#dialects,
      last: this.#memory.last ?? known,
      headers: !facts.absent.has('ATH1'),
      echoes: facts.echoes,
      depth,
    });
    if (search.outcome !== 'found') {
      // What an adapter brought along is tried once.
      this.#facts = { ...facts, protocol: null };
      return search;
    }
    this.#bus = search.bus;
    const { protocol, dialect } = search.bus;
    this.#memory.last = protocol === null ? null : { protocol, dialect };
    return search;
  }

  /** Asks the car; only after `connect` has found it. */
  *ask(request: string, to: string | null = null): Talk<CarReply> {
    const parts = { bus: this.#bus!, facts: this.#facts!, habits: this.#habits };
    const reply = yield* inquire(request, to, parts);
    const { greeting, format } = parts.bus;
    const units = [...new Set(greeting.flatMap((m) => m.source ?? []))];
    if (reply.outcome !== 'too-long' || to !== null || !format.bus.startsWith('can') || units.length < 2) return reply;
    // All units at once are more than this adapter can hold: one after the other they may fit.
    const messages: Message[] = [];
    for (const unit of units) {
      const own = yield* inquire(request, unit, parts);
      if (own.outcome === 'reset' || own.outcome === 'hardware') return own;
      messages.push(...own.messages);
    }
    return messages.length === 0 ? reply : { outcome: 'answered', messages };
  }

  /** Volts at pin 16; null when the adapter has no voltmeter. */
  *voltage(): Talk<{ readonly volts: number | null; readonly reset: boolean }> {
    if (this.#facts?.absent.has('ATRV')) return { volts: null, reset: false };
    return yield* readVoltage();
  }

  /** Puts the adapter to sleep. False: it does not know how. Any byte wakes it, as from a warm start. */
  *sleep(): Talk<boolean> {
    this.#forgetBus();
    const heard = yield* command(this.#facts?.stn === null ? 'ATLP' : 'STSLEEP');
    return !isAbsent(heard);
  }

  /** Lets it sleep for so long; true, and at once, when it wakes by itself: it says its banner and a prompt. */
  *slumber(ms: number): Talk<boolean> {
    return (yield { poke: '', timeoutMs: ms }).reply !== null;
  }

  /** Wakes it for a look at the voltmeter. */
  *nap(): Talk<number | null> {
    // The first byte only wakes it; a prompt follows its banner.
    yield { poke: ' ', timeoutMs: 1_000 };
    return yield* this.look();
  }

  /** A look at the voltmeter of an adapter that is awake and forgot its settings. */
  *look(): Talk<number | null> {
    return (yield* readVoltage()).volts;
  }

  /** What it can, in words: for the report of a scan, where a missing command explains a slow or poor answer. */
  capabilities(): { readonly has: readonly string[]; readonly lacks: readonly string[] } {
    const facts = this.#facts;
    if (facts === null) return { has: [], lacks: [] };
    const named = Object.entries(CAPABILITIES);
    const has = named.filter(([name]) => !facts.absent.has(name)).map(([, words]) => words);
    const lacks = named.filter(([name]) => facts.absent.has(name)).map(([name]) => name);
    if (this.#habits.digitFaults >= 3) lacks.push(DIGIT);
    else has.push(DIGIT);
    if (facts.stn !== null) has.push('STN commands');
    return { has, lacks };
  }

  #forgetBus(): void {
    this.#bus = null;
    this.#habits = new Habits(this.#memory.freezes);
  }
}

/** What each command of the setting-up is good for. */
const CAPABILITIES: Readonly<Record<string, string>> = {
  ATE0: 'echo off',
  ATL0: 'line feeds off',
  ATS0: 'spaces off',
  ATH1: 'headers',
  ATM0: 'memory off',
  ATAT1: 'adaptive timing',
  ATST32: 'time-out',
  'AT@1': 'description',
};
