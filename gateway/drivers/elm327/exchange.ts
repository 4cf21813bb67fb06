import { LiftgateError } from '../../../protocols/error.ts';
import type { Line } from '../line.ts';
import { type Effect, Machine } from './machine.ts';
import type { Heard, Step, Talk } from './talk.ts';

/** A line with an adapter on it, and the conversations that are held over it, one after the other. */
export interface Exchange {
  /**
   * Holds a conversation to its end.
   * @throws LiftgateError `unreachable` when the line is lost or the adapter gives no prompt, even after a reset.
   */
  hold<T>(talk: Talk<T>): Promise<T>;
  /** Stops listening. */
  end(): void;
}

/** One command and its reply, as they went over the wire. */
export interface Spoken {
  /** ms on a clock that only runs forward. */
  readonly at: number;
  readonly tookMs: number;
  readonly said: string;
  /** Null: no prompt came. */
  readonly lines: readonly string[] | null;
}

export interface ExchangeOptions {
  readonly line: Line;
  readonly port: string;
  /** Hears every command with its reply. */
  readonly onSpoken?: (spoken: Spoken) => void;
}

const SILENT: Heard = { reply: null, noise: '', reset: false, answerMs: 0, times: null };

export function createExchange({ line, port, onSpoken }: ExchangeOptions): Exchange {
  const machine = new Machine();
  const now = () => performance.now();
  let waiting: { readonly resolve: (heard: Heard) => void; readonly reject: (e: unknown) => void } | null = null;
  let timer: NodeJS.Timeout | null = null;
  let timerFor = 0;
  let lost: LiftgateError | null = null;

  const unlisten = line.onData((bytes) => {
    perform(machine.take(bytes, now()));
    arm();
  });
  void line.closed.then((error) => fail(error ?? closed()));

  function closed(): LiftgateError {
    return new LiftgateError('unreachable', `the line ${port} is closed`, { about: port });
  }

  function fail(error: LiftgateError): void {
    lost ??= error;
    if (timer !== null) clearTimeout(timer);
    timer = null;
    waiting?.reject(lost);
    waiting = null;
  }

  function perform(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if ('write' in effect) void (effect.write === '' ? null : line.write(effect.write).catch(fail));
      else if ('dead' in effect) fail(mute(port));
      else {
        if (timer !== null) clearTimeout(timer);
        timer = null;
        const answered = waiting;
        waiting = null;
        answered?.resolve(effect.heard);
      }
    }
  }

  /** One timer at a time, for the nearest moment that the machine waits for. */
  function arm(): void {
    const { until } = machine;
    if (until === null || lost !== null) return;
    if (timer !== null) {
      if (timerFor <= until) return;
      clearTimeout(timer);
    }
    timerFor = until;
    timer = setTimeout(ring, Math.max(0, until - now()) + 1);
  }

  function ring(): void {
    timer = null;
    perform(machine.tick(now()));
    arm();
  }

  async function take(step: Step): Promise<Heard> {
    if (lost !== null) throw lost;
    if ('baud' in step) {
      await line.setBaud?.(step.baud);
      return SILENT;
    }
    const since = now();
    const { promise, resolve, reject } = Promise.withResolvers<Heard>();
    waiting = { resolve, reject };
    perform(machine.begin(step, since));
    arm();
    const heard = await promise;
    if (onSpoken && 'say' in step) {
      onSpoken({ at: since, tookMs: now() - since, said: step.say, lines: heard.reply?.lines ?? null });
    }
    return heard;
  }

  return {
    hold: async (talk) => {
      let step = talk.next();
      while (!step.done) step = talk.next(await take(step.value));
      return step.value;
    },
    end: () => {
      unlisten();
      fail(closed());
    },
  };
}

function mute(port: string): LiftgateError {
  return new LiftgateError(
    'unreachable',
    `the adapter on ${port} gives no prompt; is it an ELM327, has it power, and is "baud" right (38400 or 9600)?`,
    { about: port },
  );
}
