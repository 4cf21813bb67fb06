import type { Logger } from 'pino';
import { isLiftgateError, messageOf } from '../protocols/error.ts';
import { PRIORITIES, signalSpec } from '../protocols/signal.ts';
import type { Input } from './domain/engine.ts';
import type { Journal } from './store/journal.ts';

/** What goes first when room is short. Ticks are only for replays. */
export function rankOf(input: Input): number {
  switch (input.kind) {
    case 'reading':
      return PRIORITIES.indexOf(signalSpec(input.reading.signal).priority);
    case 'device':
      return PRIORITIES.indexOf('health');
    case 'down':
    case 'correction':
    case 'flag-action':
      return PRIORITIES.indexOf('bay');
    case 'tick':
      return PRIORITIES.length;
  }
}

/**
 * Hands inputs to the journal. A refusal reaches the caller, and is told once until something is taken again:
 * a full disk refuses thousands of readings a second.
 * @param onFull called at each refusal for want of room; `first` of a row of them
 */
export function intake(
  journal: Pick<Journal<unknown, Input>, 'append'>,
  log: Logger,
  onFull: (first: boolean) => void,
) {
  let refused: string | null = null;
  return async (inputs: readonly Input[]): Promise<void> => {
    try {
      await journal.append(inputs);
      if (refused !== null) log.info('the store takes records again');
      refused = null;
    } catch (e) {
      const code = isLiftgateError(e) ? e.code : 'internal';
      const first = refused !== code;
      refused = code;
      if (first) log.error({ err: e }, `the store refuses records: ${messageOf(e)}`);
      if (code === 'full') onFull(first);
      throw e;
    }
  };
}
