import type { Millis } from '../../protocols/time.ts';
import { LOOK_MS, type Look } from './wire.ts';

/**
 * The reference filter of our field notes on bays ("Fusion design"), as it stands there, to compare with: tempered and
 * clamped votes, a fast lane for two groups, a slow lane for one that insists, back-dating to the first contrary look.
 */
export class Reference {
  present: boolean | null = null;
  private readonly votes: Record<Look['source'], Vote> = { camera: newVote(), floor: newVote() };

  /** Every 5 s. @param words what each source says now @returns since when, if the state has flipped */
  step(words: readonly { readonly source: Look['source']; readonly present: boolean }[], now: Millis): Millis | null {
    const seconds = LOOK_MS / 1_000;
    const dir = this.present === true ? -1 : 1;
    for (const source of ['camera', 'floor'] as const) {
      const v = this.votes[source];
      const word = words.find((w) => w.source === source);
      v.healthy = word !== undefined;
      if (!word) continue;
      v.level = Math.min(CLAMP, Math.max(-CLAMP, v.level + (word.present ? STEP : -STEP)));
      const against = v.level * dir;
      v.timer = against >= CLAMP ? v.timer + seconds : Math.max(0, v.timer - 2 * seconds);
      if (against <= -CLAMP) v.since = null;
      else if ((word.present ? 1 : -1) === dir) v.since ??= now;
    }
    if (words.length === 0) return null;
    const [camera, floor] = [this.votes.camera, this.votes.floor];
    if (this.present === null) {
      // Nothing is overturned at the start: the first group at its clamp tells.
      const sum = camera.level + floor.level;
      return Math.abs(sum) >= CLAMP ? this.flip(sum > 0, now) : null;
    }
    const fast = (camera.level + floor.level) * dir >= FAST;
    const slow = [[camera, floor] as const, [floor, camera] as const].some(
      ([one, other]) => one.timer >= (other.healthy && other.level * dir < 0 ? AGAINST : ALONE),
    );
    return fast || slow ? this.flip(dir > 0, now) : null;
  }

  private flip(present: boolean, now: Millis): Millis {
    const sinces = Object.values(this.votes).flatMap((v) => (v.since === null ? [] : [v.since]));
    this.present = present;
    for (const v of Object.values(this.votes)) Object.assign(v, { timer: 0, since: null });
    return Math.min(now, ...sinces);
  }
}

/** Tempered log-odds of a source that is right 98 times in 100, a group's most, and what the sum must reach. */
const STEP = 1;
const CLAMP = 3;
const FAST = 4;
/** Seconds. */
const ALONE = 90;
const AGAINST = 300;

interface Vote {
  level: number;
  timer: number;
  healthy: boolean;
  /** The first look against the state since the group last stood fully calm. */
  since: Millis | null;
}

function newVote(): Vote {
  return { level: 0, timer: 0, healthy: false, since: null };
}
