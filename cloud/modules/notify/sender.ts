import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../../protocols/time.ts';
import type { Db } from '../../store/pool.ts';
import type { Mailer } from './mail.ts';
import { type Content, claim, settle } from './outbox.ts';

const PAUSE_MS = 1_000;

export interface SenderParts {
  readonly db: Db;
  readonly clock: Clock;
  readonly mailer: Mailer;
  readonly content: Content;
  readonly onError: (e: unknown) => void;
}

/**
 * Sends what is due, one after the other, until aborted; resolves once the message in hand is settled. Any number of
 * nodes may run it: each message is claimed by one.
 */
export async function runSender(
  { db, clock, mailer, content, onError }: SenderParts,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const claimed = await claim(db, content, clock());
      if (claimed?.letter)
        await settle(db, content, claimed.job, await mailer.send(claimed.job.key, claimed.letter), clock());
      if (claimed) continue;
    } catch (e) {
      onError(e);
    }
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => {});
  }
}
