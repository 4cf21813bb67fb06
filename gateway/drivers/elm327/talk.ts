import type { AdapterReply } from '../../../protocols/obd/adapter-reply.ts';

/**
 * A conversation with an adapter as a value: it yields what to do next on the line, is told what was heard, and returns
 * what it learned. Nothing in it knows a line or a clock, so each can be played against a list of answers.
 */
export type Talk<T> = Generator<Step, T, Heard>;

export type Step =
  | {
      /** Sent with a carriage return; everything up to the prompt is the reply. */
      readonly say: string;
      readonly timeoutMs: number;
      /** What happens without a prompt: bring the adapter back to its senses, or simply go on. */
      readonly ifMute: 'resynchronise' | 'go-on';
      /** Once something has come, silence for so long means that no prompt will; left out: only the time-out counts. */
      readonly quietMs?: number;
    }
  /** Bytes that are no command: a space that stops or wakes the adapter. The reply is whatever comes up to a prompt. */
  | { readonly poke: string; readonly timeoutMs: number }
  /** Bits per second of a serial line from now on. */
  | { readonly baud: number }
  /** Wait, and forget what comes meanwhile. */
  | { readonly pauseMs: number };

export interface Heard {
  /** Null: no prompt came in time. */
  readonly reply: AdapterReply | null;
  /** What came instead of a prompt, as it came. */
  readonly noise: string;
  /** To get a prompt again the adapter had to be reset: its settings are lost. */
  readonly reset: boolean;
  /** From the command to the last byte before the prompt, ms: how long the car took, without the adapter's own wait. */
  readonly answerMs: number;
  /** When each line of data came, ms; only where a reply took so long that it matters. */
  readonly times: readonly number[] | null;
}

/** Time for an answer that the adapter gives without the car. */
export const COMMAND_MS = 2_000;

/** A question to the car: no adapter waits longer than a second for one more line. */
export function* question(say: string, timeoutMs: number): Talk<Heard> {
  return yield { say, timeoutMs, ifMute: 'resynchronise', quietMs: 1_200 };
}

/** A command to the adapter itself. */
export function* command(say: string, timeoutMs = COMMAND_MS): Talk<Heard> {
  return yield { say, timeoutMs, ifMute: 'resynchronise' };
}
