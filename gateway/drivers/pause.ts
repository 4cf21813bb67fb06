/** A clock that only runs forward, in ms: steps of the wall clock must not shorten or lengthen a wait. */
export function now(): number {
  return performance.now();
}

/** Resolves after `ms`, or at once when `signal` is aborted. Nothing stays behind. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, Math.max(0, ms));
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
}
