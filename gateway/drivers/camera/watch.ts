import { isLiftgateError, messageOf } from '../../../protocols/error.ts';
import type { Clock, Millis } from '../../../protocols/time.ts';
import { type Attempts, afterFailure, FRESH, waitBefore } from '../backoff.ts';
import { pause } from '../pause.ts';
import { createCamera } from './driver.ts';
import { adviceOn, isHealthCode } from './health.ts';
import type { RuleChange } from './report.ts';

export interface WatchTarget {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly fingerprint?: string | undefined;
}

/** A camera is now otherwise than before: a code for programs, a sentence for people. */
export interface HealthChange {
  readonly at: Millis;
  readonly health: string;
  readonly detail: string;
}

export interface WatchDeps {
  readonly clock: Clock;
  /** 0 ≤ x < 1 */
  readonly random: () => number;
  readonly onRule: (change: RuleChange) => void;
  readonly onHealth: (change: HealthChange) => void;
}

/**
 * Listens to whatever rules a camera has, with the same driver, limits and recovery as the gateway. Resolves when
 * aborted; a camera that cannot be reached, or refuses, is told as health and tried again.
 */
export async function watchCamera(target: WatchTarget, deps: WatchDeps, signal: AbortSignal): Promise<void> {
  const { fingerprint, ...rest } = target;
  const settings = { kind: 'camera', id: hostOf(target.url), ...rest, rules: null } as const;
  const driver = createCamera(fingerprint === undefined ? settings : { ...settings, fingerprint }, {
    clock: deps.clock,
    onChange: deps.onRule,
  });
  let said: string | null = null;
  const tell = (health: string, detail: string) => {
    if (said === health) return;
    said = health;
    deps.onHealth({ at: deps.clock(), health, detail });
  };
  let attempts: Attempts = FRESH;
  while (!signal.aborted) {
    let named = false;
    try {
      await driver.run(async (readings) => {
        for (const r of readings) {
          if (r.signal !== 'device.health' || typeof r.value !== 'string') continue;
          named = isHealthCode(r.value) && r.value !== 'ok';
          if (!named) attempts = FRESH;
          tell(r.value, isHealthCode(r.value) ? adviceOn(r.value) : '');
        }
      }, signal);
    } catch (e) {
      if (!(named && isLiftgateError(e) && e.code !== 'unreachable'))
        tell(isLiftgateError(e) ? e.code : 'unreachable', messageOf(e));
      attempts = afterFailure(attempts, e);
      await pause(waitBefore('camera', attempts, e, deps.random()), signal);
    }
  }
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? url;
}
