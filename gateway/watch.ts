import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { messageOf } from '../protocols/error.ts';

/** A loop says that it still goes round; whoever is silent for too long has died or hangs. */
export class Watch {
  readonly #loops = new Map<string, { at: number; readonly mostMs: number }>();
  readonly #mono: () => number;
  constructor(mono: () => number) {
    this.#mono = mono;
  }

  /** @param mostMs longest time between two beats of this loop that is normal */
  loop(name: string, mostMs: number): () => void {
    const entry = { at: this.#mono(), mostMs };
    this.#loops.set(name, entry);
    return () => {
      entry.at = this.#mono();
    };
  }

  /** The loop has ended in order. */
  forget(name: string): void {
    this.#loops.delete(name);
  }

  isStuck(name: string): boolean {
    const entry = this.#loops.get(name);
    return entry !== undefined && this.#mono() - entry.at > entry.mostMs;
  }

  /** Null while every loop goes round; else which one does not, and since when. */
  illness(): string | null {
    for (const [name, { at }] of this.#loops)
      if (this.isStuck(name)) return `${name} has not moved for ${Math.round((this.#mono() - at) / 1_000)} s`;
    return null;
  }
}

const LOOK_MS = 5_000;
/** A loop that hangs gets so long to obey before it is left behind. */
const GRACE_MS = 5_000;
const MOST_PAUSE_MS = 60_000;

export interface LoopParts {
  readonly name: string;
  readonly watch: Watch;
  readonly mostMs: number;
  readonly log: Logger;
  /** 0 ≤ x < 1 */
  readonly random: () => number;
}

/**
 * Runs a loop until aborted: one that fails is run again after a growing pause, one that hangs is ended and run again.
 * @param run must call `beat` at least every `mostMs`, and end when its signal is aborted
 */
export async function keepRunning(
  { name, watch, mostMs, log, random }: LoopParts,
  run: (beat: () => void, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  for (let failures = 0; !signal.aborted; ) {
    const stuck = new AbortController();
    const beat = watch.loop(name, mostMs);
    const look = setInterval(() => {
      if (watch.isStuck(name)) stuck.abort();
    }, LOOK_MS);
    try {
      const running = run(beat, AbortSignal.any([signal, stuck.signal]));
      // What is left behind may still fail, and has nobody to tell.
      running.catch(() => {});
      await Promise.race([running, afterAbort(stuck.signal)]);
      if (signal.aborted) break;
      log.error(
        { loop: name },
        stuck.signal.aborted ? 'a loop hung and is started anew' : 'a loop ended by itself and is started anew',
      );
    } catch (err) {
      if (signal.aborted) break;
      log.error({ err, loop: name }, `a loop failed and is started anew: ${messageOf(err)}`);
    } finally {
      clearInterval(look);
    }
    const pause = random() * Math.min(MOST_PAUSE_MS, 1_000 * 2 ** Math.min(failures++, 10));
    await sleep(pause, undefined, { signal }).catch(() => {});
  }
  watch.forget(name);
}

function afterAbort(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => setTimeout(resolve, GRACE_MS).unref(), { once: true });
  });
}
