import { type Reading, reading } from '../../../protocols/reading.ts';
import type { Millis } from '../../../protocols/time.ts';

/** What a camera's health can say, and what to do about it; of those that stand, the first is said. */
const HEALTH = {
  'wrong-password':
    'the camera refuses user and password: check both in the configuration; tried again rarely, so that the account is not locked',
  'basic-only':
    'it takes HTTP Basic alone, which shows the password to the whole network: switch on digest in the camera, or write an https url',
  'wrong-certificate':
    'its certificate is not the pinned one, or nobody vouches for it: compare fingerprints, and set the option fingerprint',
  'no-event-service': 'it offers no ONVIF events: switch them on in the camera, or update its firmware',
  'pull-points-full':
    'all its pull points are taken: close other listeners (a recorder, an app), or wait until theirs end',
  'no-profile': 'it shows this user no media profile: create one, or give the ONVIF user the right to read media',
  'signal-lost': 'it has lost the picture of its sensor: look at the camera',
  tampered: 'it reports that it was covered or turned: look at the camera',
  frozen: 'it has been sending the same picture for a minute: restart the camera; its picture counts for nothing now',
  'scene-changed': 'it reports another scene than it is used to: look at the camera',
  shifted: 'it looks elsewhere than when it was calibrated: turn it back, or draw the regions and calibrate anew',
  'too-dark': 'its picture is too dark to see a car: switch on the light, or the camera’s night mode',
  'too-bright': 'its picture is too bright: shade it, or change its exposure',
  'too-blurry': 'its picture is blurred: clean and focus it',
  'impaired-view': 'it reports an impaired view: clean it',
  'clock-unknown': 'it does not say what time it is: set its clock and its time zone; events are dated on arrival',
  'clock-skew': 'its clock is more than 5 s off: give it a time server; events are dated by the difference',
  'no-snapshot':
    'it gives no JPEG picture (perhaps an rtsp: stream alone): switch snapshots on, or give the ONVIF user the right to read media',
  'no-long-poll': 'it answers every question at once with nothing: asked every 2 s instead; newer firmware may help',
  'mixed-semantics':
    'one of its rules speaks now of single objects, now of all together: delete the rule in the camera and create it anew',
  ok: 'all is well',
} as const;

/** The camera's own events, our look at its pictures, and the talk with it. */
const TELLERS = ['camera', 'eyes', 'driver'] as const;
type Teller = (typeof TELLERS)[number];

export type HealthCode = keyof typeof HEALTH;
const HEALTH_CODES = Object.keys(HEALTH) as HealthCode[];

/** At most so often is unchanged health said again: often enough for a silence limit of 30 s, rare enough for the store. */
const PACE_MS = 5_000;

/** Remembers which troubles stand, and when a sign of life is due. */
export class Health {
  private readonly standing = new Set<string>();
  private said: { code: HealthCode; at: Millis } | null = null;

  /** @param teller who found it: a trouble stands as long as one of them says so */
  set(code: HealthCode, stands: boolean, teller: Teller = 'driver'): void {
    if (stands) this.standing.add(`${code}/${teller}`);
    else this.standing.delete(`${code}/${teller}`);
  }

  get code(): HealthCode {
    return HEALTH_CODES.find((c) => TELLERS.some((t) => this.standing.has(`${c}/${t}`))) ?? 'ok';
  }

  /** The reading to emit now: at once when the health changed, else at most every 5 s. */
  due(device: string, now: Millis): Reading[] {
    const code = this.code;
    if (this.said?.code === code && now >= this.said.at && now - this.said.at < PACE_MS) return [];
    this.said = { code, at: now };
    return [reading(device, 'device.health', code, now)];
  }
}

export function isHealthCode(text: string | null | undefined): text is HealthCode {
  return text != null && Object.hasOwn(HEALTH, text);
}

/** Troubles that leave the events of the rules as they are. */
const HEARS: readonly string[] = ['ok', 'no-profile', 'no-snapshot', 'no-long-poll', 'clock-skew', 'clock-unknown'];

/** Are the camera's rules heard, whatever else may be wrong with it? */
export function isHeard(code: string): boolean {
  return HEARS.includes(code);
}

/** In a sentence, what a health code means and what to do. */
export function adviceOn(code: HealthCode): string {
  return HEALTH[code];
}
