import type { Message } from './frame.ts';

/**
 * A conversation with the car as a value: it says what to ask next, is told what came, and ends with what it learned.
 * Whoever holds the line drives it; nothing here knows a line, so a whole scan can be tested without one.
 */
export interface Ask {
  /** Hexadecimal digits, service first. */
  readonly request: string;
  /** Address of the one control unit that is meant, as `Message.source` writes it; null: whoever feels addressed. */
  readonly to: string | null;
}

/** Yields questions, is sent the messages that came (none, when nobody answered), returns the result. */
export type Steps<T> = Generator<Ask, T, readonly Message[]>;

/** Asks all control units. */
export function* askAll(request: string): Steps<readonly Message[]> {
  return yield { request, to: null };
}

/**
 * Asks all control units for what every car has, or one of them has said that it has. Silence is then no answer but a lost frame, a busy bus or a
 * unit that was at work: believed after the second time only, or a report would lose what a bitmap leads to.
 */
export function* askListed(request: string): Steps<readonly Message[]> {
  const messages = yield* askAll(request);
  return messages.length > 0 ? messages : yield* askAll(request);
}

/** Drives a conversation over a line. What `ask` throws ends it. */
export async function follow<T>(steps: Steps<T>, ask: (ask: Ask) => Promise<readonly Message[]>): Promise<T> {
  let step = steps.next();
  while (!step.done) step = steps.next(await ask(step.value));
  return step.value;
}
