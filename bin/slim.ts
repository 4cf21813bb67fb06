import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** When loading is over and the first rounds are done, ms. */
const AFTER_MS = 10_000;

/**
 * Keeps the memory of a program that runs for months near what it uses. Left to itself the runtime lets its heap grow to
 * several times that before it collects, since it takes the whole machine for its own; and what loading the program has left
 * behind, about 30 MB, it would keep for hours where little happens.
 */
export function slim(): void {
  setFlagsFromString('--optimize-for-size');
  setTimeout(() => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as (how: object) => void;
    // The thorough kind: an ordinary collection keeps the room that it has emptied.
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  }, AFTER_MS).unref();
}
