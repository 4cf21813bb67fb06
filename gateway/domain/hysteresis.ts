import type { EventData } from '../../protocols/event.ts';
import type { Millis } from '../../protocols/time.ts';

/**
 * Keeps a bad sensor from flooding people: an alert is raised only when its cause has lasted, cleared only when the cause
 * has been gone for a while, not raised again at once, and no bay raises more than so many in an hour.
 */
type Kind = EventData<'liftgate.alert.v1'>['kind'];

export interface Watch {
  /** Since when what is so differs from what stands. */
  readonly since: Readonly<Partial<Record<Kind, Millis>>>;
  readonly cleared: Readonly<Partial<Record<Kind, Millis>>>;
  /** When the bay's last alerts were raised, at most as many as an hour allows. */
  readonly raised: readonly Millis[];
}

export const NO_WATCH: Watch = { since: {}, cleared: {}, raised: [] };

/** Milliseconds. */
export interface Patience {
  /** The cause must last so long. */
  readonly after: number;
  /** It must be gone so long. */
  readonly rest: number;
  /** After it was cleared it is not raised again for so long. */
  readonly quiet: number;
}

const HOUR_MS = 3_600_000;

/** What to do about one kind of alert now. @param holds its cause is there @param stands the alert stands */
export function decideAlert(
  w: Watch,
  kind: Kind,
  holds: boolean,
  stands: boolean,
  now: Millis,
  p: Patience,
): { watch: Watch; act: 'raise' | 'clear' | null } {
  if (holds === stands) {
    if (w.since[kind] === undefined) return { watch: w, act: null };
    const { [kind]: _over, ...since } = w.since;
    return { watch: { ...w, since }, act: null };
  }
  const from = w.since[kind] ?? now;
  const watch = w.since[kind] === undefined ? { ...w, since: { ...w.since, [kind]: from } } : w;
  if (now - from < (holds ? p.after : p.rest)) return { watch, act: null };
  if (!holds) return { watch: { ...watch, cleared: { ...w.cleared, [kind]: now } }, act: 'clear' };
  const cleared = w.cleared[kind];
  return { watch, act: cleared !== undefined && now - cleared < p.quiet ? null : 'raise' };
}

/** Has the bay raised as many alerts within the hour as it may? */
export function isNoisy(w: Watch, most: number, now: Millis): boolean {
  return w.raised.filter((at) => now - at < HOUR_MS).length >= most;
}

export function noteRaised(w: Watch, most: number, now: Millis): Watch {
  return { ...w, raised: [...w.raised, now].slice(-most) };
}
