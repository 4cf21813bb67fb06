import { type Reading, reading } from '../../../protocols/reading.ts';
import type { Millis } from '../../../protocols/time.ts';

/** What a camera's health can say; the first that stands is said, in this order. */
const HEALTH_CODES = [
  'wrong-password',
  'no-event-service',
  'pull-points-full',
  'no-profile',
  'signal-lost',
  'tampered',
  'scene-changed',
  'too-dark',
  'too-bright',
  'too-blurry',
  'impaired-view',
  'clock-skew',
  'no-snapshot',
  'no-long-poll',
  'mixed-semantics',
  'ok',
] as const;
export type HealthCode = (typeof HEALTH_CODES)[number];

/** At most so often is unchanged health said again: often enough for a silence limit of 30 s, rare enough for the store. */
const PACE_MS = 5_000;

/** Remembers which troubles stand, and when a sign of life is due. */
export class Health {
  private readonly standing = new Set<HealthCode>();
  private said: { code: HealthCode; at: Millis } | null = null;

  set(code: HealthCode, stands: boolean): void {
    if (stands) this.standing.add(code);
    else this.standing.delete(code);
  }

  get code(): HealthCode {
    return HEALTH_CODES.find((c) => this.standing.has(c)) ?? 'ok';
  }

  /** The reading to emit now: at once when the health changed, else at most every 5 s. */
  due(device: string, now: Millis): Reading[] {
    const code = this.code;
    if (this.said?.code === code && now >= this.said.at && now - this.said.at < PACE_MS) return [];
    this.said = { code, at: now };
    return [reading(device, 'device.health', code, now)];
  }
}

export function isHealthCode(text: string | undefined): text is HealthCode {
  return (HEALTH_CODES as readonly (string | undefined)[]).includes(text);
}
