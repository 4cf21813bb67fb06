import { messageOf } from '../protocols/error.ts';

const AGAIN_MS = 60_000;

/**
 * Tells a trouble of the background at once, and the same one again at most once a minute with how often it came: while
 * the database is away, all that asks it fails several times a second.
 * @param monotonic ms
 */
export function sparing(tell: (e: unknown, times: number) => void, monotonic: () => number): (e: unknown) => void {
  const told = new Map<string, { at: number; times: number }>();
  return (e) => {
    const now = monotonic();
    for (const [text, { at }] of told) if (now - at > 2 * AGAIN_MS) told.delete(text);
    const known = told.get(messageOf(e)) ?? { at: Number.NEGATIVE_INFINITY, times: 0 };
    known.times++;
    told.set(messageOf(e), known);
    if (now - known.at < AGAIN_MS) return;
    tell(e, known.times);
    known.at = now;
    known.times = 0;
  };
}
