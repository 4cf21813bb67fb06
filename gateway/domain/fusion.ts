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
  /** First evidence against what is booked since the group last stood fully calm. */
  readonly contrary: Readonly<Record<TwoWay, Millis | null>>;
}

export const NO_EVIDENCE: FusionState = {
  sources: {},
  levels: { camera: 0, floor: 0 },
  contrary: { camera: null, floor: null },
};

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
  /** Not stale, and its device well. */
  good(source: Source): boolean;
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
  /** The latest word of presence from OBD or a scan. */
  readonly presentAt: Millis;
  /** The last word of any two-way source, healthy or not. */
  readonly lastWord: Millis;
  readonly lift: Lift | null;
}

/** Weighs all sources now. `dt` in seconds moves the two-way groups; 0 only looks. */
export function weigh(
  state: FusionState,
  now: Millis,
  dt: number,
  lift: Lift | null,
  fusion: Fusion,
  trust: Trust,
): Weighing {
  const sums = { camera: 0, floor: 0 };
  const counts = { camera: 0, floor: 0 };
  const turned = { camera: 0, floor: 0 };
  const heard = { camera: 0, floor: 0 };
  let obd = 0;
  let identity = 0;
  let presentAt = 0;
  let lastWord = 0;
  for (const key in state.sources) {
    const s = state.sources[key]!;
    if (s.group === 'camera' || s.group === 'floor') {
      const at = trust.heard(s);
      lastWord = Math.max(lastWord, at);
      if (s.says === 'unknown' || !trust.good(s)) continue;
      sums[s.group] += s.says === 'present' ? 1 : -1;
      counts[s.group] += 1;
      turned[s.group] = Math.max(turned[s.group], s.turned);
      heard[s.group] = Math.max(heard[s.group], at);
    } else if (s.group !== 'lift' && s.says === 'present') {
      const level = fusion.clamp * 0.5 ** (Math.max(0, now - s.at) / (1_000 * fusion.halfLife));
      if (s.group === 'obd') obd = Math.max(obd, level);
      else identity = Math.max(identity, level);
      presentAt = Math.max(presentAt, s.at);
    }
  }
  const vote = (g: TwoWay) => (counts[g] === 0 ? 0 : sums[g] / counts[g]);
  const votes = { camera: vote('camera'), floor: vote('floor') };
  const level = (g: TwoWay) => {
    if (counts[g] === 0) return 0;
    const moved = state.levels[g] + (votes[g] * fusion.step * dt) / fusion.tick;
    return Math.min(fusion.clamp, Math.max(-fusion.clamp, moved));
  };
  const levels = { camera: level('camera'), floor: level('floor') };
  return { levels, votes, turned, heard, obd, identity, presentAt, lastWord, lift };
}

/** Log-odds (tempered) that a car is there. */
export function sumOf(w: Weighing, clamp: number): number {
  return w.levels.camera + w.levels.floor + (w.lift?.carries ? clamp : 0) + w.obd + w.identity;
}

/** What each source says, for people: one that cannot be trusted now says nothing. */
export function evidenceOf(state: FusionState, trust: Trust): Evidence {
  return Object.values(state.sources).map((s) => {
    const fades = s.group === 'obd' || s.group === 'identity';
    return { group: s.group, device: s.device, says: fades || trust.good(s) ? s.says : 'unknown', at: s.at };
  });
}
