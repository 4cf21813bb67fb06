import { setTimeout as pause } from 'node:timers/promises';
import { LiftgateError } from '../../../protocols/error.ts';
import { type AdapterReply, ReplyReader, readReply } from '../../../protocols/obd/adapter-reply.ts';
import type { Line } from '../line.ts';

/** One command in flight: what was asked, and the reply up to the prompt. */
export interface Exchange {
  /**
   * Sends a command and waits for its prompt. Null: no prompt came in time, and the adapter was brought back to its senses.
   * @throws LiftgateError `unreachable` when the line is lost or the adapter does not come back.
   */
  ask(command: string, timeoutMs: number): Promise<AdapterReply | null>;
  /** Did the last resynchronising need a reset? Then all settings are lost; asking forgets it. */
  takeReset(): boolean;
}

/** After a space the adapter has this long to finish what it was saying. */
const DRAIN_MS = 300;
const AWAKE_MS = 1_000;
const RESET_MS = 3_000;

export function createExchange(line: Line, port: string): Exchange {
  const reader = new ReplyReader();
  /** Who waits for the next reply: null text for "too late", or the error that ended the line. */
  let waiting: { readonly resolve: (text: string | null) => void; readonly reject: (e: unknown) => void } | null = null;
  let lost: LiftgateError | null = null;
  let wasReset = false;

  line.onData((bytes) => {
    // What nobody waits for any more is late, and dropped.
    for (const text of reader.feed(bytes)) waiting?.resolve(text);
  });
  void line.closed.then((error) => {
    lost = error ?? new LiftgateError('unreachable', `the line ${port} is closed`, { about: port });
    waiting?.reject(lost);
  });

  /** The text of the next reply; null when its prompt does not come in time. */
  async function reply(command: string, timeoutMs: number): Promise<string | null> {
    if (lost) throw lost;
    reader.clear();
    const { promise, resolve, reject } = Promise.withResolvers<string | null>();
    const timer = setTimeout(() => resolve(null), timeoutMs);
    waiting = { resolve, reject };
    try {
      // CR alone: with CRLF some chips see an empty second command, which repeats the first.
      await Promise.all([line.write(`${command}\r`), promise]);
      return await promise;
    } finally {
      waiting = null;
      clearTimeout(timer);
    }
  }

  /**
   * No prompt came. A space stops an adapter that is busy and is ignored by one that is not; a bare CR would repeat the
   * last command. Then it must answer `ATI`, at last after a reset.
   */
  async function resynchronise(): Promise<void> {
    await line.write(' ');
    await pause(DRAIN_MS);
    if ((await reply('ATI', AWAKE_MS)) !== null) return;
    wasReset = true;
    if ((await reply('ATWS', RESET_MS)) !== null) return;
    if ((await reply('ATZ', RESET_MS)) !== null) return;
    throw new LiftgateError(
      'unreachable',
      `the adapter on ${port} gives no prompt; is it an ELM327, has it power, and is "baud" right (38400 or 9600)?`,
      { about: port },
    );
  }

  return {
    ask: async (command, timeoutMs) => {
      const text = await reply(command, timeoutMs);
      if (text !== null) return readReply(text, command);
      await resynchronise();
      return null;
    },
    takeReset: () => {
      const was = wasReset;
      wasReset = false;
      return was;
    },
  };
}
