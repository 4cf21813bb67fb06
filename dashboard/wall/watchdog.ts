import type { BoardLink } from '../ui/link.ts';

/** No data for this long although the server answers: the page is stuck, and a reload is the cure, ms. */
const STUCK_MS = 60_000;
const CHECK_MS = 5_000;
const HOUR_MS = 3_600_000;
const MOST_RELOADS = 3;
const KEPT = 'liftgate.reloads';

/** At most three reloads in any hour. `times`: when this page was reloaded, ms. */
export function mayReload(times: readonly number[], now: number): boolean {
  return times.filter((time) => now - time < HOUR_MS).length < MOST_RELOADS;
}

/** Reloads a page that is stuck. Gives the function that ends the watch. */
export function watch(link: BoardLink, probe: () => Promise<unknown>, reload: () => void): () => void {
  let dataAt = performance.now();
  let probing = false;
  const timer = setInterval(() => {
    const now = performance.now();
    if (link.board.link === 'live' || link.board.refused) dataAt = now;
    if (now - dataAt < STUCK_MS || probing) return;
    const times = reloads();
    if (!mayReload(times, Date.now())) return;
    probing = true;
    void probe()
      .then(() => {
        sessionStorage.setItem(KEPT, JSON.stringify([...times, Date.now()].slice(-MOST_RELOADS)));
        reload();
      })
      // The server does not answer either: the page is not what is stuck.
      .catch(() => undefined)
      .finally(() => {
        probing = false;
      });
  }, CHECK_MS);
  return () => clearInterval(timer);
}

function reloads(): number[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEPT) ?? '[]');
    return Array.isArray(kept) ? kept.filter((time) => typeof time === 'number') : [];
  } catch {
    return [];
  }
}
