import type { EventData } from '../../protocols/event.ts';
import type { EvidenceGroup } from '../../protocols/signal.ts';
import type { Millis } from '../../protocols/time.ts';
import type { Fusion } from './settings.ts';

/**
 * The evidence for one bay: sources, gathered into groups whose errors go together, each group one tempered and clamped
 * vote. Groups that can say both "present" and "absent" move step by step; OBD and scans can only say "present", and
 * what they said fades.
 */
export type Says = 'present' | 'absent' | 'unknown';
export type Evidence = EventData<'liftgate.bay.occupancy.v1'>['evidence'];

export interface Source {
  readonly group: EvidenceGroup;
  readonly device: string;
  readonly says: Says;
  /** When it was last heard to say so, and since when it does. */
  readonly at: Millis;
  readonly turned: Millis;
}

export const TWO_WAY = ['camera', 'floor'] as const;
export type TwoWay = (typeof TWO_WAY)[number];

export interface FusionState {
  readonly sources: Readonly<Record<string, Source>>;
  /** Above 0: present. */
  readonly levels: Readonly<Record<TwoWay, number>>;
  /** Seconds that each group has spoken against what is booked, less twice the seconds that it did not. */
  readonly timers: Readonly<Record<TwoWay, number>>;
  /** First evidence against what is booked since the group last stood fully calm. */
  readonly contrary: Readonly<Record<TwoWay, Millis | null>>;
}

/** What a group remembers when nothing is known. */
export const CALM: Omit<FusionState, 'sources'> = {
  levels: { camera: 0, floor: 0 },
  timers: { camera: 0, floor: 0 },
  contrary: { camera: null, floor: null },
};

export const NO_EVIDENCE: FusionState = { sources: {}, ...CALM };

const HEARD_AGAIN_MS = 1_000;

/** A source speaks. Saying the same again within a second changes nothing, so that fast sensors cost nothing. */
export function hear<S extends FusionState>(
  state: S,
  key: string,
  said: { group: EvidenceGroup; device: string; says: Says; at: Millis },
): S {
  const old = state.sources[key];
  if (old?.says === said.says && said.at - old.at < HEARD_AGAIN_MS) return state;
  if (old && said.at < old.at) return state;
  const turned = old?.says === said.says ? old.turned : said.at;
  return { ...state, sources: { ...state.sources, [key]: { ...said, turned } } };
}

/** What is to be thought of a source, by its device. */
export interface Trust {
  /** When it was last heard: a camera that keeps answering still means what it said an hour ago. */
  heard(source: Source): Millis;
  /** Not stale, and its device well. `heard`: as above. */
  good(source: Source, heard: Millis): boolean;
  /** Words of presence from before this opening of the shop say nothing of now. */
  readonly openedAt: Millis;
}

export interface Lift {
  readonly raised: boolean;
  /** Raised and not known to be without load: a car hangs on it. */
  readonly carries: boolean;
  /** The load was measured: a lift that is parked high does not look like this. */
  readonly loaded: boolean;
  readonly at: Millis;
}

export interface Weighing {
  readonly levels: Readonly<Record<TwoWay, number>>;
  /** Which way each group votes now: 1 present, −1 absent, 0 no say; a mean of −1 … 1 where its sources differ. */
  readonly votes: Readonly<Record<TwoWay, number>>;
  /** When the newest source of the group turned to what it says. */
  readonly turned: Readonly<Record<TwoWay, Millis>>;
  /** When the group was last heard. */
  readonly heard: Readonly<Record<TwoWay, Millis>>;
  readonly obd: number;
  readonly identity: number;
  /** The latest word of presence from OBD or a scan; 0: none since the shop opened. */
  readonly presentAt: Millis;
  /** Someone said that the car of that word is gone; 0: nobody did. */
  readonly goneAt: Millis;
  /** The last word of any two-way source, healthy or not; 0: there never was one. */
  readonly lastWord: Millis;
  readonly lift: Lift | null;
}

/** Weighs all sources now. `dt` in seconds moves the two-way groups; 0 only looks. Runs for each bay in each second. */
export function weigh(
  state: FusionState,
  now: Millis,
  dt: number,
  lift: Lift | null,
  fusion: Fusion,
  trust: Trust,
): Weighing {
  const votes = { camera: 0, floor: 0 };
  const counts = { camera: 0, floor: 0 };
  const turned = { camera: 0, floor: 0 };
  const heard = { camera: 0, floor: 0 };
  let obd = 0;
  let identity = 0;
  let presentAt = 0;
  let goneAt = 0;
  let lastWord = 0;
  for (const key in state.sources) {
    const s = state.sources[key]!;
    const { group } = s;
    if (group === 'camera' || group === 'floor') {
      const at = trust.heard(s);
      if (at > lastWord) lastWord = at;
      if (s.says === 'unknown' || !trust.good(s, at)) continue;
      votes[group] += s.says === 'present' ? 1 : -1;
      counts[group] += 1;
      if (s.turned > turned[group]) turned[group] = s.turned;
      if (at > heard[group]) heard[group] = at;
    } else if (group !== 'lift' && s.says === 'present') {
      const level = fusion.clamp * 0.5 ** (Math.max(0, now - s.at) / (1_000 * fusion.halfLife));
      if (group === 'obd') obd = Math.max(obd, level);
      else identity = Math.max(identity, level);
      if (s.at >= trust.openedAt) presentAt = Math.max(presentAt, s.at);
    } else if (s.says === 'absent') goneAt = Math.max(goneAt, s.at);
  }
  if (counts.camera > 1) votes.camera /= counts.camera;
  if (counts.floor > 1) votes.floor /= counts.floor;
  const gain = (fusion.step * dt) / fusion.tick;
  const levels = {
    camera: counts.camera === 0 ? 0 : clamped(state.levels.camera + votes.camera * gain, fusion.clamp),
    floor: counts.floor === 0 ? 0 : clamped(state.levels.floor + votes.floor * gain, fusion.clamp),
  };
  return { levels, votes, turned, heard, obd, identity, presentAt, goneAt, lastWord, lift };
}

function clamped(level: number, clamp: number): number {
  return level > clamp ? clamp : Math.max(level, -clamp);
}

/** Log-odds (tempered) that a car is there. */
export function sumOf(w: Weighing, clamp: number): number {
  return w.levels.camera + w.levels.floor + (w.lift?.carries ? clamp : 0) + w.obd + w.identity;
}

/** What each source says, for people: one that cannot be trusted now says nothing. */
export function evidenceOf(state: FusionState, trust: Trust): Evidence {
  return Object.values(state.sources).map((s) => {
    const fades = s.group === 'obd' || s.group === 'identity';
    return {
      group: s.group,
      device: s.device,
      says: fades || trust.good(s, trust.heard(s)) ? s.says : 'unknown',
      at: s.at,
    };
  });
}
