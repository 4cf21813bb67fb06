import type { Cause } from '../../../protocols/health/flag.ts';
import { median } from '../detect/robust.ts';
import {
  type Around,
  condition,
  type Evidence,
  type FlagData,
  flagFrom,
  type Judged,
  judgeFeature,
  sinceOf,
  worst,
} from './flag.ts';
import { LEARNING } from './judge.ts';
import { specOf } from './spec.ts';
import { cranksOf } from './starts.ts';
import { type Point, pointsOf } from './track.ts';
import { flagOfTest, type Health } from './vehicle.ts';

const named = (h: Health, start: string) => Object.keys(h.tracks).filter((n) => n.startsWith(start));
const length = (h: Health, name: string) => (h.tracks[name]?.length ?? 0) / 2;

/** Starts of the engine: the lowest voltage at 20 °C. Worn, or only drained: how it rests tells that. */
export function batteryFlag(h: Health, around: Around): FlagData {
  const since = sinceOf(h, around, 'battery');
  const { points, warm, perKelvin, slow } = cranksOf(h.starts, h.air, since);
  const lead = judgeFeature(h, around, 'battery', 'crank', { points });
  const rests = pointsOf(h.tracks.rest ?? [], since).slice(-5);
  const rest = rests.length === 0 ? null : median(rests.map((p) => p.value));
  const caveats: string[] = [];
  if (points.length - (lead?.verdict.from ?? 0) < 8) caveats.push('few-starts');
  if (warm < points.length) caveats.push('no-temperature');
  else if (perKelvin === 0) caveats.push('uncompensated');
  if (slow) caveats.push('slow-sampling');
  const troubled = lead?.verdict.state === 'raised' || lead?.verdict.state === 'watch';
  // 12.24 V at rest is half charged (flooded lead battery at 25 °C).
  const cause: Cause | null = !troubled || rest === null ? null : rest < 12.24 ? 'drained' : 'worn';
  const evidence: Evidence[] = rest === null ? [] : [{ name: 'rest-voltage', value: rest, unit: 'V' }];
  if (perKelvin > 0) evidence.push({ name: 'volts-per-kelvin', value: Math.round(perKelvin * 1e4) / 1e4, unit: 'V/K' });
  return flagFrom(h, around, 'battery', lead, {
    cause,
    evidence,
    caveats,
    conditions: [
      condition('engine-start-seen', points.length),
      condition('start-with-temperature', warm),
      condition('rest-over-four-hours', rests.length),
    ],
    change: ['battery-test', 'battery-replaced'],
    foresees: true,
    missing: 'no-starts',
  });
}

export function alternatorFlag(h: Health, around: Around): FlagData {
  const since = sinceOf(h, around, 'alternator');
  const meters = new Set([...named(h, 'charge-mid.'), ...named(h, 'charge.')].map((f) => f.slice(f.indexOf('.') + 1)));
  const judged = [...meters].flatMap((meter) => {
    const mid = pointsOf(h.tracks[`charge-mid.${meter}`] ?? [], since);
    const full = pointsOf(h.tracks[`charge.${meter}`] ?? [], since);
    const feature = `charge.${meter}`;
    return [
      isSteady(mid)
        ? judgeFeature(h, around, 'alternator', feature, { points: joinedBy(full, mid) })
        : judgeFeature(h, around, 'alternator', feature, {
            points: full,
            spec: { ...specOf(feature), watch: () => LETS },
          }),
      judgeFeature(h, around, 'alternator', `charge-mid.${meter}`),
      judgeFeature(h, around, 'alternator', `charge-low.${meter}`, { points: mid }),
    ];
  });
  const count = (start: string) => named(h, start).reduce((n, f) => n + length(h, f), 0);
  return flagFrom(h, around, 'alternator', worst(judged), {
    conditions: [
      condition('charging-warm-above-1200', count('charge-mid.')),
      condition('overrun-or-steady-charge', count('charge.')),
    ],
    change: ['charging-test', 'alternator-replaced'],
    missing: 'no-charging-drives',
  });
}

/** What charging that saves fuel reaches at times is scattered: it is well as long as it comes above this, V. */
const LETS = 13.2;

/** A car that charged through all of its first drives does not let go on purpose: of it a low drive needs no overrun. */
function isSteady(mid: readonly Point[]): boolean {
  return mid.length >= LEARNING && mid.slice(0, LEARNING).every((p) => p.value >= LETS);
}

function joinedBy(points: readonly Point[], more: readonly Point[]): readonly Point[] {
  const known = new Set(points.map((p) => p.at));
  return [...points, ...more.filter((p) => !known.has(p.at))].toSorted((a, b) => a.at - b.at);
}

export function warmUpFlag(h: Health, around: Around): FlagData {
  const since = sinceOf(h, around, 'warm-up');
  const plateaus = new Set(pointsOf(h.tracks.plateau ?? [], since).map((p) => p.at));
  const certain = (at: number) => plateaus.has(at);
  const warm = steadiest(named(h, 'warm.').map((name) => ({ name, points: pointsOf(h.tracks[name]!, since) })));
  const least = warm && pointsOf(h.tracks[warm.name.replace('warm.', 'least.')] ?? [], since);
  const points = warm === null ? [] : withUnfinished(warm.points, least ?? []);
  const lead = worst([
    warm && judgeFeature(h, around, 'warm-up', warm.name, { known: { certain }, points }),
    judgeFeature(h, around, 'warm-up', 'regulated'),
  ]);
  const caveats: string[] = [];
  if (lead !== null && lead.points.length - lead.verdict.from < 8) caveats.push('few-drives');
  if (plateaus.size > 0) caveats.push('plateau-at-least');
  return flagFrom(h, around, 'warm-up', lead, {
    caveats,
    evidence: plateaus.size > 0 ? [{ name: 'plateaus', value: plateaus.size, unit: '1' }] : [],
    conditions: [
      condition('cold-start-to-warm', warm?.points.length ?? 0),
      condition('warm-above-40-km-h', length(h, 'regulated')),
    ],
    change: ['full-warm-up', 'thermostat-replaced'],
    missing: 'no-cold-starts',
  });
}

interface Measured {
  readonly name: string;
  readonly points: readonly Point[];
}

/** A measure that is known so much less often than another sees too little. */
const OFTEN = 0.7;
/** Another measure must be so much steadier to be taken instead. */
const CLEARLY = 0.8;
const COMPARED = 30;

/**
 * Of the measures of heat, the one by which one warm-up of this car is most like the next: that is the one that goes with its
 * fuel, whatever burns it. Of too few, the one that is known most often.
 */
function steadiest(measures: readonly Measured[]): Measured | null {
  const heats = measures.filter((m) => m.points.length >= LEARNING && m.name !== 'warm.time');
  const known = heats.filter((m) => heats.every((other) => m.points.length >= OFTEN * other.points.length));
  const better = (a: Measured, b: Measured) =>
    known.length > 0 ? scatterOf(b) < CLEARLY * scatterOf(a) : b.points.length > a.points.length;
  const [first = null, ...others] = known.length > 0 ? known : measures.filter((m) => m.points.length > 0);
  return others.reduce((best, m) => (best !== null && better(best, m) ? m : best), first);
}

/** How far one value is from the one before, as a share: a slow drift does not count. */
function scatterOf({ points }: Measured): number {
  const values = points.slice(0, COMPARED).map((p) => p.value);
  return median(values.slice(1).map((v, i) => Math.abs(v - values[i]!))) / median(values);
}

/** Cold drives that ended early count where they had taken more than the car's own first warm-ups needed by a third. */
function withUnfinished(whole: readonly Point[], least: readonly Point[]): readonly Point[] {
  if (whole.length < 4 || least.length === 0) return whole;
  const usual = median(whole.slice(0, 10).map((p) => p.value));
  const more = least.filter((p) => p.value > 1.3 * usual && p.at > whole[3]!.at);
  return more.length === 0 ? whole : [...whole, ...more].toSorted((a, b) => a.at - b.at);
}

const ZONES = ['idle', 'part', 'high'] as const;

/** Long- and short-term trim together, a bank and a range of load at a time; lean and rich are two directions. */
export function trimFlag(h: Health, around: Around): FlagData {
  const names = named(h, 'trim.');
  const lean = names.map((f) => judgeFeature(h, around, 'fuel-trim', f));
  const rich = names.map((f) => judgeFeature(h, around, 'fuel-trim', f.replace('trim.', 'rich.'), { track: f }));
  const lead = worst([...lean, ...rich]);
  const troubled = lead !== null && (lead.verdict.state === 'raised' || lead.verdict.state === 'watch');
  const isRich = lead?.feature.startsWith('rich.') ?? false;
  const found = troubled && !isRich ? leanCause(h, lean, lead) : null;
  return flagFrom(h, around, 'fuel-trim', lead, {
    cause: troubled && isRich ? 'rich' : (found?.cause ?? null),
    evidence: found?.evidence ?? [],
    conditions: [
      ...ZONES.map((z) => condition(`closed-loop-warm-${z}`, length(h, `trim.1.${z}`) + length(h, `trim.2.${z}`))),
      condition('air-meter-and-manifold-pressure', length(h, 'air-ratio')),
    ],
    change: ['smoke-test', 'fuel-pressure-test', 'trim-repair'],
    missing: 'no-closed-loop-drives',
  });
}

/**
 * Why it runs lean. Air that leaks in is much where little is breathed: lean at idle alone. A meter that reads low, and fuel
 * that does not come, are lean everywhere; then the measured air against that by manifold pressure tells the meter, and a
 * deviation that grows with the load tells the fuel (ASE L1; field notes on trims).
 */
function leanCause(
  h: Health,
  lean: readonly (Judged | null)[],
  lead: Judged,
): { cause: Cause | null; evidence: Evidence[] } {
  const bank = lead.feature.split('.')[1];
  const rise = (zone: string): number | null => {
    const j = lean.find((l) => l?.feature === `trim.${bank}.${zone}`) ?? null;
    if (j === null || j.points.length < 2) return null;
    return j.verdict.level - (j.verdict.base?.median ?? 0);
  };
  const [idle, part, high] = ZONES.map(rise) as [number | null, number | null, number | null];
  const evidence: Evidence[] = [];
  for (const [name, v] of [
    ['rise-idle', idle],
    ['rise-part', part],
    ['rise-high', high],
  ] as const)
    if (v !== null) evidence.push({ name, value: Math.round(10 * v) / 10, unit: '%' });
  const air = pointsOf(h.tracks['air-ratio'] ?? []);
  let meter: number | null = null;
  if (air.length >= 8) {
    const before = median(air.slice(0, 8).map((p) => p.value));
    meter = median(air.slice(-3).map((p) => p.value)) / before - 1;
    evidence.push({ name: 'air-meter-change', value: Math.round(1_000 * meter) / 10, unit: '%' });
  }
  const low = idle ?? part;
  const top = high ?? part;
  if (low === null || top === null || (idle === null && high === null)) return { cause: null, evidence };
  // A leak's share falls with the air that is breathed; to tell it from all else it must have halved at least.
  if (idle !== null && top < 0.55 * low) return { cause: 'vacuum', evidence };
  const most = Math.max(low, top, part ?? 0);
  if (meter !== null && meter * 100 < -0.35 * most) return { cause: 'air-meter', evidence };
  if (meter !== null) return { cause: 'delivery', evidence };
  return {
    cause: top > 1.35 * low ? 'delivery' : air.length === 0 && length(h, 'warm.air') === 0 ? 'delivery' : 'air-meter',
    evidence,
  };
}

/** Margins of the car's own tests (service 06), as a share of the margin that it began with. */
export function testFlag(h: Health, around: Around, flag: 'catalyst' | 'oxygen' | 'particulate-filter'): FlagData {
  const tests = named(h, 'test.').filter((n) => flagOfTest(n.slice('test.'.length)) === flag);
  const judged: (Judged | null)[] = tests.map((f) => judgeFeature(h, around, flag, f));
  const failed = tests.filter((f) => h.tracks[f]!.at(-1)! < 0).length;
  const conditions = [
    condition(
      'monitor-ran',
      tests.reduce((n, f) => n + length(h, f), 0),
    ),
  ];
  const evidence: Evidence[] = failed > 0 ? [{ name: 'tests-beyond-limit', value: failed, unit: '1' }] : [];
  if (flag === 'particulate-filter') {
    judged.push(judgeFeature(h, around, flag, 'regeneration'), judgeFeature(h, around, flag, 'filter-resistance'));
    conditions.push(condition('regeneration-distance', length(h, 'regeneration')));
    conditions.push(condition('warm-steady-flow', length(h, 'filter-resistance')));
  }
  const changes = {
    catalyst: ['catalyst-test', 'exhaust-leak-test', 'catalyst-replaced'],
    oxygen: ['sensor-test', 'sensor-replaced'],
    'particulate-filter': ['filter-pressure-test', 'filter-cleaned'],
  };
  return flagFrom(h, around, flag, worst(judged), {
    conditions,
    evidence,
    change: changes[flag],
    missing: 'no-monitor-results',
  });
}

/** The traction battery: health as it tells it, and capacity by charge counted over 30 points of its gauge or more. */
export function packFlag(h: Health, around: Around): FlagData {
  const judged = ['pack-health', 'pack-ah'].map((f) => judgeFeature(h, around, 'pack', f));
  return flagFrom(h, around, 'pack', worst(judged), {
    conditions: [
      condition('pack-health-told', length(h, 'pack-health')),
      condition('charge-over-30-points', length(h, 'pack-ah')),
    ],
    change: ['capacity-test'],
    missing: 'no-pack-values',
  });
}
