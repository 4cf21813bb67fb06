/**
 * What the engine has to be told about a site. Plain types: the gateway's configuration fits them as it is,
 * and the engine never learns where they came from.
 */
export interface EngineSettings {
  /** IANA zone of the site; it decides where a day begins and when the shift is. */
  readonly site: { readonly timezone: string };
  readonly bays: readonly { readonly id: string }[];
  readonly devices: readonly DeviceSetting[];
  readonly rules: RuleSettings;
  readonly shift: ShiftSettings;
}

type DeviceKind = 'elm327' | 'wican' | 'scanner' | 'camera' | 'sensor' | 'broker';

export interface DeviceSetting {
  readonly id: string;
  readonly kind: DeviceKind;
  readonly bay?: string | undefined;
  /** Longest normal silence in seconds, taken as its cadence. */
  readonly silence?: number | undefined;
  /** Cameras: which rule of the camera watches which bay. */
  readonly rules?: readonly { readonly rule: string; readonly bay: string }[] | undefined;
  /** Cameras: contacts wired to them, and the bay that each belongs to. */
  readonly inputs?: readonly { readonly input: string; readonly bay: string }[] | undefined;
  /** Cameras: it also tells by the part `pixels/BAY` what pictures say of a bay. */
  readonly pixels?: object | undefined;
  /** Scanners: seconds that a bay label speaks for what is scanned next. */
  readonly bayFor?: number | undefined;
}

/** Thresholds; units as in the configuration: seconds, minutes where named so, mm. */
export interface RuleSettings {
  readonly minimumStay: number;
  readonly minimumGap: number;
  /** Minutes. */
  readonly overstay: number;
  /** Minutes. */
  readonly idleAfter: number;
  readonly whichCarAfter: number;
  readonly raisedAbove: number;
  readonly freeDistance: number;
  readonly offlineAfter: number;
  readonly pace: number;
  /** Minutes. */
  readonly scanHolds?: number | undefined;
  /** Minutes within which a scan can be taken back. */
  readonly undoWithin?: number | undefined;
  /** Minutes that the last sign of work counts; 5 if left out. */
  readonly activityExpires?: number | undefined;
  /** Minutes without a physical sign after which a clocked job is marked "clock only"; 20 if left out. */
  readonly clockOnlyAfter?: number | undefined;
  /** Seconds that a bay may stand empty while cars wait; 60 if left out. */
  readonly emptyAfter?: number | undefined;
  /** Most alerts of one bay in an hour; 12 if left out. */
  readonly alertsAnHour?: number | undefined;
}

/** Milliseconds that the last sign of work counts. */
export function activityMs(rules: RuleSettings): number {
  return 60_000 * (rules.activityExpires ?? 5);
}

export interface ShiftSettings {
  readonly days: readonly string[];
  /** `HH:MM`, site-local. */
  readonly open: string;
  readonly close: string;
  readonly breaks: readonly Break[];
  /** `YYYY-MM-DD`: closed all day. */
  readonly holidays?: readonly string[] | undefined;
  /** Days with hours of their own, whatever the weekday; they go before holidays. */
  readonly special?: readonly SpecialDay[] | undefined;
}

export interface Break {
  readonly from: string;
  readonly to: string;
}

interface SpecialDay {
  readonly date: string;
  readonly open: string;
  readonly close: string;
  readonly breaks: readonly Break[];
}

/**
 * Constants of the occupancy filter, in seconds unless said otherwise. The values were tuned on simulated
 * days with errors in bursts (docs/bays-score.md): shorter confirmation brings back false flips.
 */
export interface Fusion {
  /** Time in which a steady vote moves its group by one step. */
  readonly tick: number;
  /** Log-odds × 0.25 of a source that is right 98 times in 100. */
  readonly step: number;
  /** No group ever weighs more than this, for or against. */
  readonly clamp: number;
  /** Fast lane: the sum of the groups that flips a state; above `clamp`, so that one group alone cannot. */
  readonly fast: number;
  /** Two groups that turned within `together` of each other and have both insisted for `agree` flip at once. */
  readonly agree: number;
  /** Two looks of a camera: the first look after a change may be wrong. */
  readonly together: number;
  /** A word to the contrary that is shorter, while the other group insists, is a wrong look. */
  readonly glance: number;
  /** Two groups that turned further apart have to insist for `apart`: errors that overlap by chance seldom last as long. */
  readonly apart: number;
  /** Slow lane, where no other healthy group speaks against it. */
  readonly slowAlone: number;
  /** Slow lane, where another healthy group disagrees. */
  readonly slowAgainst: number;
  /** Slow lane, where a scan or a dongle has told of the car not long ago, or another healthy group wavers. */
  readonly slowDoubted: number;
  /** Half-life of evidence that can only say "present" (OBD, scans): its silence proves nothing. */
  readonly halfLife: number;
  /** Decayed evidence below this level has no say any more. */
  readonly counts: number;
  /** Where scans and dongles alone tell of cars, the last word holds this long. */
  readonly wordHolds: number;
  readonly minimumStay: number;
  readonly minimumGap: number;
  /** Signs of work must last this long before they count as work. */
  readonly activity: number;
}

/** Minutes; longer than most jobs, shorter than a shift. */
const SCAN_HOLDS = 240;

/** `pace` shortens every confirmation time alike; what a source's silence means is not sped up by it. */
export function fusionOf(rules: RuleSettings): Fusion {
  const { pace } = rules;
  return {
    tick: 5 * pace,
    step: 1,
    clamp: 3,
    fast: 5,
    agree: 10 * pace,
    together: 11,
    glance: 6,
    apart: 16 * pace,
    slowAlone: 100 * pace,
    slowAgainst: 600 * pace,
    slowDoubted: 300 * pace,
    halfLife: 600,
    counts: 1,
    wordHolds: 60 * (rules.scanHolds ?? SCAN_HOLDS),
    minimumStay: rules.minimumStay * pace,
    minimumGap: rules.minimumGap * pace,
    activity: 120 * pace,
  };
}

const STALE_CADENCES = 3;
const STALE_AT_LEAST = 60;
const USUAL_CADENCE = 20;

/** Milliseconds after which a device's last word says nothing about now: three cadences, at least a minute. */
export function staleAfterMs(device: DeviceSetting): number {
  return 1_000 * Math.max(STALE_AT_LEAST, STALE_CADENCES * (device.silence ?? USUAL_CADENCE));
}

/** A claim belongs to a stay when it was made within this time around it. */
export const JOIN_WINDOW_MS = 600_000;
/** A hole in the ticks longer than this is time that nobody watched: the bays were UNKNOWN. */
export const GAP_MS = 60_000;
