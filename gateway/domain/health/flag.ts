import type { EventData } from '../../../protocols/event.ts';
import type { Cause, FlagName } from '../../../protocols/health/flag.ts';
import type { Millis } from '../../../protocols/time.ts';
import type { Ended } from '../detect/conformal.ts';
import type { Baseline } from '../detect/robust.ts';
import { inKm, kmPerDay, lookAhead, rounded } from './due.ts';
import { judge, type Known, LEARNING, type Verdict } from './judge.ts';
import { type Spec, specOf } from './spec.ts';
import { type Point, pointsOf } from './track.ts';
import type { Health } from './vehicle.ts';

export type FlagData = EventData<'liftgate.vehicle.flag.v1'>;
export type Evidence = NonNullable<FlagData['evidence']>[number];
export type Condition = NonNullable<FlagData['conditions']>[number];

/** What flags are judged with, beside the car's own features. */
export interface Around {
  readonly vin: string;
  readonly now: Millis;
  /** The healthy middle of cars of the same kind, by feature; null: not known. */
  readonly prior?: (flag: FlagName, feature: string) => Baseline | null;
  /** Forecasts of a flag that came to their end; see `lookAhead`. */
  readonly ended?: (flag: FlagName) => readonly Ended[];
  /** Repairs that people told of. */
  readonly repairs?: Readonly<Partial<Record<FlagName, readonly Repair[]>>>;
  /** Levels that were dismissed, by feature. */
  readonly dismissed?: Readonly<Record<string, number>>;
}
export type Repair = NonNullable<FlagData['repairs']>[number];

/** A feature with its verdict. */
export interface Judged {
  readonly feature: string;
  readonly spec: Spec;
  readonly points: readonly Point[];
  readonly verdict: Verdict;
}

const ORDER: readonly FlagData['state'][] = ['unavailable', 'learning', 'healthy', 'cleared', 'watch', 'raised'];
const MOST_SERIES = 200;

export function sinceOf(h: Health, around: Around, flag: FlagName): Millis {
  return Math.max(h.since ?? 0, ...(around.repairs?.[flag] ?? []).map((r) => r.at));
}

/** Judges one feature of a car as `spec` says; null where nothing was measured. */
export function judgeFeature(
  h: Health,
  around: Around,
  flag: FlagName,
  feature: string,
  more: { spec?: Spec; track?: string; known?: Known; points?: readonly Point[] } = {},
): Judged | null {
  const spec = more.spec ?? specOf(feature);
  const points = more.points ?? pointsOf(h.tracks[more.track ?? feature] ?? [], sinceOf(h, around, flag));
  if (points.length === 0) return null;
  const known = {
    // Cars of the same kind are asked only while the car's own past is too short.
    prior: points.length < LEARNING ? (around.prior?.(flag, feature) ?? null) : null,
    dismissed: around.dismissed?.[feature] ?? null,
    ...more.known,
  };
  return { feature, spec, points, verdict: judge(points, spec, known) };
}

/** The one that speaks for the flag: the worst state; of equals the one with the clearest change, then the longest. */
export function worst(all: readonly (Judged | null)[]): Judged | null {
  const excess = ({ spec, verdict: { base, level } }: Judged) =>
    base === null ? 0 : (spec.bad * (level - base.median)) / base.spread;
  return all.reduce((best, j) => {
    if (j === null || best === null) return best ?? j;
    const by =
      ORDER.indexOf(j.verdict.state) - ORDER.indexOf(best.verdict.state) ||
      (j.verdict.state === 'raised' ? excess(j) - excess(best) : j.points.length - best.points.length);
    return by > 0 ? j : best;
  }, null);
}

export interface Extra {
  readonly cause?: Cause | null;
  readonly evidence?: readonly Evidence[];
  readonly conditions?: readonly Condition[];
  readonly caveats?: readonly string[];
  readonly change?: readonly string[];
  /** A trend that reaches the limit soon is watched before it has crossed the first. */
  readonly foresees?: boolean;
  /** Why there is nothing. */
  readonly missing: string;
}

/** A flag from the feature that speaks for it. */
export function flagFrom(h: Health, around: Around, flag: FlagName, lead: Judged | null, extra: Extra): FlagData {
  const none = lead === null;
  const v = lead?.verdict ?? null;
  const drifts = v !== null && (v.state === 'raised' || v.state === 'watch' || (extra.foresees === true && v.p < 0.01));
  const ended = around.ended?.(flag) ?? [];
  const ahead = lead !== null && drifts ? lookAhead(lead.points, lead.spec, lead.verdict, around.vin, ended) : null;
  const soon = v !== null && v.p < 0.01 && v.state === 'healthy' && ahead?.due != null;
  const state = v === null ? 'unavailable' : soon ? 'watch' : v.state;
  const rule = v === null ? extra.missing : soon ? 'trend-reaches-act' : v.rule;
  const since = v === null ? 0 : lead!.points.length - v.from;
  const caveats = [...(extra.caveats ?? [])];
  if (v !== null && since < LEARNING && v.limits === 'textbook') caveats.push('few-features');
  if (ahead?.beyond) caveats.push('beyond-horizon');
  if (ahead?.by === 'bootstrap') caveats.push('not-calibrated');
  const perDay = kmPerDay(h.tracks.odometer);
  const evidence: Evidence[] = [];
  if (lead !== null && v !== null) {
    evidence.push({ name: lead.feature.slice(0, 40), value: rounded(v.level), unit: lead.spec.unit });
    if (v.base !== null) evidence.push({ name: 'own-baseline', value: rounded(v.base.median), unit: lead.spec.unit });
    evidence.push({ name: 'features', value: since, unit: '1' });
  }
  if (perDay !== null) evidence.push({ name: 'km-per-day', value: Math.round(perDay), unit: 'km/d' });
  const told = around.repairs?.[flag] ?? [];
  const steps = (v?.steps ?? []).map((at) => ({ at, how: 'step' as const }));
  return {
    vin: around.vin,
    flag,
    state,
    severity: severityOf(state, rule),
    confidence: v === null ? null : confidenceOf(since, v, rule),
    series: lead === null ? [] : lead.points.slice(-MOST_SERIES).map((p) => ({ at: Math.round(p.at), value: p.value })),
    unit: lead?.spec.unit ?? '1',
    watch: v?.watch == null ? null : rounded(v.watch),
    act: v?.act == null ? null : rounded(v.act),
    forecast: ahead?.forecast ?? [],
    due: ahead?.due ?? null,
    line: ahead?.line ?? null,
    caveats,
    rule,
    cause: extra.cause ?? null,
    evidence: [...evidence, ...(extra.evidence ?? [])].slice(0, 24),
    conditions: [...(extra.conditions ?? [])],
    ...(none ? {} : { limits: v!.limits }),
    dueKm: inKm(ahead?.due ?? null, perDay, around.now),
    change: [...(extra.change ?? [])],
    repairs: [...told, ...steps].toSorted((a, b) => a.at - b.at).slice(-40),
  };
}

export function severityOf(state: FlagData['state'], rule: string): FlagData['severity'] {
  if (state !== 'raised') return 'info';
  return rule === 'beyond-act-twice' ? 'severe' : 'warning';
}

/** Grows with the number of features, and with how far two detectors agree. docs/prediction.md has how it came true. */
function confidenceOf(features: number, v: Verdict, rule: string): number | null {
  if (features < 2) return null;
  const agreed = rule === 'beyond-act-twice' ? (v.base === null ? 0.8 : 0.95) : v.p < 0.01 ? 0.95 : 0.85;
  return rounded(Math.min(0.97, agreed * (features / (features + 1))));
}

/** A flag that rests on no series of its own; what `more` does not say is unknown or empty. */
export function plain(around: Around, flag: FlagName, more: Partial<FlagData>): FlagData {
  return {
    vin: around.vin,
    flag,
    state: 'unavailable',
    severity: more.state === 'raised' ? 'warning' : 'info',
    confidence: null,
    series: [],
    unit: '1',
    watch: null,
    act: null,
    forecast: [],
    due: null,
    caveats: [],
    rule: 'nothing-measured',
    cause: null,
    evidence: [],
    conditions: [],
    limits: 'textbook',
    dueKm: null,
    change: [],
    repairs: [...(around.repairs?.[flag] ?? [])],
    ...more,
  };
}

export function condition(name: string, count: number): Condition {
  return { condition: name, met: count > 0, count };
}
