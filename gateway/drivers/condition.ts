import { isLiftgateError, messageOf } from '../../protocols/error.ts';
import type { DeviceState } from '../../protocols/event.ts';
import type { Millis } from '../../protocols/time.ts';

/** Away for so long, a device counts as offline. */
const OFFLINE_AFTER_MS = 60_000;

export interface Trouble {
  readonly reason: string;
  readonly detail: string | null;
}

/** How a device is. Pure: what happens goes in, the next condition comes out. */
export interface Condition {
  readonly state: DeviceState;
  /** Wall clock. */
  readonly since: Millis;
  /** Counts its connections (Sparkplug bdSeq): one more each time it is heard after it was away. */
  readonly life: number;
  readonly reason: string | null;
  readonly detail: string | null;
  /** A named trouble that the device told of itself; it stands until `ok`. */
  readonly trouble: Trouble | null;
  /** Since when it is away, by the monotonic clock; null while it is not. */
  readonly awaySince: number | null;
}

export type Happening =
  /** A measurement came. */
  | { readonly kind: 'heard' }
  /** It says that something is wrong with it. */
  | { readonly kind: 'troubled'; readonly trouble: Trouble }
  /** It says that it is well again. */
  | { readonly kind: 'well' }
  /** It is not there any more, or not yet again. */
  | { readonly kind: 'lost'; readonly trouble: Trouble }
  /** Nothing; `silentMs` = how long it has not been heard, null when never. */
  | { readonly kind: 'time'; readonly silentMs: number | null };

/** Both clocks: the wall's for what is told, the monotonic one for what is decided. */
export interface Now {
  readonly wall: Millis;
  readonly mono: number;
}

export function unknown(now: Now): Condition {
  const nothing = { reason: null, detail: null, trouble: null };
  return { state: 'connecting', since: now.wall, life: 0, ...nothing, awaySince: now.mono };
}

/**
 * The next condition; the very same object when nothing changed.
 *
 * @param silenceMs longest silence that is normal; null when silence means nothing
 */
export function next(c: Condition, happening: Happening, now: Now, silenceMs: number | null): Condition {
  switch (happening.kind) {
    case 'heard':
      if (isAway(c)) return up({ ...c, life: c.life + 1, trouble: null }, now);
      return c.state === 'stale' ? up(c, now) : c;
    case 'well':
      if (isAway(c)) return up({ ...c, life: c.life + 1, trouble: null }, now);
      return c.state === 'online' ? c : up({ ...c, trouble: null }, now);
    case 'troubled': {
      const { trouble } = happening;
      if (c.trouble?.reason === trouble.reason && c.state === 'degraded') return c;
      const life = isAway(c) ? c.life + 1 : c.life;
      return { ...enter(c, 'degraded', trouble, now), life, trouble, awaySince: null };
    }
    case 'lost':
      return lost(c, happening.trouble, now);
    case 'time':
      return timePassed(c, happening.silentMs, now, silenceMs);
  }
}

function isAway(c: Condition): boolean {
  return c.state === 'connecting' || c.state === 'backoff' || c.state === 'offline';
}

function up(c: Condition, now: Now): Condition {
  return { ...enter(c, c.trouble === null ? 'online' : 'degraded', c.trouble, now), awaySince: null };
}

/** Tries that fail do not start the absence anew; a new reason is told all the same. */
function lost(c: Condition, trouble: Trouble, now: Now): Condition {
  if (c.state === 'backoff' || c.state === 'offline') {
    return c.reason === trouble.reason ? c : { ...c, ...trouble };
  }
  return { ...enter(c, 'backoff', trouble, now), trouble: null, awaySince: c.awaySince ?? now.mono };
}

const SILENT: Trouble = { reason: 'silent', detail: null };
const NO_ANSWER: Trouble = { reason: 'no-answer', detail: null };

function timePassed(c: Condition, silentMs: number | null, now: Now, silenceMs: number | null): Condition {
  if ((c.state === 'connecting' || c.state === 'backoff') && c.awaySince !== null) {
    if (now.mono - c.awaySince < OFFLINE_AFTER_MS) return c;
    const { reason, detail } = c;
    return enter(c, 'offline', reason === null ? NO_ANSWER : { reason, detail }, now);
  }
  if (c.state === 'online' || c.state === 'degraded') {
    const silent = silenceMs !== null && silentMs !== null && silentMs > silenceMs;
    return silent ? enter(c, 'stale', SILENT, now) : c;
  }
  return c;
}

function enter(c: Condition, state: DeviceState, why: Trouble | null, now: Now): Condition {
  return { ...c, state, since: now.wall, reason: why?.reason ?? null, detail: why?.detail ?? null };
}

/** Why a line ended, as a code for machines and a sentence for people. */
export function troubleOf(error: unknown, wasUp: boolean): Trouble {
  return { reason: reasonOf(error, wasUp), detail: messageOf(error).slice(0, 400) };
}

function reasonOf(error: unknown, wasUp: boolean): string {
  const gone = wasUp ? 'line-lost' : 'unreachable';
  if (!isLiftgateError(error)) return gone;
  if (error.trouble !== null) return error.trouble;
  switch (error.code) {
    case 'unreachable':
      return gone;
    case 'denied':
      return 'wrong-password';
    case 'config':
      return 'wrong-config';
    case 'invalid':
      return 'not-understood';
    case 'conflict':
      return 'taken';
    case 'full':
      return 'store-full';
    case 'not-found':
    case 'busy':
    case 'internal':
      return error.code;
  }
}
