import type { Clock, Millis } from '../protocols/time.ts';

/** Calls `job` now, and once in each whole second of the wall clock; a second that was slept through is left out. */
export function eachSecond(clock: Clock, job: (at: Millis) => void): () => void {
  let last: Millis = -1;
  let timer: NodeJS.Timeout;
  const round = () => {
    const now = clock();
    const at = Math.floor(now / 1_000) * 1_000;
    // A timer may fire a little before its time, by the wall clock.
    if (at !== last) job(at);
    last = at;
    timer = setTimeout(round, at + 1_000 - now);
  };
  round();
  return () => clearTimeout(timer);
}

export interface Round {
  /** Runs it now, or once more right after the run that is under way. */
  now(): void;
  /** Resolves when the run that is under way has ended; none follows. */
  stop(): Promise<void>;
}

/** Runs `job` every `ms`, never twice at a time. `job` must not throw. */
export function every(ms: number, job: () => Promise<void>): Round {
  let running: Promise<void> | null = null;
  let again = false;
  let stopped = false;
  const run = () => {
    if (running) again = true;
    if (running || stopped) return;
    running = job().finally(() => {
      running = null;
      if (again) setImmediate(run);
      again = false;
    });
  };
  const timer = setInterval(run, ms);
  return {
    now: run,
    async stop() {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
