/** Runs something until it ends by itself or a person (SIGINT) or the system (SIGTERM) ends it. */
export async function untilStopped(run: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const stop = new AbortController();
  const abort = () => stop.abort();
  process.once('SIGINT', abort);
  process.once('SIGTERM', abort);
  try {
    await run(stop.signal);
  } finally {
    process.off('SIGINT', abort);
    process.off('SIGTERM', abort);
  }
}
