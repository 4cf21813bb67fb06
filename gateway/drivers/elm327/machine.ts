import { type AdapterReply, gravest, ReplyReader, readReply } from '../../../protocols/obd/adapter-reply.ts';
import type { Heard, Step } from './talk.ts';

/**
 * One command in flight: which bytes to write, until when to wait, and how to find back when no prompt comes. Pure: time
 * is handed in, effects are handed out, and the same bytes in any chunks lead to the same end.
 */
type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'pausing'; readonly until: number }
  | { readonly kind: 'asking'; readonly step: Spoken; readonly since: number; readonly until: number }
  /** A space was sent; what still comes belongs to the command before. */
  | { readonly kind: 'draining'; readonly until: number; readonly rung: number }
  /** Waits for the prompt after a rung of the ladder. */
  | { readonly kind: 'climbing'; readonly until: number; readonly rung: number }
  | { readonly kind: 'dead' };

type Spoken = Exclude<Step, { readonly baud: number } | { readonly pauseMs: number }>;

export type Effect =
  | { readonly write: string }
  | { readonly heard: Heard }
  /** The adapter cannot be brought back; the line is of no use any more. */
  | { readonly dead: true };

/** How an adapter is brought back, gentlest first. A bare CR would repeat the last command, be it a clear. */
const LADDER = [
  { say: 'ATI', waitMs: 1_000, resets: false },
  { say: 'ATWS', waitMs: 2_000, resets: true },
  { say: 'ATZ', waitMs: 3_000, resets: true },
] as const;
/** After a space the adapter has this long to finish what it was saying. */
const DRAIN_MS = 300;
/** A reply that took longer may have had gaps between its lines (N_Cr of ISO 15765-2). */
const SLOW_MS = 1_000;

const NOTHING: readonly Effect[] = [];
const MUTE: Heard = { reply: null, noise: '', reset: false, answerMs: 0, times: null };

export class Machine {
  readonly #reader = new ReplyReader();
  #state: State = { kind: 'idle' };
  /** What the adapter said unasked: that it was reset, and its settings are gone. */
  #upset: AdapterReply | null = null;
  /** When how much of the reply had come; the last entry is the newest. */
  #marks: { readonly at: number; readonly length: number }[] = [];

  /** When `tick` wants to be called; null while nothing is awaited. */
  get until(): number | null {
    return 'until' in this.#state ? this.#state.until : null;
  }

  /** Begins a step; only when idle. */
  begin(step: Exclude<Step, { readonly baud: number }>, at: number): readonly Effect[] {
    this.#forget();
    if ('pauseMs' in step) {
      this.#state = { kind: 'pausing', until: at + step.pauseMs };
      return NOTHING;
    }
    const upset = this.#upset;
    this.#upset = null;
    // A question to the car would be answered in a form that nobody expects; a command sets it up again anyway.
    if (upset !== null && 'say' in step && !/^(AT|ST)/.test(step.say)) return [{ heard: { ...MUTE, reply: upset } }];
    this.#state = { kind: 'asking', step, since: at, until: at + step.timeoutMs };
    // CR alone: with CRLF some chips see an empty second command, which repeats the first.
    return [{ write: 'poke' in step ? step.poke : `${step.say}\r` }];
  }

  /** Takes a chunk. What nobody waits for is late, and dropped. */
  take(bytes: Uint8Array, at: number): readonly Effect[] {
    const replies = this.#reader.feed(bytes);
    const state = this.#state;
    if (replies.length === 0) {
      if (state.kind === 'asking') {
        this.#mark(at);
        this.#hurry(state, at);
      }
      return NOTHING;
    }
    switch (state.kind) {
      case 'asking': {
        // A stray prompt with nothing before it answers nothing: with it every later answer would be one too late.
        const text = replies.find((r) => r.trim() !== '' || 'poke' in state.step);
        return text === undefined ? NOTHING : this.#answer(state, text, at);
      }
      case 'climbing':
        return this.#end({ ...MUTE, reset: LADDER[state.rung]!.resets });
      case 'idle':
      case 'pausing':
      case 'draining':
        this.#upset ??= replies.map((r) => readReply(r, '')).find((r) => gravest(r) === 'initialise') ?? null;
        return NOTHING;
      case 'dead':
        return NOTHING;
    }
  }

  /** Time has passed. */
  tick(at: number): readonly Effect[] {
    const state = this.#state;
    if (!('until' in state) || at < state.until) return NOTHING;
    const mute: Heard = { ...MUTE, noise: this.#reader.rest };
    switch (state.kind) {
      case 'pausing':
        return this.#end(mute);
      case 'asking':
        if ('poke' in state.step || state.step.ifMute === 'go-on') return this.#end(mute);
        // It stops an adapter that is busy, and is ignored by one that is not.
        this.#state = { kind: 'draining', until: at + DRAIN_MS, rung: 0 };
        return [{ write: ' ' }];
      case 'draining':
        return this.#climb(state.rung, at);
      case 'climbing':
        return this.#climb(state.rung + 1, at);
    }
  }

  #climb(rung: number, at: number): readonly Effect[] {
    const next = LADDER[rung];
    if (next === undefined) {
      this.#state = { kind: 'dead' };
      return [{ dead: true }];
    }
    this.#forget();
    this.#state = { kind: 'climbing', until: at + next.waitMs, rung };
    return [{ write: `${next.say}\r` }];
  }

  #answer(state: Extract<State, { kind: 'asking' }>, text: string, at: number): readonly Effect[] {
    const asked = 'poke' in state.step ? '' : state.step.say;
    const reply = readReply(text, asked);
    const lastByte = this.#marks.at(-1)?.at ?? at;
    const times = at - state.since > SLOW_MS ? this.#timesOf(reply, text, at) : null;
    return this.#end({ ...MUTE, reply, answerMs: lastByte - state.since, times });
  }

  /** When each line of data was complete. */
  #timesOf(reply: AdapterReply, text: string, at: number): number[] {
    let from = 0;
    return reply.data.map((line) => {
      const found = text.indexOf(line.slice(0, 3), from);
      from = found === -1 ? from : found + 1;
      const end = from + line.length;
      return this.#marks.find((m) => m.length >= end)?.at ?? at;
    });
  }

  /**
   * The end is near once lines have come; but a control unit that said "response pending" may take its time, and so may
   * an adapter that looks for the bus.
   */
  #hurry(state: Extract<State, { kind: 'asking' }>, at: number): void {
    const quietMs = 'poke' in state.step ? undefined : state.step.quietMs;
    if (quietMs === undefined || /7F|SEARCHING|BUS ?INIT/i.test(this.#reader.rest)) return;
    this.#state = { ...state, until: Math.min(state.since + state.step.timeoutMs, at + quietMs) };
  }

  #mark(at: number): void {
    const { length } = this.#reader.rest;
    if (this.#marks.at(-1)?.length !== length && this.#marks.length < 10_000) this.#marks.push({ at, length });
  }

  #end(heard: Heard): readonly Effect[] {
    this.#state = { kind: 'idle' };
    return [{ heard }];
  }

  #forget(): void {
    this.#reader.clear();
    if (this.#marks.length > 0) this.#marks = [];
  }
}
