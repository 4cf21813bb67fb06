import { createHash, randomBytes, randomInt } from 'node:crypto';
import { LiftgateError } from '../../protocols/error.ts';
import type { Clock, Millis } from '../../protocols/time.ts';

const CODE_MS = 600_000;
/** Screens that wait at one time; more is no workshop, but someone who fills memory. */
const MOST = 100;

interface Waiting {
  readonly code: string;
  readonly expiresAt: Millis;
  /** Set when a person let the screen in; handed out once. */
  token: string | null;
}

/**
 * Screens that show a code and wait to be let in. In memory alone: after a restart a screen asks anew.
 * The code is what a person types, the secret is what the screen proves itself with.
 */
export function pairings(clock: Clock) {
  const waiting = new Map<string, Waiting>();
  const keyOf = (secret: string) => createHash('sha256').update(secret).digest('hex');
  const forget = () => {
    for (const [key, { expiresAt }] of waiting) if (expiresAt <= clock()) waiting.delete(key);
  };

  return {
    /** @throws LiftgateError `busy` when too many screens wait */
    ask(): { code: string; secret: string; expiresAt: Millis } {
      forget();
      if (waiting.size >= MOST)
        throw new LiftgateError('busy', `${MOST} screens wait to be let in already: let them in, or wait 10 minutes`);
      const codes = new Set([...waiting.values()].map((w) => w.code));
      let code: string;
      do code = String(randomInt(1_000_000)).padStart(6, '0');
      while (codes.has(code));
      const secret = randomBytes(32).toString('base64url');
      const expiresAt = clock() + CODE_MS;
      waiting.set(keyOf(secret), { code, expiresAt, token: null });
      return { code, secret, expiresAt };
    },

    /** The token, once, when the screen was let in; null while it waits. @throws LiftgateError `not-found` after its time */
    claim(secret: string): string | null {
      forget();
      const key = keyOf(secret);
      const entry = waiting.get(key);
      if (!entry) throw new LiftgateError('not-found', 'this pairing is over: ask for a new code');
      if (entry.token !== null) waiting.delete(key);
      return entry.token;
    },

    /** Lets in the screen that shows `code`. @throws LiftgateError `not-found` */
    async letIn(code: string, pair: () => Promise<{ token: string }>): Promise<void> {
      forget();
      const entry = [...waiting.values()].find((w) => w.code === code && w.token === null);
      if (!entry)
        throw new LiftgateError('not-found', `no screen shows the code ${code} now; codes last 10 minutes`, {
          about: 'code',
        });
      entry.token = (await pair()).token;
    },
  };
}
export type Pairings = ReturnType<typeof pairings>;
